package network.litewatch.probe;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * A URL that may carry a key in its path, query or user info, as the URLs of RPC providers do. Prints as its host only.
 *
 * <p>Absolute {@code http} or {@code https} with a host; anything else is refused without repeating the text, because
 * the text may be the secret.
 */
public final class SecretUrl {
    private static final Set<String> SCHEMES = Set.of("http", "https");

    private final URI uri;

    private SecretUrl(URI uri) {
        this.uri = uri;
    }

    /** Throws {@link IllegalArgumentException}, whose message never contains {@code text}. */
    public static SecretUrl parse(String text) {
        URI uri;
        try {
            uri = new URI(text.strip());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("not a URL: " + e.getReason() + " at character " + e.getIndex());
        }
        String scheme = uri.getScheme();
        if (scheme == null || !SCHEMES.contains(scheme.toLowerCase(Locale.ROOT))) {
            throw new IllegalArgumentException("must start with http:// or https://");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException("has no host");
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
        return scheme().equals("https") ? 443 : 80;
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return uri.getScheme().toLowerCase(Locale.ROOT);
    }

    /** The URL of {@code path} (which starts with a slash) below this one. */
    public SecretUrl resolve(String path) {
        String base = uri.toString();
        return parse((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
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
