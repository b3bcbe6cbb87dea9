package network.litewatch.controlplane.assess;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.router.RouterStatusProbe;
import network.litewatch.probe.rpc.RpcHeadProbe;
import org.jspecify.annotations.Nullable;

/**
 * Walks the way from us to a miner whose canary failed: the RPC that its router uses, the chain, the router, and the miners beside
 * it. A miner is charged only when all above it was found working after the failure and never otherwise since shortly before
 * the canary; as long as something was not looked at, nobody is. Pure.
 */
final class PathToMiner {
    /** Label of a miner: the router through which it is reached. */
    static final String ROUTER = "router";

    /** Label of a miner: the RPC that its router uses, as far as the network's file says. */
    static final String RPC = "rpc";

    /** What was broken that shortly before may have left tasks behind that are still in its way. */
    static final Duration AFTERMATH = Duration.ofSeconds(10);

    /** What was not looked at in this time was not looked at for the canary's sake. */
    static final Duration PATIENCE = Duration.ofMinutes(30);

    /** Fewer miners that fail together may each have a reason of their own. */
    private static final int TOGETHER = 2;

    private final Collection<SeriesState> network;

    PathToMiner(Collection<SeriesState> network) {
        this.network = network;
    }

    /** Who {@code charge} of {@code series} belongs to, as far as is known at {@code now}; empty while it is not. */
    Optional<Verdict> judge(SeriesState series, OpenCharge charge, Instant now) {
        SeriesKey key = series.key();
        Instant from = charge.slot().minus(AFTERMATH);
        Instant to = charge.endedAt();
        List<SeriesState> rpcs = of(RpcHeadProbe.ID, charge.labels().get(RPC));
        List<SeriesState> routers = of(RouterStatusProbe.ID, charge.labels().get(ROUTER));
        Health.State chain = chain(charge.labels().containsKey(RPC), rpcs, from, to);
        if (chain == Health.State.DID_NOT) {
            return Optional.of(chainOrRpc(series, charge, now, rpcs));
        }
        Health.State router = all(routers, from, to);
        if (router == Health.State.DID_NOT) {
            return Optional.of(verdict(
                    series, charge, now, Verdict.Party.ROUTER, "its router did not answer as it should", routers));
        }
        List<SeriesState> beside = beside(key, charge);
        List<SeriesState> failing = beside.stream()
                .filter(other -> other.health().between(charge.slot(), to) == Health.State.DID_NOT)
                .toList();
        List<SeriesState> working = beside.stream()
                .filter(other -> works(other.health(), charge.slot()))
                .toList();
        boolean routerKnown = router == Health.State.WORKED || (routers.isEmpty() && !working.isEmpty());
        boolean wayKnown = chain == Health.State.WORKED && (routerKnown || routers.isEmpty());
        // Not before the router was looked at: that it is silent says more.
        if (failing.size() >= TOGETHER && working.isEmpty() && wayKnown) {
            return Optional.of(verdict(
                    series,
                    charge,
                    now,
                    Verdict.Party.QUEUE,
                    failing.size() + " other miners of the router failed at the same time, and none answered",
                    failing));
        }
        if (chain == Health.State.WORKED && routerKnown) {
            List<SeriesState> path = new ArrayList<>(rpcs);
            path.addAll(routers);
            path.addAll(working);
            return Optional.of(verdict(
                    series, charge, now, Verdict.Party.MINER, "all above the miner worked before and after it", path));
        }
        return now.isAfter(to.plus(PATIENCE))
                ? Optional.of(verdict(
                        series,
                        charge,
                        now,
                        Verdict.Party.UNKNOWN,
                        "the way to the miner was not looked at",
                        List.of()))
                : Optional.empty();
    }

    /** Of an RPC that did not work: whether none of the network did. */
    private Verdict chainOrRpc(SeriesState series, OpenCharge charge, Instant now, List<SeriesState> rpcs) {
        Instant from = charge.slot().minus(AFTERMATH);
        boolean all = of(RpcHeadProbe.ID, null).stream()
                .allMatch(rpc -> rpc.health().between(from, charge.endedAt()) == Health.State.DID_NOT);
        return verdict(
                series,
                charge,
                now,
                all ? Verdict.Party.CHAIN : Verdict.Party.RPC,
                all ? "no RPC of the network showed a head that moves" : "the RPC that the router uses did not work",
                rpcs);
    }

    /**
     * Of the RPC that is named; where none is, of any: a chain moves as long as one shows it, and does not only when all were found
     * not to.
     */
    private static Health.State chain(boolean named, List<SeriesState> rpcs, Instant from, Instant to) {
        if (named || rpcs.isEmpty()) {
            return all(rpcs, from, to);
        }
        Set<Health.State> seen = rpcs.stream()
                .map(rpc -> rpc.health().between(from, to))
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Health.State.class)));
        return seen.contains(Health.State.WORKED)
                ? Health.State.WORKED
                : seen.contains(Health.State.UNKNOWN) ? Health.State.UNKNOWN : Health.State.DID_NOT;
    }

    private static Health.State all(List<SeriesState> states, Instant from, Instant to) {
        Health.State worst = states.isEmpty() ? Health.State.UNKNOWN : Health.State.WORKED;
        for (SeriesState state : states) {
            Health.State one = state.health().between(from, to);
            if (one == Health.State.DID_NOT) {
                return one;
            }
            worst = one == Health.State.UNKNOWN ? one : worst;
        }
        return worst;
    }

    private List<SeriesState> of(ProbeId probe, @Nullable String target) {
        List<SeriesState> all = network.stream()
                .filter(state -> state.key().probe().equals(probe))
                .toList();
        List<SeriesState> named = all.stream()
                .filter(state -> state.key().target().value().equals(target))
                .toList();
        return target == null ? all : named;
    }

    /** The same question to other miners of the same router. */
    private List<SeriesState> beside(SeriesKey key, OpenCharge charge) {
        String router = charge.labels().getOrDefault(ROUTER, "");
        return network.stream()
                .filter(state -> state.key().probe().equals(key.probe())
                        && !state.key().equals(key)
                        && state.canary().miner().router().equals(router))
                .toList();
    }

    private static boolean works(Health health, Instant since) {
        return health.okSlot() != null && !health.okSlot().isBefore(since);
    }

    private static Verdict verdict(
            SeriesState series, OpenCharge charge, Instant now, Verdict.Party party, String why, List<SeriesState> on) {
        return new Verdict(
                series.key(),
                series.network(),
                charge,
                now,
                party,
                why,
                on.stream()
                        .limit(8)
                        .map(state -> state.key().probe() + "@" + state.key().target() + " " + state.lastSlot())
                        .toList());
    }
}
