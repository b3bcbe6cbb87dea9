package network.litewatch.lab.slack;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;

/** One message a second in each channel, with bursts of five: about what Slack allows. Thread-safe. */
final class RateLimit {

    private static final int BURST = 5;
    private static final Duration PER_MESSAGE = Duration.ofSeconds(1);

    private final InstantSource clock;
    private final Map<String, Instant> emptyAt =
            new HashMap<>(); // guarded by this; when a channel's bucket will have drained

    RateLimit(InstantSource clock) {
        this.clock = clock;
    }

    /** Takes one message's worth: 0 when it may pass, else how many seconds to wait. */
    synchronized int take(String channel) {
        Instant now = clock.instant();
        Instant empty = emptyAt.getOrDefault(channel, now);
        Instant from = empty.isBefore(now) ? now : empty;
        Instant after = from.plus(PER_MESSAGE);
        Duration over = Duration.between(now.plus(PER_MESSAGE.multipliedBy(BURST)), after);
        if (over.compareTo(Duration.ZERO) > 0) {
            return (int) Math.max(1, over.toSeconds() + (over.toNanosPart() > 0 ? 1 : 0));
        }
        emptyAt.put(channel, after);
        return 0;
    }
}
