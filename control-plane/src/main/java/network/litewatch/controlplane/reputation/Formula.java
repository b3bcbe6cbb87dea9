package network.litewatch.controlplane.reputation;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import network.litewatch.probe.TargetId;

/**
 * How counts become a score.
 *
 * @param version names it wherever a score is told
 * @param z half-width of intervals in standard deviations; 1.96 for 95 %
 * @param parts components that count; one that is absent does not
 * @param deadlines within which a step of a task is in time when it is seen; a replay takes what was judged then
 * @param away times in which nodes said that they would be away
 */
public record Formula(String version, double z, Map<Component, Part> parts, TaskDeadlines deadlines, List<Away> away) {
    /** Where the file names none. */
    public static final TaskDeadlines DEADLINES = new TaskDeadlines(Map.of(
            TaskDeadlines.Step.ACK, Duration.ofSeconds(60),
            TaskDeadlines.Step.PRECOMMIT, Duration.ofSeconds(90),
            TaskDeadlines.Step.COMMIT, Duration.ofMinutes(5)));

    /** Counts nothing: what there is without a file. */
    public static final Formula NONE = new Formula("none", 1.96, Map.of(), DEADLINES, List.of());

    /**
     * How one component counts.
     *
     * @param weight exponent of its share in the product; with 0 it is counted and told, and no more
     * @param halfLife after which evidence counts half
     * @param good counts before any evidence; positive
     * @param bad counts before any evidence; positive
     * @param minimum faded pieces of evidence below which the component says nothing
     */
    public record Part(double weight, Duration halfLife, double good, double bad, double minimum) {}

    /** {@code node} is announced to be away from {@code from}, inclusive, to {@code to}. */
    public record Away(TargetId node, Instant from, Instant to, String why) {
        boolean covers(TargetId other, Instant at) {
            return node.equals(other) && !at.isBefore(from) && at.isBefore(to);
        }
    }

    public Formula {
        parts = parts.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(parts));
        away = List.copyOf(away);
    }

    /** Whether {@code node} is announced to be away at {@code at}. */
    public boolean isAway(TargetId node, Instant at) {
        return away.stream().anyMatch(one -> one.covers(node, at));
    }

    /** Weights of all components together. */
    public double weight() {
        return parts.values().stream().mapToDouble(Part::weight).sum();
    }
}
