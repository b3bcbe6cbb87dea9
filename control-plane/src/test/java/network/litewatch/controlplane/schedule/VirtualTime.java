package network.litewatch.controlplane.schedule;

import static java.util.Comparator.comparing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.PriorityQueue;

/** A clock and a wheel that move only when told to; tasks run on the caller's thread, in due order. */
public final class VirtualTime implements Wheel, InstantSource {
    private record Due(Instant at, long seq, Runnable task) {}

    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(comparing(Due::at).thenComparing(Due::seq));
    private Instant now;
    private long seq;

    public VirtualTime(Instant start) {
        this.now = start;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public Timer at(Instant when, Runnable task) {
        Due due = new Due(when.isBefore(now) ? now : when, seq++, task);
        queue.add(due);
        return () -> queue.remove(due);
    }

    public void advance(Duration by) {
        advanceTo(now.plus(by));
    }

    public void advanceTo(Instant end) {
        while (!queue.isEmpty() && !queue.peek().at().isAfter(end)) {
            Due due = queue.remove();
            now = due.at().isAfter(now) ? due.at() : now;
            due.task().run();
        }
        now = end;
    }

    /** Moves the clock without running what comes due: a prober that was starved of CPU. */
    public void freezeFor(Duration by) {
        now = now.plus(by);
    }
}
