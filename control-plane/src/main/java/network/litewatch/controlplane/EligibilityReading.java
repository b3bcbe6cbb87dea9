package network.litewatch.controlplane;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.reputation.Eligibility;
import network.litewatch.controlplane.reputation.Formula;
import network.litewatch.controlplane.reputation.NodeRecord;
import network.litewatch.controlplane.reputation.Records;
import network.litewatch.controlplane.reputation.Score;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;

/**
 * What is known of the miners' eligibility: counts from the database, and what their newest assessments say.
 *
 * @param signals of a target, the newest of each, of what is seen from here
 */
record EligibilityReading(
        Supplier<List<Target>> targets,
        Function<TargetId, Map<Signal, Double>> signals,
        Records records,
        Supplier<Formula> formula,
        Supplier<Eligibility.Terms> terms,
        InstantSource clock) {
    List<Eligibility> all() {
        Instant now = clock.instant();
        Map<TargetId, NodeRecord> counted =
                records.all().stream().collect(Collectors.toMap(NodeRecord::node, record -> record));
        List<Target> miners = targets.get().stream()
                .filter(target -> target.kind() == TargetKind.MINER)
                .sorted(Comparator.comparing(target -> target.id().value()))
                .toList();
        return miners.stream()
                .map(miner -> Eligibility.of(known(miner, miners, counted, now), terms.get(), now))
                .toList();
    }

    private Eligibility.Known known(Target miner, List<Target> miners, Map<TargetId, NodeRecord> counted, Instant now) {
        Map<Signal, Double> of = signals.apply(miner.id());
        Double stake = of.get(Signal.STAKE_AMOUNT);
        Double claims = of.get(Signal.CANARY_CLAIM_FALSE);
        List<String> differences = new ArrayList<>();
        if (claims != null && claims > 0) {
            differences.add("the tokens that it claims are not those that were counted");
        }
        List<String> suspicions = new ArrayList<>();
        suspect(of, Signal.CANARY_ROOF_RATIO, 1, "faster than its card can be", suspicions);
        suspect(of, Signal.CANARY_CACHED, 0, "answers out of a store", suspicions);
        suspect(
                of,
                Signal.CANARY_IDENTITY_SUSPECT,
                0,
                "answers unlike those of trusted miners of its model",
                suspicions);
        return new Eligibility.Known(
                miner.id(),
                miner.network().value(),
                stake == null ? OptionalDouble.empty() : OptionalDouble.of(stake),
                Optional.ofNullable(counted.get(miner.id()))
                        .map(record -> Score.of(record.tallies(), formula.get(), now)),
                seen(miner, miners, counted),
                claims == null ? null : differences,
                suspicions);
    }

    private static void suspect(
            Map<Signal, Double> signals, Signal signal, double above, String what, List<String> suspicions) {
        if (signals.getOrDefault(signal, 0.0) > above) {
            suspicions.add(what);
        }
    }

    /** When nodes of the same address were last seen, by network. */
    private static Map<String, Optional<Instant>> seen(
            Target miner, List<Target> miners, Map<TargetId, NodeRecord> counted) {
        Map<String, Optional<Instant>> seen = new HashMap<>();
        for (Target other : miners) {
            if (other.id().equals(miner.id()) || sameAddress(miner, other)) {
                Optional<Instant> at =
                        Optional.ofNullable(counted.get(other.id())).map(NodeRecord::at);
                seen.merge(
                        other.network().value(),
                        at,
                        (one, two) ->
                                one.isEmpty() || (two.isPresent() && two.get().isAfter(one.get())) ? two : one);
            }
        }
        return seen;
    }

    private static boolean sameAddress(Target one, Target other) {
        String address =
                one.parameters().getOrDefault(DeadlineReading.ADDRESS, "").toLowerCase(Locale.ROOT);
        return !address.isEmpty()
                && address.equals(other.parameters()
                        .getOrDefault(DeadlineReading.ADDRESS, "")
                        .toLowerCase(Locale.ROOT));
    }
}
