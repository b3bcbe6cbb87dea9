package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * All that is remembered of one series: what a checkpoint stores and a restart reads back. A few hundred bytes, about
 * 1.5 KB with a full speed reference.
 *
 * @param lastSlot slot of the newest run; older and equal slots change nothing, nor do slots that were not run
 * @param head what an RPC showed last; null for other kinds and before the first answer
 */
public record SeriesState(
        SeriesKey key,
        NetworkId network,
        Instant lastSlot,
        SuccessWindow success,
        int consecutiveFailures,
        @Nullable Head head,
        SpeedReference speed)
        implements Detector<Observation, SeriesState> {

    /** The state before the first observation of a series. */
    static SeriesState before(Observation first) {
        return new SeriesState(
                SeriesKey.of(first), first.network(), Instant.MIN, SuccessWindow.EMPTY, 0, null, SpeedReference.EMPTY);
    }

    /**
     * Whether {@code observation} is newer than everything that was asked. A slot that was not asked never moves this on:
     * its observation is there at once, before that of the earlier slot that is still in flight, and would make a run that
     * times out seem late and be forgotten.
     */
    boolean accepts(Observation observation) {
        return observation.slot().isAfter(lastSlot);
    }

    @Override
    public SeriesState step(Observation observation) {
        Outcome outcome = observation.outcome();
        if (!accepts(observation) || outcome.kind() == Outcome.Kind.NOT_RUN) {
            return this;
        }
        SuccessWindow nextSuccess = outcome.counts() ? success.step(outcome.isOk()) : success;
        int failures = outcome.counts() ? (outcome.isOk() ? 0 : consecutiveFailures + 1) : consecutiveFailures;
        Double rate = observation.finding().measurements().get(Measurement.CANARY_DECODE_RATE);
        // A rate of zero or without bound is no speed; a few in the reference would make the ratio meaningless.
        boolean usable = outcome.isOk() && rate != null && rate > 0 && Double.isFinite(rate);
        SpeedReference nextSpeed = usable && rate != null ? speed.step(rate) : speed;
        // A target that was moved to another network shows heads of another chain: the old ones say nothing there.
        return new SeriesState(
                key,
                observation.network(),
                observation.slot(),
                nextSuccess,
                failures,
                nextHead(observation),
                nextSpeed);
    }

    private @Nullable Head nextHead(Observation observation) {
        Map<Measurement, Double> seen = observation.finding().measurements();
        Double number = seen.get(Measurement.RPC_HEAD_NUMBER);
        Double timestamp = seen.get(Measurement.RPC_HEAD_TIMESTAMP);
        Head before = observation.network().equals(network) ? head : null;
        if (!observation.outcome().isOk() || number == null || timestamp == null) {
            return before;
        }
        Instant at = observation.endedAt();
        return before == null ? new Head(number, timestamp, at, at) : before.next(number, timestamp, at);
    }

    /** What this series alone says after {@code observation}; signals across series are added by {@link Fleet}. */
    @JsonIgnore
    Map<Signal, Double> signals(Observation observation) {
        Map<Signal, Double> signals = new EnumMap<>(Signal.class);
        success.ratio().ifPresent(ratio -> signals.put(Signal.PROBE_SUCCESS_RATIO, ratio));
        signals.put(Signal.PROBE_SAMPLES, (double) success.runs());
        signals.put(Signal.PROBE_CONSECUTIVE_FAILURES, (double) consecutiveFailures);
        if (observation.outcome().counts()) {
            signals.put(Signal.PROBE_ELAPSED_SECONDS, observation.elapsed().toNanos() / 1e9);
        }
        if (observation.outcome().isOk()) {
            measured(observation, signals, MEASURED);
        }
        measured(observation, signals, MEASURED_ALWAYS);
        speed.ratio().ifPresent(ratio -> {
            signals.put(Signal.CANARY_DECODE_RATE_RATIO, ratio);
            signals.put(
                    Signal.CANARY_REFERENCE_SAMPLES, (double) speed.reference().size());
        });
        return signals;
    }

    private static void measured(
            Observation observation, Map<Signal, Double> signals, Map<Measurement, Signal> measured) {
        Map<Measurement, Double> seen = observation.finding().measurements();
        measured.forEach((measurement, signal) -> {
            Double value = seen.get(measurement);
            if (value != null) {
                signals.put(signal, value);
            }
        });
    }

    /** Numbers of our own, which are as good when a target gave nothing: an index is most behind when no RPC answers. */
    private static final Map<Measurement, Signal> MEASURED_ALWAYS = Map.of(
            Measurement.CHAIN_CURSOR_LAG, Signal.CHAIN_CURSOR_LAG_BLOCKS,
            Measurement.CHAIN_GAP, Signal.CHAIN_GAP_SECONDS,
            Measurement.CHAIN_REORG_DEPTH, Signal.CHAIN_REORG_DEPTH,
            Measurement.CHAIN_LOG_MISMATCHES, Signal.CHAIN_LOG_MISMATCHES);

    private static final Map<Measurement, Signal> MEASURED = Map.of(
            Measurement.RPC_HEAD_AGE, Signal.RPC_HEAD_AGE_SECONDS,
            Measurement.RPC_SAFE_AGE, Signal.RPC_SAFE_AGE_SECONDS,
            Measurement.RPC_FINALIZED_AGE, Signal.RPC_FINALIZED_AGE_SECONDS,
            Measurement.ROUTER_CONNECTED_MINERS, Signal.ROUTER_CONNECTED_MINERS,
            Measurement.ROUTER_MINERS, Signal.ROUTER_MINERS,
            Measurement.ROUTER_ACTIVE_SESSIONS, Signal.ROUTER_ACTIVE_SESSIONS,
            Measurement.CANARY_TTFT, Signal.CANARY_TTFT_SECONDS,
            Measurement.CANARY_DECODE_RATE, Signal.CANARY_DECODE_RATE,
            Measurement.CANARY_TOKENS, Signal.CANARY_TOKENS);
}
