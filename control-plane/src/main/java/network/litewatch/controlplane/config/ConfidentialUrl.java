package network.litewatch.controlplane.config;

import com.google.common.net.InetAddresses;
import java.util.Set;
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
        return confidential(SecretUrl.parse(text), "https");
    }

    /**
     * The URL of a WebSocket that {@code text} is.
     *
     * @throws IllegalArgumentException when it is none, or when others could listen: it is neither wss nor of this machine
     */
    public static SecretUrl parseSocket(String text) {
        return confidential(SecretUrl.parse(text, Set.of("ws", "wss")), "wss");
    }

    private static SecretUrl confidential(SecretUrl url, String secure) {
        boolean loopback = url.host().equalsIgnoreCase("localhost")
                || (InetAddresses.isUriInetAddress(url.host())
                        && InetAddresses.forUriString(url.host()).isLoopbackAddress());
        if (!url.scheme().equals(secure) && !loopback) {
            throw new IllegalArgumentException(
                    "must be " + secure + "://, unless it is on this machine: it carries secrets");
        }
        return url;
    }
}
