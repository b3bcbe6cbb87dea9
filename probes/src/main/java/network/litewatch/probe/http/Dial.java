package network.litewatch.probe.http;

import java.time.Duration;
import network.litewatch.probe.SecretUrl;

/**
 * Where a {@link Line} goes, and what it may take.
 *
 * @param url only host and port count
 * @param deadline total: wait for a turn, name lookup, everything that is said; positive
 * @param maxBytes about how much the other side may send; at least 128 KiB are taken for a TLS handshake
 * @param trust who may sign the other side's certificate
 */
public record Dial(SecretUrl url, Duration deadline, int maxBytes, TlsTrust trust) {
    public Dial {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("deadline must be positive: " + deadline);
        }
        if (maxBytes <= 0) {
            throw new IllegalArgumentException("maxBytes must be positive: " + maxBytes);
        }
    }

    /** The host as it is looked up: an IPv6 literal without its brackets. */
    public String host() {
        String host = url.host();
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }
}
