package network.litewatch.controlplane.assess;

import java.time.Duration;

/**
 * What is promised of a target, and how often it may be accused of breaking that without having.
 *
 * @param promised share of runs that are ok; more than a half and less than 1
 * @param falseAlarm from one false alarm about a target to the next, on average at least
 */
public record DriftPolicy(double promised, Duration falseAlarm) {
    /** One false alarm in a target's year; the share is an assumption of ours, nothing is published. */
    public static final DriftPolicy DEFAULT = new DriftPolicy(0.99, Duration.ofDays(365));

    private static final double LEAST = 1_000;
    private static final double MOST = 1e9;

    public DriftPolicy {
        if (!(promised > 0.5 && promised < 1)) {
            throw new IllegalArgumentException("promised must be more than 0.5 and less than 1: " + promised);
        }
        if (falseAlarm.compareTo(Duration.ofHours(1)) < 0) {
            throw new IllegalArgumentException("falseAlarm must be an hour at least: " + falseAlarm);
        }
    }

    /** Runs between false alarms of a target that is asked so often; the most there can be while that is not known. */
    double between(Pace pace) {
        Duration every = pace.shortest();
        if (!pace.known() || every == null) {
            return MOST;
        }
        double runs = falseAlarm.toMillis() / (double) Math.max(1, every.toMillis());
        return Math.max(LEAST, Math.min(MOST, runs));
    }
}
