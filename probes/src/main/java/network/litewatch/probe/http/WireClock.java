package network.litewatch.probe.http;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import network.litewatch.probe.Phase;

/** Times the stretches of one exchange. Written on the exchange's thread, read by the deadline's. */
final class WireClock {
    private final LongSupplier nanos;
    private final Map<Phase, Long> starts = new EnumMap<>(Phase.class);
    private final Map<Phase, Long> ends = new EnumMap<>(Phase.class);
    private final TlsWitness witness;
    private WireTrace.Stage stage = WireTrace.Stage.STARTED;

    WireClock(LongSupplier nanos, TlsWitness witness) {
        this.nanos = nanos;
        this.witness = witness;
    }

    /** The trace as of now; a stretch that is still going on ends now. */
    synchronized WireTrace trace() {
        long now = nanos.getAsLong();
        Map<Phase, Duration> phases = new EnumMap<>(Phase.class);
        starts.forEach((phase, start) -> phases.put(phase, Duration.ofNanos(ends.getOrDefault(phase, now) - start)));
        Long sent = starts.get(Phase.PROCESSING);
        return new WireTrace(
                stage, sent == null ? OptionalLong.empty() : OptionalLong.of(sent), phases, witness.seen());
    }

    synchronized boolean isReceiving() {
        return stage == WireTrace.Stage.RECEIVING;
    }

    /** Says that the connection stands and the request is on its way. */
    synchronized void sending() {
        stage = WireTrace.Stage.SENDING;
    }

    /** Says that the request is out; too late when the answer did not wait for that. */
    synchronized void asked() {
        if (stage != WireTrace.Stage.RECEIVING) {
            stage = WireTrace.Stage.WAITING;
            begin(Phase.PROCESSING);
        }
    }

    /** Says that the answer's head is here. */
    synchronized void answered() {
        end(Phase.PROCESSING);
        begin(Phase.TRANSFER);
        stage = WireTrace.Stage.RECEIVING;
    }

    /** Says that a stretch begins now. */
    synchronized void begin(Phase phase) {
        starts.put(phase, nanos.getAsLong());
        // A second try counts, not the first.
        ends.remove(phase);
    }

    /** As {@link #begin}, unless it has begun already. */
    synchronized void beginOnce(Phase phase) {
        starts.putIfAbsent(phase, nanos.getAsLong());
    }

    /** Says that a stretch that has begun ends now; it ends once. */
    synchronized void end(Phase phase) {
        if (starts.containsKey(phase)) {
            ends.putIfAbsent(phase, nanos.getAsLong());
        }
    }
}
