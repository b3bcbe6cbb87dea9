package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import network.litewatch.probe.Measurement;
import org.jspecify.annotations.Nullable;

/**
 * What an indexer claimed so far. A count that falls is a reset, as indexers have between phases, and no error: what the reset took is
 * then left out of the comparison with the chain, until claim and chain agree without that.
 *
 * @param last the newest of each number, of the chain's as well
 * @param lost sessions that are on the chain and that the last reset took from the claim; 0 without one
 * @param changedAt when a claimed number was last another than before; null before the first run
 * @param resetAt when a count last fell; null when none has
 * @param waitingSince since when the claim stands still although there was more to count; null when it does not
 */
public record Claims(
        Map<Measurement, Double> last,
        double lost,
        @Nullable Instant changedAt,
        @Nullable Instant resetAt,
        @Nullable Instant waitingSince) {
    static final Claims NONE = new Claims(Map.of(), 0, null, null, null);

    private static final List<Measurement> CLAIMED = List.of(
            Measurement.INDEXER_SESSIONS,
            Measurement.INDEXER_TASKS,
            Measurement.INDEXER_NETWORK_TASK,
            Measurement.INDEXER_ACTIVE_NODES,
            Measurement.INDEXER_NODES,
            Measurement.INDEXER_NODE_COUNTERS,
            Measurement.INDEXER_LAST_ACTIVE);

    /** Those that only a reset makes lower. */
    private static final List<Measurement> COUNTED = CLAIMED.subList(0, 3);

    private static final List<Measurement> ON_CHAIN =
            List.of(Measurement.INDEXER_CHAIN_SESSIONS, Measurement.INDEXER_CHAIN_NETWORK_TASK);

    public Claims {
        last = Map.copyOf(last);
    }

    /** After a run at {@code at} that measured {@code seen}. */
    Claims step(Map<Measurement, Double> seen, Instant at) {
        Map<Measurement, Double> next = new EnumMap<>(Measurement.class);
        next.putAll(last);
        for (List<Measurement> kept : List.of(CLAIMED, ON_CHAIN)) {
            kept.stream().filter(seen::containsKey).forEach(m -> next.put(m, seen.getOrDefault(m, 0.0)));
        }
        boolean changed = CLAIMED.stream().anyMatch(m -> !same(next, m));
        boolean fell = COUNTED.stream().anyMatch(m -> fell(next, m));
        boolean more = ON_CHAIN.stream().anyMatch(m -> last.containsKey(m) && rose(next, m));
        Instant waits = waitingSince != null || !more ? waitingSince : at;
        return new Claims(
                next,
                lost(next),
                changed || changedAt == null ? at : changedAt,
                fell ? at : resetAt,
                changed ? null : waits);
    }

    /** The same at {@code at}, when the reading of the chain last saw something opened at {@code opened}. */
    Claims opened(Instant opened, Instant at) {
        boolean waits = waitingSince == null && changedAt != null && opened.isAfter(changedAt);
        return waits ? new Claims(last, lost, changedAt, resetAt, at) : this;
    }

    private double lost(Map<Measurement, Double> next) {
        Double claimed = next.get(Measurement.INDEXER_SESSIONS);
        Double chain = next.get(Measurement.INDEXER_CHAIN_SESSIONS);
        if (claimed == null || chain == null) {
            return lost;
        }
        double missing = chain - claimed;
        if (fell(next, Measurement.INDEXER_SESSIONS)) {
            return Math.max(0, missing);
        }
        return Math.abs(missing) <= Math.abs(missing - lost) ? 0 : lost;
    }

    private boolean same(Map<Measurement, Double> next, Measurement measurement) {
        return next.getOrDefault(measurement, -1.0).equals(last.getOrDefault(measurement, -1.0));
    }

    private boolean fell(Map<Measurement, Double> next, Measurement measurement) {
        return next.getOrDefault(measurement, 0.0) < last.getOrDefault(measurement, 0.0);
    }

    private boolean rose(Map<Measurement, Double> next, Measurement measurement) {
        return next.getOrDefault(measurement, 0.0) > last.getOrDefault(measurement, 0.0);
    }

    /** Adds what is concluded at {@code at} from a run that measured {@code seen}. */
    @JsonIgnore
    void addTo(Map<Signal, Double> signals, Map<Measurement, Double> seen, Instant at) {
        Double claimed = seen.get(Measurement.INDEXER_SESSIONS);
        Double chain = seen.get(Measurement.INDEXER_CHAIN_SESSIONS);
        if (claimed != null && chain != null) {
            double difference = Math.abs(chain - claimed - lost);
            signals.put(Signal.INDEXER_SESSIONS_DIFFERENCE, difference);
            signals.put(Signal.INDEXER_SESSIONS_DIFFERENCE_RATIO, difference / Math.max(1, chain));
        }
        Double task = seen.get(Measurement.INDEXER_NETWORK_TASK);
        Double chainTask = seen.get(Measurement.INDEXER_CHAIN_NETWORK_TASK);
        if (task != null && chainTask != null) {
            signals.put(Signal.INDEXER_NETWORK_TASK_DIFFERENCE, Math.abs(chainTask - task));
        }
        signals.put(Signal.INDEXER_STALE_SECONDS, waitingSince == null ? 0 : seconds(waitingSince, at));
        if (resetAt != null) {
            signals.put(Signal.INDEXER_SINCE_RESET_SECONDS, seconds(resetAt, at));
        }
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis() / 1e3);
    }
}
