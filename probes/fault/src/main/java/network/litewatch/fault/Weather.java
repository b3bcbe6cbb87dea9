package network.litewatch.fault;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import network.litewatch.fault.FaultInjector.FaultHandle;

/** What is wrong with a proxied connection's network just now. Each demand stands for itself until it is undone. Thread-safe. */
final class Weather {

    private static final long RECHECK_MILLIS = 1_000;

    /** {@code ms} milliseconds and 0 to {@code jitter} more. Compared by identity: two equal demands are two. */
    private static final class Delay {
        private final int ms;
        private final int jitter;

        private Delay(int ms, int jitter) {
            this.ms = ms;
            this.jitter = jitter;
        }
    }

    private final List<Delay> delays = new CopyOnWriteArrayList<>();
    private final Set<Object> blackholes = ConcurrentHashMap.newKeySet();
    private final Set<Object> resets = ConcurrentHashMap.newKeySet();
    private final Object healed = new Object();

    FaultHandle delay(int ms, int jitter) {
        var delay = new Delay(ms, jitter);
        delays.add(delay);
        return () -> delays.remove(delay);
    }

    FaultHandle blackhole() {
        var token = new Object();
        blackholes.add(token);
        return () -> {
            blackholes.remove(token);
            synchronized (healed) {
                healed.notifyAll();
            }
        };
    }

    FaultHandle reset() {
        var token = new Object();
        resets.add(token);
        return () -> resets.remove(token);
    }

    boolean resetting() {
        return !resets.isEmpty();
    }

    /** How long the next bytes have to wait, in nanoseconds; drawn anew each time. */
    long delayNanos() {
        long millis = 0;
        for (Delay delay : delays) {
            millis += delay.ms
                    + (delay.jitter == 0 ? 0 : ThreadLocalRandom.current().nextInt(delay.jitter + 1));
        }
        return millis * 1_000_000;
    }

    /** Waits until nothing swallows bytes. */
    void awaitPassage() throws InterruptedException {
        while (!blackholes.isEmpty()) {
            synchronized (healed) {
                if (!blackholes.isEmpty()) {
                    healed.wait(RECHECK_MILLIS);
                }
            }
        }
    }
}
