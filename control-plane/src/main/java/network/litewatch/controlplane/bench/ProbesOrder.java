package network.litewatch.controlplane.bench;

import java.time.Duration;

/**
 * What is to be measured.
 *
 * @param warmUp time that each run is under load before it is measured
 * @param length of one run, after its warm-up
 * @param runs how often; what is reported is the median
 * @param peer whether Prometheus with blackbox_exporter is measured on the same targets, turn about
 */
public record ProbesOrder(
        Kind kind, int targets, Duration interval, Duration warmUp, Duration length, int runs, boolean peer) {
    /** What is asked, and over what. */
    public enum Kind {
        /** {@code http}, over a connection that is dialled for it. */
        HTTP("http on loopback, a fresh connection each"),
        /** {@code http} as well, with TLS: a full handshake each, whose certificate is verified. */
        HTTPS("https on loopback, a fresh connection and a full, verified handshake each"),
        /** {@code rpc.head}, a batch of six calls, over a connection that is kept for each target. */
        RPC("JSON-RPC on loopback, a batch of six calls each, over a connection kept for each target");

        private final String words;

        Kind(String words) {
            this.words = words;
        }

        /** For the line above the table. */
        String words() {
            return words;
        }
    }
}
