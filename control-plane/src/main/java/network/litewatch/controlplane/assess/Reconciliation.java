package network.litewatch.controlplane.assess;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.router.RouterMinersProbe;
import org.jspecify.annotations.Nullable;

/** Sets what a router lists, and what the chain counts, against what other series of the network show. Pure. */
public final class Reconciliation {
    /**
     * Evidence of {@code router.miners}: miners that are not listed and when each last did something on the chain, as {@code id=time},
     * apart by spaces, or {@value #NONE}; absent when the chain was not read.
     */
    public static final String ACTED = "acted";

    /** That none of them did. */
    public static final String NONE = "none";

    private static final Pattern APART = Pattern.compile(" ");

    // Fewer failures may each have a reason of their own.
    private static final int DEAD = 3;

    private Reconciliation() {}

    /** {@code state}, which has seen {@code observation}, with what the other series of its network say to it. */
    static SeriesState of(Observation observation, SeriesState state, Collection<SeriesState> network) {
        Map<Measurement, Double> seen = observation.finding().measurements();
        if (!observation.outcome().isOk()) {
            return state;
        }
        if (seen.containsKey(Measurement.ROUTER_MINERS_UNLISTED)) {
            return listed(observation, state, network);
        }
        Double tasks = seen.get(Measurement.ONCHAIN_TASKS);
        Double successes = seen.get(Measurement.ONCHAIN_SUCCESSES);
        return tasks == null || successes == null
                ? state
                : counted(state, tasks.longValue(), successes.longValue(), network, observation.endedAt());
    }

    private static SeriesState listed(Observation observation, SeriesState state, Collection<SeriesState> network) {
        Map<String, String> evidence = observation.finding().evidence();
        Set<String> unlisted = names(evidence, RouterMinersProbe.UNLISTED);
        Map<String, MinerList.Known> known = known(state.key().target().value(), network);
        known.keySet().removeAll(names(evidence, RouterMinersProbe.UNKNOWN));
        if (evidence.containsKey(RouterMinersProbe.CUT)) {
            // Of whom the list says nothing here it may say anything.
            known.keySet().retainAll(unlisted);
        }
        String acted = unlisted.isEmpty() ? NONE : evidence.get(ACTED);
        MinerList next = state.reconciled()
                .list()
                .step(unlisted, known, acted == null ? null : times(acted), observation.endedAt());
        return state.reconciled(state.reconciled().with(next));
    }

    private static Set<String> names(Map<String, String> evidence, String what) {
        return APART.splitAsStream(evidence.getOrDefault(what, ""))
                .filter(id -> !id.isEmpty())
                .collect(Collectors.toSet());
    }

    private static SeriesState counted(
            SeriesState state, long tasks, long successes, Collection<SeriesState> network, Instant at) {
        long answered = 0;
        long failed = 0;
        Reconciled.@Nullable Band reputation = null;
        for (SeriesState other : network) {
            if (other.key().target().equals(state.key().target())) {
                answered += other.reconciled().answered();
                failed += other.reconciled().failed();
                reputation =
                        other.reconciled().reputation() != null && !other.key().equals(state.key())
                                ? other.reconciled().reputation()
                                : reputation;
            }
        }
        OnChain next = state.reconciled().onChain().step(new OnChain.Mark(at, tasks, successes, answered, failed));
        return state.reconciled(state.reconciled().with(next, reputation));
    }

    /** What canaries say of the miners behind {@code router}. */
    private static Map<String, MinerList.Known> known(String router, Collection<SeriesState> network) {
        Map<String, List<SeriesState>> canaries = new HashMap<>();
        for (SeriesState state : network) {
            if (CanaryKind.of(state.key().probe()).isPresent()
                    && router.equals(state.canary().miner().router())) {
                canaries.computeIfAbsent(state.key().target().value(), id -> new ArrayList<>())
                        .add(state);
            }
        }
        Map<String, MinerList.Known> known = new HashMap<>();
        canaries.forEach((id, of) -> {
            MinerList.Known one = known(of);
            if (one != null) {
                known.put(id, one);
            }
        });
        return known;
    }

    private static MinerList.@Nullable Known known(List<SeriesState> canaries) {
        Instant ok =
                newest(canaries.stream().map(state -> state.health().okSlot()).toList());
        Instant bad =
                newest(canaries.stream().map(state -> state.health().badAt()).toList());
        if (ok != null && (bad == null || ok.isAfter(bad))) {
            return new MinerList.Known(true, false, ok);
        }
        if (bad == null) {
            return null;
        }
        int failures =
                canaries.stream().mapToInt(SeriesState::consecutiveFailures).sum();
        boolean all = canaries.stream()
                .filter(state -> state.success().runs() > 0)
                .allMatch(state -> state.consecutiveFailures() > 0);
        return new MinerList.Known(false, all && failures >= DEAD, bad);
    }

    private static @Nullable Instant newest(List<@Nullable Instant> times) {
        return times.stream().filter(Objects::nonNull).max(Instant::compareTo).orElse(null);
    }

    private static Map<String, Instant> times(String acted) {
        Map<String, Instant> times = new HashMap<>();
        APART.splitAsStream(acted).filter(text -> text.indexOf('=') > 0).forEach(text -> {
            int at = text.indexOf('=');
            try {
                times.put(text.substring(0, at), Instant.parse(text.substring(at + 1)));
            } catch (DateTimeParseException e) {
                // Our own words, cut short: the miner then did nothing that is known.
                times.remove(text.substring(0, at));
            }
        });
        return times;
    }
}
