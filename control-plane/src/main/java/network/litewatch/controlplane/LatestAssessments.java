package network.litewatch.controlplane;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import network.litewatch.controlplane.api.TargetsResource;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.SeriesKey;
import network.litewatch.probe.Target;
import network.litewatch.probe.Vantage;
import org.jspecify.annotations.Nullable;

/** The newest assessment of every series, for those who look from outside the pipeline. Thread-safe. */
final class LatestAssessments {
    private final Map<SeriesKey, Assessment> latest = new ConcurrentHashMap<>();
    private final Predicate<Vantage> agents;
    private volatile @Nullable Instant newest;

    /** {@code agents} says which vantages are not this service's own. */
    LatestAssessments(Predicate<Vantage> agents) {
        this.agents = agents;
    }

    void add(Assessment assessment) {
        latest.put(assessment.key(), assessment);
        Instant before = newest;
        newest = before == null || assessment.at().isAfter(before) ? assessment.at() : before;
    }

    /** When the newest observation ended; empty before the first. */
    Optional<Instant> newest() {
        return Optional.ofNullable(newest);
    }

    Iterable<Assessment> all() {
        return latest.values();
    }

    /** Those of what was seen from here. */
    Iterable<Assessment> own() {
        return () -> latest.values().stream()
                .filter(assessment -> !agents.test(assessment.key().vantage()))
                .iterator();
    }

    TargetsResource.View view(Target target) {
        Map<String, TargetsResource.ProbeView> probes = new TreeMap<>();
        latest.forEach((key, assessment) -> {
            if (key.target().equals(target.id())) {
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
            }
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
