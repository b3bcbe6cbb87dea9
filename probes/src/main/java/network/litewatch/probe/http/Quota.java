package network.litewatch.probe.http;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many calls a provider lets us make, spread evenly over its period: what is not used is saved for ten seconds at most, so
 * that a burst early in the day does not leave the rest of it blind. Thread-safe. Full when made: a restart forgets at most
 * those ten seconds.
 */
public final class Quota {
    private static final long SAVED_NANOS = Duration.ofSeconds(10).toNanos();

    // The largest batch of a probe of ours is below this: with less, a small quota would never let it through.
    private static final int LEAST_SAVED = 25;

    private final double nanosPerCall;
    private final double most;
    private final LongSupplier nanos;
    private double saved;
    private long at;

    /**
     * @param calls positive
     * @param per positive
     * @param nanos monotonic clock
     */
    public Quota(long calls, Duration per, LongSupplier nanos) {
        if (calls <= 0 || per.isZero() || per.isNegative()) {
            throw new IllegalArgumentException("a quota is a positive number of calls in a positive time");
        }
        this.nanosPerCall = per.toNanos() / (double) calls;
        this.most = Math.max(LEAST_SAVED, SAVED_NANOS / nanosPerCall);
        this.nanos = nanos;
        this.saved = most;
        this.at = nanos.getAsLong();
    }

    /** Takes {@code calls} out of the quota; takes nothing, and is false, when there are not as many. */
    synchronized boolean take(int calls) {
        long now = nanos.getAsLong();
        saved = Math.min(most, saved + (now - at) / nanosPerCall);
        at = now;
        if (saved < calls) {
            return false;
        }
        saved -= calls;
        return true;
    }
}
