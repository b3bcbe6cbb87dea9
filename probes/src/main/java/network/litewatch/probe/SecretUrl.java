package network.litewatch.probe;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A URL that may carry a key in its path, query or user info, as the URLs of RPC providers do. Prints as its host only.
 *
 * <p>Absolute, with a host, and {@code http} or {@code https} unless other schemes are asked for; anything else is refused
 * without repeating the text, because the text may be the secret.
 */
public final class SecretUrl {
    private static final Set<String> WEB = Set.of("http", "https");
    // 0177.0.0.1 is 127.0.0.1 to C and 177.0.0.1 to Java; a zone names an interface of this machine.
    private static final Pattern AMBIGUOUS = Pattern.compile("^(?=[0-9.]+$)(.*\\.)?0[0-9]|^\\[.*%");
    private static final Map<String, Integer> PORTS =
            Map.of("http", 80, "https", 443, "ws", 80, "wss", 443, "tls", 443, "dns", 53);

    private final URI uri;

    private SecretUrl(URI uri) {
        this.uri = uri;
    }

    /** Throws {@link IllegalArgumentException}, whose message never contains {@code text}. */
    public static SecretUrl parse(String text) {
        return parse(text, WEB);
    }

    /** As {@link #parse(String)}, for a URL of one of {@code schemes}; one that has no port of its own needs one. */
    public static SecretUrl parse(String text, Set<String> schemes) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URL: " + e.getReason() + " at character " + e.getIndex());
        }
        String scheme = uri.getScheme();
        if (scheme == null || !schemes.contains(scheme.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("must start with "
                    + schemes.stream().sorted().map(s -> s + "://").collect(Collectors.joining(" or ")));
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("has no host");
        }
        if (AMBIGUOUS.matcher(uri.getHost()).find()) {
            throw new IllegalArgumentException("has an address that programs read differently: write it as four decimal"
                    + " numbers without leading zeros, or as IPv6 without a zone");
        }
        if (uri.getPort() == 0 || uri.getPort() > 65535) {
            throw new IllegalArgumentException("must have a port between 1 and 65535");
        }
        if (uri.getPort() < 0 && !PORTS.containsKey(scheme.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("has no port, and " + scheme + ":// has none of its own");
        }
        return new SecretUrl(uri);
    }

    /** The whole URL, for the line that dials it. */
    public URI reveal() {
        return uri;
    }

    public String host() {
        return uri.getHost();
    }

    /** The port in the URL, else the scheme's own. */
    public int port() {
        if (uri.getPort() >= 0) {
            return uri.getPort();
        }
        return Objects.requireNonNull(PORTS.get(scheme()), "checked when it was parsed");
    }

    /** In lower case, such as {@code https}. */
    public String scheme() {
        return uri.getScheme().toLowerCase(Locale.ROOT);
    }

    /** The URL of {@code path} (which starts with a slash) below this one. */
    public SecretUrl resolve(String path) {
        String base = uri.toString();
        return parse((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path, Set.of(scheme()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretUrl that && uri.equals(that.uri);
    }

    @Override
    public int hashCode() {
        return Objects.hash(uri);
    }

    @Override
    public String toString() {
        return host();
    }
}
