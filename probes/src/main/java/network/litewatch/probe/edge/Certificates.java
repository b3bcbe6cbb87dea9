package network.litewatch.probe.edge;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.http.TlsPeer;
import network.litewatch.probe.http.UntrustedText;

/** Puts what a TLS server showed into numbers and texts. Pure. */
final class Certificates {
    private Certificates() {}

    /** Adds what {@code peer} shows; {@code now} is what expiry is counted from. */
    static void describe(
            TlsPeer peer, Instant now, Map<Measurement, Double> measurements, Map<String, String> evidence) {
        peer.earliestExpiry()
                .ifPresent(expiry -> measurements.put(
                        Measurement.TLS_EXPIRY, Duration.between(now, expiry).toMillis() / 1e3));
        peer.version().ifPresent(version -> {
            evidence.put("tls_version", UntrustedText.clean(version, 20));
            if (version.matches("TLSv1\\.\\d")) {
                measurements.put(Measurement.TLS_VERSION, Double.parseDouble(version.substring("TLSv".length())));
            }
        });
        if (!peer.chain().isEmpty()) {
            measurements.put(Measurement.TLS_CHAIN_LENGTH, (double) peer.chain().size());
            X509Certificate own = peer.chain().get(0);
            evidence.put(
                    "subject", UntrustedText.clean(own.getSubjectX500Principal().getName(), 200));
            evidence.put(
                    "issuer", UntrustedText.clean(own.getIssuerX500Principal().getName(), 200));
        }
    }
}
