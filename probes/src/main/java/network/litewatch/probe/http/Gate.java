package network.litewatch.probe.http;

import java.util.ArrayDeque;
import java.util.Queue;

/** Lets so many in at a time; the others wait their turn, in order. Thread-safe, never blocks. */
final class Gate {
    private final int max;
    private final Queue<Runnable> waiting = new ArrayDeque<>();
    private int inside;

    Gate(int max) {
        this.max = max;
    }

    /** Runs {@code admitted} now or when its turn comes; whoever was admitted must {@link #leave}. */
    void enter(Runnable admitted) {
        synchronized (this) {
            if (inside >= max) {
                waiting.add(admitted);
                return;
            }
            inside++;
        }
        admitted.run();
    }

    void leave() {
        Runnable next;
        synchronized (this) {
            next = waiting.poll();
            if (next == null) {
                inside--;
            }
        }
        if (next != null) {
            next.run();
        }
    }
}
