package network.litewatch.probe.http;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import network.litewatch.probe.Reason;

/**
 * What a TLS server showed of itself.
 *
 * @param version protocol version as Java names it, such as {@code TLSv1.3}; empty unless the handshake came that far
 * @param chain the certificates as they were sent, the server's own first; not necessarily trusted, or even a chain
 * @param flaw why the certificate is not accepted; empty when it is, or when none came
 */
public record TlsPeer(Optional<String> version, List<X509Certificate> chain, Optional<Flaw> flaw) {
    public TlsPeer {
        chain = List.copyOf(chain);
    }

    /**
     * What is wrong with a certificate.
     *
     * @param reason {@link Reason#TLS_EXPIRED}, {@link Reason#TLS_NOT_YET_VALID}, {@link Reason#TLS_UNTRUSTED} or
     *     {@link Reason#TLS_WRONG_NAME}
     * @param detail for people; bounded and printable
     */
    public record Flaw(Reason reason, String detail) {}

    /** When the first certificate of the chain expires; empty without a chain. */
    public Optional<Instant> earliestExpiry() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo);
    }
}
