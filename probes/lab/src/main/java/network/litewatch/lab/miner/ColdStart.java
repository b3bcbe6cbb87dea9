package network.litewatch.lab.miner;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A model that leaves memory when it has had no work for a while, and takes its time to come back. Thread-safe. */
final class ColdStart {

    /** It is gone after {@code idle} without work, and back {@code load} after the next task came. */
    record Times(Duration load, Duration idle) {}

    private @Nullable Times times; // this and all below guarded by this
    private long lastWork;
    private long loadedAt;
    private int active;

    /** A model that stays; {@code now} on {@link System#nanoTime}'s scale, as everywhere here. */
    ColdStart(long now) {
        lastWork = now;
        loadedAt = now;
    }

    /** From now on it leaves when idle; null: it stays. */
    synchronized void set(@Nullable Times given) {
        times = given;
    }

    /** A task came; how long its first token has to wait at least, in nanoseconds. {@link #finished} must follow. */
    synchronized long begin(long now) {
        Times cold = times;
        if (cold != null && active == 0 && now - lastWork >= cold.idle().toNanos()) {
            loadedAt = now + cold.load().toNanos();
        }
        active++;
        return cold == null ? 0 : Math.max(0, loadedAt - now);
    }

    /** A task that had begun is over, however. */
    synchronized void finished(long now) {
        active--;
        lastWork = now;
    }
}
