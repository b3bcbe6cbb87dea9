package network.litewatch.controlplane.config;

import com.google.common.net.InetAddresses;
import network.litewatch.probe.SecretUrl;

/** URLs over which secrets travel. */
public final class ConfidentialUrl {
    private ConfidentialUrl() {}

    /**
     * The URL that {@code text} is.
     *
     * @throws IllegalArgumentException when it is none, or when others could listen: it is neither https nor of this machine
     */
    public static SecretUrl parse(String text) {
        SecretUrl url = SecretUrl.parse(text);
        boolean loopback = url.host().equalsIgnoreCase("localhost")
                || (InetAddresses.isUriInetAddress(url.host())
                        && InetAddresses.forUriString(url.host()).isLoopbackAddress());
        if (!url.scheme().equals("https") && !loopback) {
            throw new IllegalArgumentException("must be https://, unless it is on this machine: it carries secrets");
        }
        return url;
    }
}
