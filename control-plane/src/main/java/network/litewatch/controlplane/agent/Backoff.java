package network.litewatch.controlplane.agent;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * How long to wait after tries that failed, with full jitter so that agents which were cut off together do not come back together; and
 * how much to send at once: less after each refusal, a little more after each success.
 *
 * @param failures in a row
 */
record Backoff(int failures, int batch) {
    static final Backoff START = new Backoff(0, 100);

    /** Short enough that an agent which is reachable again is heard before anybody has to look for it. */
    static final Duration LONGEST = Duration.ofSeconds(20);

    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final int MOST = 500;
    private static final int MORE = 50;
    private static final int MAX_DOUBLINGS = 10;

    Backoff succeeded() {
        return new Backoff(0, Math.min(MOST, batch + MORE));
    }

    Backoff failed() {
        return new Backoff(failures + 1, Math.max(1, batch / 2));
    }

    /** How long to wait now: up to 1, 2, 4 ... seconds, and not less than {@code notBefore}, which the other side asked for. */
    Duration pause(RandomGenerator random, Duration notBefore) {
        Duration most = FIRST.multipliedBy(1L << Math.min(failures - 1, MAX_DOUBLINGS));
        Duration bounded = most.compareTo(LONGEST) > 0 ? LONGEST : most;
        Duration jittered = Duration.ofMillis(200 + (long) (random.nextDouble() * bounded.toMillis()));
        return jittered.compareTo(notBefore) < 0 ? notBefore.plus(jittered) : jittered;
    }
}
