package network.litewatch.lab.miner;

import java.time.Duration;

/**
 * When tokens leave: at fixed distances from the first one, so that a miner's speed is a setting and not the mood of a loaded machine.
 * Thread-safe.
 */
final class Pacing {

    private static final double MAX_FACTOR = 1_000;

    private final Duration interval;
    private volatile double slowFactor = 1;

    /** {@code interval} between tokens when nothing slows the miner; may be zero. */
    Pacing(Duration interval) {
        this.interval = interval;
    }

    /**
     * Stretches the distances from now on, also of streams that run.
     *
     * @throws IllegalArgumentException unless 0.1 to 1000
     */
    void slowBy(double factor) {
        if (!(factor >= 0.1 && factor <= MAX_FACTOR)) {
            throw new IllegalArgumentException("slow_factor: expected 0.1 to 1000, got " + factor);
        }
        slowFactor = factor;
    }

    /** The distance from one token to the next now, in nanoseconds. */
    long intervalNanos() {
        return (long) (interval.toNanos() * slowFactor);
    }

    /** A stream's clock; its first token is due at once. {@code nanos} is now on {@link System#nanoTime}'s scale. */
    Stream start(long nanos) {
        return new Stream(nanos);
    }

    /** One stream's due times. For one thread. */
    final class Stream {
        private long due;

        private Stream(long due) {
            this.due = due;
        }

        /** How long the next token has to wait, in nanoseconds, 0 or more; moves on to the one after it. */
        long nextDelayNanos(long now) {
            long delay = due - now;
            due += intervalNanos();
            return Math.max(0, delay);
        }
    }
}
