package network.litewatch.controlplane.worker;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait before another try: anything up to an exponential bound ("full jitter", M. Brooker, Exponential Backoff And Jitter, AWS
 * Architecture Blog, 2015), so that many do not come back together.
 *
 * @param first bound of the wait after the first try, at least 1 ms
 * @param last bound that none exceeds
 */
public record Backoff(Duration first, Duration last) {
    /** From a second to a minute. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(60));

    private static final int MOST_DOUBLINGS = 10;

    /** After {@code attempts} tries before the one that failed; at least 1 ms. */
    public Duration after(int attempts, RandomGenerator random) {
        long bound = Math.min(last.toMillis(), first.toMillis() << Math.min(attempts, MOST_DOUBLINGS));
        return Duration.ofMillis(random.nextLong(bound) + 1);
    }
}
