package network.litewatch.controlplane.bench;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import network.litewatch.controlplane.schedule.Wheel;

/** A wheel and its clock that turn as fast as the machine can: hours of schedule in seconds. Confined to one thread. */
final class SimulatedWheel implements Wheel, InstantSource {
    private static final long TICK = 10;
    private static final int BUCKETS = 1 << 14;

    private final List<ArrayDeque<Due>> buckets = new ArrayList<>(BUCKETS);
    private long tick;

    private static final class Due {
        private final long tick;
        private final Runnable task;
        private boolean cancelled;

        Due(long tick, Runnable task) {
            this.tick = tick;
            this.task = task;
        }
    }

    SimulatedWheel(Instant start) {
        this.tick = start.toEpochMilli() / TICK;
        for (int i = 0; i < BUCKETS; i++) {
            buckets.add(new ArrayDeque<>(0));
        }
    }

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(tick * TICK);
    }

    @Override
    public Timer at(Instant when, Runnable task) {
        Due due = new Due(Math.max(tick + 1, -Math.floorDiv(-when.toEpochMilli(), TICK)), task);
        buckets.get((int) (due.tick % BUCKETS)).add(due);
        return () -> due.cancelled = true;
    }

    /** Lets so much time pass. */
    void pass(Duration time) {
        long end = tick + time.toMillis() / TICK;
        while (tick < end) {
            tick++;
            ArrayDeque<Due> bucket = buckets.get((int) (tick % BUCKETS));
            for (int left = bucket.size(); left > 0; left--) {
                Due due = bucket.remove();
                if (due.tick > tick) {
                    bucket.add(due);
                } else if (!due.cancelled) {
                    due.task.run();
                }
            }
        }
    }
}
