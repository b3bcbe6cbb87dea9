package network.litewatch.controlplane.assess;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;

/**
 * The states of all series, and what only shows across them: an RPC's lag against the best head of its network.
 *
 * <p>Not thread-safe; one pipeline owns it. {@link #apply} computes a batch without changing anything, {@link #commit}
 * takes its states over: between the two the caller makes them durable, so that memory never knows more than the database.
 */
public final class Fleet {
    /** A head that was shown longer ago says nothing about where the chain is now. */
    static final Duration FRESH = Duration.ofSeconds(60);

    private final Map<SeriesKey, SeriesState> states = new HashMap<>();
    private final Map<NetworkId, List<SeriesKey>> heads = new HashMap<>();

    /**
     * The outcome of a batch.
     *
     * @param assessments one per observation that was new, in their order; without signals where nothing was asked
     * @param changed the states to store, each series once
     */
    public record Batch(List<Assessment> assessments, Collection<SeriesState> changed) {}

    /** A fleet that goes on from {@code checkpoints}. */
    public static Fleet of(Collection<SeriesState> checkpoints) {
        Fleet fleet = new Fleet();
        fleet.commit(new Batch(List.of(), checkpoints));
        return fleet;
    }

    /** Folds {@code observations} in their order; out-of-order and repeated slots give nothing. */
    public Batch apply(List<Observation> observations) {
        Map<SeriesKey, SeriesState> changed = new LinkedHashMap<>();
        List<Assessment> assessments = new ArrayList<>();
        for (Observation observation : observations) {
            SeriesKey key = SeriesKey.of(observation);
            SeriesState before = Optional.ofNullable(changed.get(key))
                    .or(() -> Optional.ofNullable(states.get(key)))
                    .orElseGet(() -> SeriesState.before(observation));
            if (!before.accepts(observation)) {
                continue;
            }
            if (observation.outcome().kind() == Outcome.Kind.NOT_RUN) {
                // Nothing was seen, so nothing is judged: without signals no rule decides anything.
                assessments.add(assessment(observation, Map.of()));
                continue;
            }
            SeriesState after = before.step(observation);
            changed.put(key, after);
            assessments.add(assess(observation, after, changed));
        }
        return new Batch(assessments, List.copyOf(changed.values()));
    }

    /** Makes the states of {@code batch} the current ones. */
    public void commit(Batch batch) {
        for (SeriesState state : batch.changed()) {
            SeriesState before = states.put(state.key(), state);
            boolean moved = before != null && !before.network().equals(state.network());
            if (moved && before.head() != null) {
                heads.getOrDefault(before.network(), List.of()).remove(state.key());
            }
            if (state.head() != null && (before == null || before.head() == null || moved)) {
                heads.computeIfAbsent(state.network(), n -> new ArrayList<>()).add(state.key());
            }
        }
    }

    /** The state of a series; empty before its first observation. */
    public Optional<SeriesState> state(SeriesKey key) {
        return Optional.ofNullable(states.get(key));
    }

    private Assessment assess(Observation observation, SeriesState state, Map<SeriesKey, SeriesState> changed) {
        Map<Signal, Double> signals = state.signals(observation);
        Head head = state.head();
        if (head != null && observation.outcome().isOk()) {
            signals.put(Signal.RPC_HEAD_UNCHANGED_SECONDS, seconds(head.since(), head.seenAt()));
            lag(state, head, changed, signals);
        }
        return assessment(observation, signals);
    }

    private static Assessment assessment(Observation observation, Map<Signal, Double> signals) {
        return new Assessment(
                SeriesKey.of(observation),
                observation.kind(),
                observation.network(),
                observation.labels(),
                observation.endedAt(),
                observation.outcome(),
                signals);
    }

    private void lag(SeriesState own, Head head, Map<SeriesKey, SeriesState> changed, Map<Signal, Double> signals) {
        double newest = Double.NEGATIVE_INFINITY;
        double highest = Double.NEGATIVE_INFINITY;
        for (SeriesState peer : peers(own, changed)) {
            Head shown = peer.head();
            boolean fresh = shown != null
                    && Duration.between(shown.seenAt(), head.seenAt()).compareTo(FRESH) <= 0;
            if (shown != null && fresh) {
                newest = Math.max(newest, shown.timestamp());
                highest = Math.max(highest, shown.number());
            }
        }
        if (newest > Double.NEGATIVE_INFINITY) {
            signals.put(Signal.RPC_HEAD_LAG_SECONDS, Math.max(0, newest - head.timestamp()));
            signals.put(Signal.RPC_HEAD_LAG_BLOCKS, Math.max(0, highest - head.number()));
        }
    }

    /** States of other targets of the same network, as this batch has them, else as committed. */
    private List<SeriesState> peers(SeriesState own, Map<SeriesKey, SeriesState> changed) {
        Map<SeriesKey, SeriesState> peers = new LinkedHashMap<>();
        for (SeriesKey key : heads.getOrDefault(own.network(), List.of())) {
            peers.put(key, states.get(key));
        }
        changed.forEach((key, state) -> {
            if (state.network().equals(own.network())) {
                peers.put(key, state);
            }
        });
        return peers.values().stream()
                .filter(peer -> !peer.key().target().equals(own.key().target()))
                .toList();
    }

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }
}
