package network.litewatch.probe.http;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import network.litewatch.probe.Phase;

/**
 * How far an exchange got.
 *
 * @param reached the last stage that was entered
 * @param sentNanos the exchanger's monotonic clock when the request's last byte had been handed over; empty if it never
 *     was
 * @param phases the stretches that were entered; the one that a failure cut short ends at the failure
 * @param tls what the server showed in a TLS handshake, also in one that failed; empty where there was none
 */
public record WireTrace(Stage reached, OptionalLong sentNanos, Map<Phase, Duration> phases, Optional<TlsPeer> tls) {
    /** An exchange that never touched the wire. */
    public static final WireTrace NONE = new WireTrace(Stage.STARTED, OptionalLong.empty(), Map.of());

    public WireTrace {
        phases = phases.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(phases));
    }

    /** A trace without TLS. */
    public WireTrace(Stage reached, OptionalLong sentNanos, Map<Phase, Duration> phases) {
        this(reached, sentNanos, phases, Optional.empty());
    }

    /** The stages of an exchange, in order. */
    public enum Stage {
        /** Nothing of ours has left: names, connection, TLS. */
        STARTED,
        /** Connected; the request is on its way. */
        SENDING,
        /** The request is out, the answer's head is not here. */
        WAITING,
        /** The answer's head is here. */
        RECEIVING
    }
}
