package network.litewatch.controlplane;

import java.time.Instant;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import network.litewatch.controlplane.api.TargetsResource;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.SeriesKey;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.sampling.Interest;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.miner.CanaryKind;
import org.jspecify.annotations.Nullable;

/** The newest assessment of every series, for those who look from outside the pipeline. Thread-safe. */
final class LatestAssessments {
    /** What is answered out of our own database, and says nothing of a network. */
    static final Set<TargetKind> OF_OUR_OWN = Set.of(TargetKind.SLO, TargetKind.DRILL);

    private static final double PROVEN_BY = 10;

    private final Map<TargetId, Map<SeriesKey, Assessment>> latest = new ConcurrentHashMap<>();
    private final Predicate<Vantage> agents;
    private volatile @Nullable Instant newest;

    /** {@code agents} says which vantages are not this service's own. */
    LatestAssessments(Predicate<Vantage> agents) {
        this.agents = agents;
    }

    void add(Assessment assessment) {
        latest.computeIfAbsent(assessment.key().target(), target -> new ConcurrentHashMap<>())
                .put(assessment.key(), assessment);
        if (OF_OUR_OWN.contains(assessment.kind())) {
            return;
        }
        Instant before = newest;
        newest = before == null || assessment.at().isAfter(before) ? assessment.at() : before;
    }

    /** Forgets the series of a target that is probed no more. */
    void forget(ProbeId probe, TargetId target) {
        latest.computeIfPresent(target, (id, series) -> {
            series.keySet().removeIf(key -> key.probe().equals(probe));
            return series.isEmpty() ? null : series;
        });
    }

    /** When the newest observation of something else than our own counts ended; empty before the first. */
    Optional<Instant> newest() {
        return Optional.ofNullable(newest);
    }

    Iterable<Assessment> all() {
        return () -> latest.values().stream()
                .flatMap(series -> series.values().stream())
                .iterator();
    }

    /** How much another canary to {@code miner} would tell, by what its canaries last said. */
    Interest interest(TargetId miner) {
        boolean proven = false;
        for (Assessment assessment : latest.getOrDefault(miner, Map.of()).values()) {
            if (CanaryKind.of(assessment.key().probe()).isEmpty()
                    || agents.test(assessment.key().vantage())) {
                continue;
            }
            Map<Signal, Double> signals = assessment.signals();
            if (signals.getOrDefault(Signal.PROBE_CONSECUTIVE_FAILURES, 0.0) > 0) {
                return Interest.SUSPECT;
            }
            proven |= signals.getOrDefault(Signal.PROBE_SAMPLES, 0.0) >= PROVEN_BY
                    && signals.getOrDefault(Signal.PROBE_SUCCESS_RATIO, 0.0) == 1;
        }
        return proven ? Interest.PROVEN : Interest.NORMAL;
    }

    /** What the newest assessments of {@code target} by each question from here say; of one signal by several, the newest. */
    Map<Signal, Double> signals(TargetId target) {
        Map<Signal, Double> signals = new EnumMap<>(Signal.class);
        latest.getOrDefault(target, Map.of()).values().stream()
                .filter(assessment -> !agents.test(assessment.key().vantage()))
                .sorted(Comparator.comparing(Assessment::at))
                .forEach(assessment -> signals.putAll(assessment.signals()));
        return signals;
    }

    /** Seconds that our reading of the chain of {@code network} is behind; empty while unknown. */
    OptionalDouble chainGap(NetworkId network) {
        for (Assessment assessment : own()) {
            Double gap = assessment.signals().get(Signal.CHAIN_GAP_SECONDS);
            if (gap != null && assessment.network().equals(network)) {
                return OptionalDouble.of(gap);
            }
        }
        return OptionalDouble.empty();
    }

    /** Those of what was seen from here. */
    Iterable<Assessment> own() {
        return () -> latest.values().stream()
                .flatMap(series -> series.values().stream())
                .filter(assessment -> !agents.test(assessment.key().vantage()))
                .iterator();
    }

    TargetsResource.View view(Target target) {
        Map<String, TargetsResource.ProbeView> probes = new TreeMap<>();
        latest.getOrDefault(target.id(), Map.of()).forEach((key, assessment) -> {
            Map<String, Double> signals = new TreeMap<>();
            assessment.signals().forEach((signal, value) -> signals.put(signal.signalName(), value));
            probes.put(
                    key.probe().value() + (agents.test(key.vantage()) ? "@" + key.vantage() : ""),
                    new TargetsResource.ProbeView(
                            assessment.at(),
                            assessment.outcome().kind().label(),
                            assessment.outcome().reason().label(),
                            assessment.outcome().detail(),
                            signals));
        });
        return new TargetsResource.View(
                target.id().value(),
                target.kind().label(),
                target.network().value(),
                target.url().host(),
                target.labels(),
                probes);
    }
}
