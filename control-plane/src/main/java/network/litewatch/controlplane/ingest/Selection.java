package network.litewatch.controlplane.ingest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import network.litewatch.controlplane.network.Storing;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.Vantage;

/**
 * Chooses the observations that become documents, as {@link Storing} says. After a restart the first run of every series is
 * new, so too much is kept rather than too little.
 *
 * <p>Not thread-safe; one pipeline owns it. {@link #of} changes nothing, {@link #commit} takes over, with the caller's
 * transaction between the two.
 */
public final class Selection {
    private final Function<Observation, Storing> storing;
    private final Map<Series, Seen> last = new HashMap<>();

    /** One probe's runs at one target from one vantage. */
    public record Series(ProbeId probe, TargetId target, Vantage vantage) {
        /** The series that {@code observation} belongs to. */
        static Series of(Observation observation) {
            return new Series(observation.probe(), observation.target(), observation.vantage());
        }
    }

    /** What an alert speaks of: it need not be of one vantage. */
    public record Subject(ProbeId probe, TargetId target) {
        /** Whom {@code observation} is of. */
        public static Subject of(Observation observation) {
            return new Subject(observation.probe(), observation.target());
        }
    }

    /**
     * What was seen of a series last.
     *
     * @param stretch which of its samples' stretches that was in
     */
    public record Seen(Outcome.Kind kind, Reason reason, long stretch) {}

    /** What is kept of a batch, in its order, and what is then known of the series. */
    public record Batch(List<Observation> kept, Map<Series, Seen> seen) {}

    /** Asks {@code storing} anew for each observation: what it says may change while this runs. */
    public Selection(Function<Observation, Storing> storing) {
        this.storing = storing;
    }

    /** What is kept of {@code observations}; those of {@code evidence} are kept all. */
    public Batch of(List<Observation> observations, Set<Subject> evidence) {
        List<Observation> kept = new ArrayList<>();
        Map<Series, Seen> seen = new HashMap<>();
        for (Observation observation : observations) {
            Storing how = storing.apply(observation);
            if (how.everything()) {
                kept.add(observation);
                continue;
            }
            Series series = Series.of(observation);
            Seen before = seen.containsKey(series) ? seen.get(series) : last.get(series);
            Seen now = new Seen(
                    observation.outcome().kind(),
                    observation.outcome().reason(),
                    Math.floorDiv(
                            observation.slot().toEpochMilli(), how.sample().toMillis()));
            if (!now.equals(before) || evidence.contains(Subject.of(observation))) {
                kept.add(observation);
            }
            seen.put(series, now);
        }
        return new Batch(kept, seen);
    }

    /** Takes over what {@code batch} saw. */
    public void commit(Batch batch) {
        last.putAll(batch.seen());
    }
}
