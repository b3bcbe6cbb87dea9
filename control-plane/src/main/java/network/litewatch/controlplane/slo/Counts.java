package network.litewatch.controlplane.slo;

import java.util.Optional;
import network.litewatch.controlplane.drift.Ratio;

/**
 * What counts towards an SLO: runs, or slices of time.
 *
 * @param good those that kept the promise; at most {@code total}
 * @param total all that say anything; what is inconclusive, was not run or is part of a drill is none
 */
public record Counts(long good, long total) {
    public static final Counts NONE = new Counts(0, 0);

    public Counts {
        if (good < 0 || good > total) {
            throw new IllegalArgumentException("good must be 0 to total: " + good + " of " + total);
        }
    }

    /** One that was good, or was not. */
    public static Counts one(boolean good) {
        return new Counts(good ? 1 : 0, 1);
    }

    public Counts plus(Counts more) {
        return new Counts(good + more.good, total + more.total);
    }

    public long bad() {
        return total - good;
    }

    /** The share that was bad; empty where nothing was counted, which is not zero. */
    public Optional<Ratio> badShare() {
        return total == 0 ? Optional.empty() : Optional.of(Ratio.of(bad(), total));
    }
}
