package network.litewatch.controlplane.schedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Knows every plan that should run here and names those overdue by more than {@value #INTERVALS} intervals, whatever
 * Quartz or the wheel say of themselves: a scheduler that has silently stopped looks healthy from inside.
 *
 * <p>Thread-safe. Asked by the health check, the metrics and the log, on threads of their own.
 */
public final class ScheduleWatchdog {
    /** A plan is overdue when this many of its intervals have passed without a slot. */
    public static final int INTERVALS = 3;

    private final InstantSource clock;
    private final Instant since;
    private final Supplier<List<ProbePlan>> plans;
    private final Map<Integer, Shard> running = new ConcurrentHashMap<>();

    /** A plan that should have come due; {@code last} is its latest slot, or when the watch began. */
    public record Overdue(String plan, Instant last, Duration interval) {}

    /** Watches over what {@code plans} gives at the time. */
    public ScheduleWatchdog(InstantSource clock, Supplier<List<ProbePlan>> plans) {
        this.clock = clock;
        this.since = clock.instant();
        this.plans = plans;
    }

    /** To be called when this node starts a shard. */
    public void started(int index, Shard shard) {
        running.put(index, shard);
    }

    /** To be called when this node gives a shard up. */
    public void stopped(int index) {
        running.remove(index);
    }

    /** Overdue plans, longest overdue first. A plan of a shard that no node has taken here counts from the start. */
    public List<Overdue> overdue() {
        Instant now = clock.instant();
        Map<String, Instant> last = new ConcurrentHashMap<>();
        running.values().stream()
                .map(Shard::runners)
                .flatMap(Collection::stream)
                .forEach(runner -> last.put(runner.plan().name(), runner.lastSlot()));
        return plans.get().stream()
                .map(plan -> new Overdue(plan.name(), last.getOrDefault(plan.name(), since), plan.interval()))
                .filter(o ->
                        Duration.between(o.last(), now).compareTo(o.interval().multipliedBy(INTERVALS)) > 0)
                .sorted(Comparator.comparing(Overdue::last))
                .toList();
    }
}
