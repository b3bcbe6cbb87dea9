package network.litewatch.controlplane.assess;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.drift.FleetControl;
import network.litewatch.controlplane.drift.SuccessWatch;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.rpc.RpcHeadProbe;
import org.jspecify.annotations.Nullable;

/**
 * The states of all series, and what only shows across them: an RPC's lag against the best head of its network.
 *
 * <p>Not thread-safe; one pipeline owns it. {@link #apply} computes a batch without changing anything, {@link #commit}
 * takes its states over: between the two the caller makes them durable, so that memory never knows more than the database.
 */
public final class Fleet {
    /** What is judged across targets under names of its own, beside the probes. */
    public static final Set<ProbeId> GROUPS = Set.of(ChainView.ID);

    /** Label of an RPC whose chain makes blocks only when there is work. */
    private static final String QUIET = "quiet";

    private final Map<SeriesKey, SeriesState> states = new HashMap<>();
    private final Map<NetworkId, Set<SeriesKey>> members = new HashMap<>();
    private final Set<SeriesKey> open = new LinkedHashSet<>();
    private final Set<Vantage> agents;
    private final SpeedTable speeds;
    private final DriftPolicy policy;

    private Fleet(Set<Vantage> agents, SpeedTable speeds, DriftPolicy policy) {
        this.agents = Set.copyOf(agents);
        this.speeds = speeds;
        this.policy = policy;
    }

    /**
     * The outcome of a batch.
     *
     * @param assessments one per observation that was new, in their order, without signals where nothing was asked; after
     *     that of an RPC's head one of its chain
     * @param changed the states to store, each series once
     * @param verdicts who earlier canaries that failed are charged with, each once
     */
    public record Batch(List<Assessment> assessments, Collection<SeriesState> changed, List<Verdict> verdicts) {
        /** A batch in which no failed canary was decided. */
        public Batch(List<Assessment> assessments, Collection<SeriesState> changed) {
            this(assessments, changed, List.of());
        }
    }

    /** A fleet that goes on from {@code checkpoints}. */
    public static Fleet of(Collection<SeriesState> checkpoints) {
        return of(checkpoints, Set.of(), SpeedTable.EMPTY, DriftPolicy.DEFAULT);
    }

    /**
     * As {@link #of(Collection)}, with what {@code speeds} says of the miners' cards; what {@code agents} see is judged against what is seen here, and is no witness itself: it comes
     * late, by another clock.
     */
    public static Fleet of(
            Collection<SeriesState> checkpoints, Set<Vantage> agents, SpeedTable speeds, DriftPolicy policy) {
        Fleet fleet = new Fleet(agents, speeds, policy);
        fleet.commit(new Batch(List.of(), checkpoints));
        return fleet;
    }

    /** Folds {@code observations} in their order; out-of-order and repeated slots give nothing. */
    public Batch apply(List<Observation> observations) {
        Draft changed = new Draft();
        List<Assessment> assessments = new ArrayList<>();
        List<Verdict> verdicts = new ArrayList<>();
        for (Observation observation : observations) {
            SeriesKey key = SeriesKey.of(observation);
            SeriesState known = changed.get(key);
            SeriesState before = known == null ? SeriesState.before(observation) : known;
            if (!before.accepts(observation)) {
                continue;
            }
            if (observation.outcome().kind() == Outcome.Kind.NOT_RUN) {
                // Nothing was seen, so next to nothing is judged: without its signals no rule decides anything.
                boolean refused = observation.outcome().reason() == Reason.BACKING_OFF;
                SeriesState after = before.step(observation);
                if (refused) {
                    changed.put(after);
                }
                assessments.add(assessment(observation, refused ? SeriesSignals.limits(after, observation) : Map.of()));
                continue;
            }
            SeriesState after = compared(observation, stepped(observation, before, changed), changed);
            changed.put(after);
            assessments.add(assess(observation, after, changed));
            if (observation.probe().equals(RpcHeadProbe.ID) && !agents.contains(observation.vantage())) {
                chain(observation, changed).ifPresent(assessments::add);
            }
            if (witness(after)) {
                decide(observation, changed, assessments, verdicts);
            }
        }
        return new Batch(assessments, List.copyOf(changed.states.values()), verdicts);
    }

    /** Makes the states of {@code batch} the current ones. */
    public void commit(Batch batch) {
        for (SeriesState state : batch.changed()) {
            SeriesState before = states.put(state.key(), state);
            boolean moved = before != null && !before.network().equals(state.network());
            if (moved) {
                members.getOrDefault(before.network(), Set.of()).remove(state.key());
            }
            if (state.canary().undecided()) {
                open.add(state.key());
            } else {
                open.remove(state.key());
            }
            if (witness(state)) {
                members.computeIfAbsent(state.network(), n -> new LinkedHashSet<>())
                        .add(state.key());
            }
        }
    }

    /** Decides on canaries that failed, as far as what {@code observation} shows makes it clear. */
    private void decide(Observation observation, Draft changed, List<Assessment> assessments, List<Verdict> verdicts) {
        for (SeriesState series : changed.open(observation.network())) {
            PathToMiner path = new PathToMiner(changed.witnesses(observation.network()));
            for (OpenCharge charge : series.canary().open()) {
                path.judge(series, charge, observation.endedAt()).ifPresent(verdict -> {
                    SeriesState before = changed.get(series.key());
                    SeriesState after = (before == null ? series : before).decided(verdict);
                    changed.put(after);
                    verdicts.add(verdict);
                    assessments.add(new Assessment(
                            series.key(),
                            TargetKind.MINER,
                            series.network(),
                            charge.labels(),
                            verdict.at(),
                            verdict.outcome(),
                            // Of a run that nobody is charged with no rule has to decide anything.
                            verdict.party() == Verdict.Party.MINER
                                    ? SeriesSignals.ofSuccess(after, verdict.at(), believedFrom(after, changed))
                                    : Map.of()));
                });
            }
        }
    }

    private boolean witness(SeriesState state) {
        return state.bearsWitness() && !agents.contains(state.key().vantage());
    }

    /** The state of a series; empty before its first observation. */
    public Optional<SeriesState> state(SeriesKey key) {
        return Optional.ofNullable(states.get(key));
    }

    private SeriesState stepped(Observation observation, SeriesState before, Draft changed) {
        NodeClass known = observation.kind() == TargetKind.MINER
                ? NodeClass.of(speeds, before.key(), observation.labels(), changed.witnesses(observation.network()))
                : NodeClass.UNKNOWN;
        return before.step(observation, known, policy);
    }

    /** The evidence from which on a series that fails is believed, among all that are asked the same in its network. */
    private static double believedFrom(SeriesState state, Draft changed) {
        SuccessWatch own = state.drift().success();
        return own == null || !own.failing()
                ? Double.POSITIVE_INFINITY
                : FleetControl.believedFrom(
                        changed.witnesses(state.network()).stream()
                                .filter(other ->
                                        other.key().probe().equals(state.key().probe()))
                                .mapToDouble(other -> other.drift().evidence())
                                .toArray(),
                        own.between());
    }

    /** The state with what others say of it: RPCs of the anchor that it has just shown, our reading of the chain of a claim, measurements of both. */
    private SeriesState compared(Observation observation, SeriesState state, Draft changed) {
        if (observation.kind() == TargetKind.INDEXER) {
            return changed.witnesses(state.network()).stream()
                    .map(SeriesState::openedAt)
                    .filter(Objects::nonNull)
                    .max(Comparator.naturalOrder())
                    .map(opened -> state.chainOpened(opened, observation.endedAt()))
                    .orElse(state);
        }
        if (observation.kind() == TargetKind.ROUTER || observation.kind() == TargetKind.MINER) {
            return Reconciliation.of(observation, state, changed.witnesses(state.network()));
        }
        return observation.finding().measurements().containsKey(Measurement.RPC_ANCHOR_NUMBER)
                ? ForkVote.of(state, changed.witnesses(state.network()))
                        .map(state::counted)
                        .orElse(state)
                : state;
    }

    private Assessment assess(Observation observation, SeriesState state, Draft changed) {
        Map<Signal, Double> signals = SeriesSignals.of(state, observation, speeds, believedFrom(state, changed));
        Head head = state.head();
        if (head != null && observation.outcome().isOk()) {
            signals.put(Signal.RPC_HEAD_UNCHANGED_SECONDS, seconds(head.since(), head.seenAt()));
            signals.put(Signal.RPC_HEAD_FUTURE_SECONDS, head.futureSeconds());
            signals.put(Signal.RPC_HEAD_BACKWARDS_BLOCKS, head.backwardsBlocks());
            signals.put(Signal.RPC_HEAD_BACKWARDS_SECONDS, head.backwardsSeconds());
            view(observation, changed).addLag(state.key().target(), head, signals);
        }
        if (observation.finding().measurements().containsKey(Measurement.RPC_ANCHOR_NUMBER)
                && ForkVote.of(state, changed.witnesses(state.network())).isPresent()) {
            signals.put(Signal.RPC_ANCHOR_MISMATCHES, (double) state.anchors().mismatches());
        }
        return assessment(observation, signals);
    }

    /** Empty for an answer that came after a newer one: what is said of a chain must not go back in time. */
    private Optional<Assessment> chain(Observation observation, Draft changed) {
        boolean late = changed.witnesses(observation.network()).stream()
                .map(SeriesState::head)
                .anyMatch(head -> head != null && head.seenAt().isAfter(observation.endedAt()));
        if (late) {
            return Optional.empty();
        }
        ChainView view = view(observation, changed);
        Outcome outcome = view.witnesses() > 0
                ? Outcome.ok()
                : Outcome.inconclusive(Reason.PATH_UNHEALTHY, "no RPC of the network shows a credible head");
        return Optional.of(new Assessment(
                new SeriesKey(ChainView.ID, new TargetId(observation.network().value()), observation.vantage()),
                TargetKind.CHAIN,
                observation.network(),
                Map.of(),
                observation.endedAt(),
                outcome,
                view.signals(QUIET.equals(observation.labels().get("cadence")))));
    }

    private ChainView view(Observation observation, Draft changed) {
        return new ChainView(changed.witnesses(observation.network()), observation.endedAt());
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

    private static double seconds(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e9;
    }

    /** States in the making, on top of the committed ones. */
    private final class Draft {
        private final Map<SeriesKey, SeriesState> states = new LinkedHashMap<>();
        private final Set<SeriesKey> undecided = new LinkedHashSet<>(open);
        private final Map<NetworkId, Map<SeriesKey, SeriesState>> witnesses = new HashMap<>();

        @Nullable
        SeriesState get(SeriesKey key) {
            SeriesState drafted = states.get(key);
            return drafted == null ? Fleet.this.states.get(key) : drafted;
        }

        void put(SeriesState state) {
            states.put(state.key(), state);
            if (state.canary().undecided()) {
                undecided.add(state.key());
            } else {
                undecided.remove(state.key());
            }
            witnesses.forEach((network, of) -> {
                if (witness(state) && state.network().equals(network)) {
                    of.put(state.key(), state);
                } else {
                    of.remove(state.key());
                }
            });
        }

        /** Series of {@code network}, as this batch has them, with failed canaries that nobody is charged with yet. */
        List<SeriesState> open(NetworkId network) {
            return undecided.stream()
                    .map(this::get)
                    .filter(state -> state != null && state.network().equals(network))
                    // In an order that a restart does not change.
                    .sorted(Comparator.comparing(
                                    (SeriesState state) -> state.key().target().value())
                            .thenComparing(state -> state.key().probe().value())
                            .thenComparing(state -> state.key().vantage().value()))
                    .toList();
        }

        /** What the RPCs and wallets of a network show, as this batch has it, else as committed. */
        Collection<SeriesState> witnesses(NetworkId network) {
            return witnesses.computeIfAbsent(network, this::gather).values();
        }

        private Map<SeriesKey, SeriesState> gather(NetworkId network) {
            Map<SeriesKey, SeriesState> of = new LinkedHashMap<>();
            for (SeriesKey key : members.getOrDefault(network, Set.of())) {
                of.put(key, Fleet.this.states.get(key));
            }
            states.forEach((key, state) -> {
                if (witness(state) && state.network().equals(network)) {
                    of.put(key, state);
                } else {
                    of.remove(key);
                }
            });
            return of;
        }
    }
}
