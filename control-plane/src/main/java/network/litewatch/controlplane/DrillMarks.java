package network.litewatch.controlplane;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.drill.Sight;
import network.litewatch.controlplane.store.DrillStore.Marked;
import network.litewatch.probe.Observation;

/**
 * Labels what is seen of a drill's targets while it runs with the id of the run, so that budgets and reputations leave it out and
 * people see what it is. Thread-safe.
 */
final class DrillMarks {
    private volatile List<Marked> marks = List.of();

    /** Marks by {@code current} from here on. */
    void use(List<Marked> current) {
        marks = List.copyOf(current);
    }

    /** {@code observation} with the label of the run that it belongs to, if it does. */
    Observation of(Observation observation) {
        if (marks.isEmpty() || observation.labels().containsKey(Sight.LABEL)) {
            return observation;
        }
        return run(observation.target().value(), observation.slot(), observation.endedAt())
                .map(run -> new Observation(
                        observation.probe(),
                        observation.target(),
                        observation.kind(),
                        observation.network(),
                        observation.vantage(),
                        with(observation.labels(), run),
                        observation.slot(),
                        observation.startedAt(),
                        observation.elapsed(),
                        observation.finding()))
                .orElse(observation);
    }

    /** {@code batch} with what was concluded across targets labelled too, where a drill says that it reaches that. */
    Fleet.Batch of(Fleet.Batch batch) {
        if (marks.isEmpty()) {
            return batch;
        }
        return new Fleet.Batch(batch.assessments().stream().map(this::of).toList(), batch.changed(), batch.verdicts());
    }

    private Assessment of(Assessment assessment) {
        // What rests on one run has that run's label or none: a verdict of an earlier run is not of now.
        if (!Fleet.GROUPS.contains(assessment.key().probe())) {
            return assessment;
        }
        return run(assessment.key().target().value(), assessment.at(), assessment.at())
                .map(run -> new Assessment(
                        assessment.key(),
                        assessment.kind(),
                        assessment.network(),
                        with(assessment.labels(), run),
                        assessment.at(),
                        assessment.outcome(),
                        assessment.signals()))
                .orElse(assessment);
    }

    /** The run that touches {@code target} at some time between the two. */
    private Optional<String> run(String target, Instant from, Instant to) {
        return marks.stream()
                .filter(mark -> mark.blast().touched().contains(target))
                .filter(mark -> !to.isBefore(mark.from())
                        && mark.until().map(until -> !from.isAfter(until)).orElse(true))
                .map(Marked::run)
                .findFirst();
    }

    private static Map<String, String> with(Map<String, String> labels, String run) {
        Map<String, String> more = new HashMap<>(labels);
        more.put(Sight.LABEL, run);
        return more;
    }
}
