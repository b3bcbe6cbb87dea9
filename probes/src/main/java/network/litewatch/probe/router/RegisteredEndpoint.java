package network.litewatch.probe.router;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.litewatch.probe.http.EgressPolicy;

/** The endpoint of a router that is registered on the chain: a text without a documented form, in which addresses are looked for. */
final class RegisteredEndpoint {
    private static final EgressPolicy PUBLIC = EgressPolicy.publicOnly();

    // Literals only, so that no name is looked up: strangers write them.
    private static final Pattern IPV4 = Pattern.compile(
            "(?<![0-9.])(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)\\.){3}(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?![0-9.])");
    private static final Pattern IPV6 = Pattern.compile("\\[([0-9a-f.]{0,20}:[0-9a-f:.]{1,45})]");
    private static final Pattern LOCAL_NAME = Pattern.compile(
            "(?<![a-z0-9.-])(?:[a-z0-9-]+\\.)*(?:localhost|local|internal|lan)(?![a-z0-9-]|\\.[a-z0-9])");
    private static final Pattern URL_OR_HOST_WITH_PORT = Pattern.compile("://|:[0-9]{2,5}|localhost");

    private RegisteredEndpoint() {}

    /** Whether it names an address or a host that only exists inside somebody's network. */
    static boolean isPrivate(String endpoint) {
        String text = endpoint.toLowerCase(Locale.ROOT);
        return anyPrivate(IPV4.matcher(text), 0)
                || anyPrivate(IPV6.matcher(text), 1)
                // "local" alone may be a name for people; in an address it is a host.
                || (URL_OR_HOST_WITH_PORT.matcher(text).find()
                        && LOCAL_NAME.matcher(text).find());
    }

    private static boolean anyPrivate(Matcher literals, int group) {
        while (literals.find()) {
            try {
                InetAddress address = InetAddress.getByName(literals.group(group));
                if (PUBLIC.denial(address).isPresent()) {
                    return true;
                }
            } catch (UnknownHostException e) {
                // Digits and colons that are no address: nothing to say of them.
            }
        }
        return false;
    }
}
