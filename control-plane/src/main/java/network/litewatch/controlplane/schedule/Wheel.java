package network.litewatch.controlplane.schedule;

import java.time.Instant;

/** Runs tasks at instants. The real one is a timing wheel; tests use one whose time moves only when told to. */
public interface Wheel {
    /** Runs {@code task} at {@code when}, or as soon as possible when that has passed. The task must not block. */
    Timer at(Instant when, Runnable task);

    /** A task that waits for its instant. */
    interface Timer {
        /** Keeps the task from running if it has not started; idempotent. */
        void cancel();
    }
}
