package network.litewatch.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.Injector;
import network.litewatch.controlplane.drill.Window;
import network.litewatch.controlplane.schedule.QuartzCluster.Chore;

/**
 * Begins drills that have a schedule, one at a look: the one that waited longest, in its window, where nothing is against it. What is
 * against it is written down, and it is looked at again.
 */
final class ScheduledDrills {
    private static final Duration LOOK = Duration.ofMinutes(1);

    private final Around around;
    private final InstantSource clock;

    /** What it sees and does. */
    interface Around {
        List<Drill> drills();

        /** What makes faults for it; empty where nothing does. */
        Optional<Injector> injector(Drill drill);

        /** When a run of the drill with a fault was last planned. */
        Optional<Instant> last(String drill);

        /** What is against beginning it now: a drill, an incident, announced work. */
        List<String> obstacles(Drill drill, Instant now);

        void begin(Drill drill);

        void skipped(Drill drill, String reason, Instant now);
    }

    private record Due(Drill drill, Instant since) {}

    ScheduledDrills(Around around, InstantSource clock) {
        this.around = around;
        this.clock = clock;
    }

    Chore chore() {
        return new Chore("scheduled-drills", LOOK, this::look);
    }

    /** Begins one at most: the next look sees that it runs. */
    void look() {
        Instant now = clock.instant();
        for (Due due : due(now)) {
            List<String> obstacles = around.obstacles(due.drill(), now);
            if (obstacles.isEmpty()) {
                around.begin(due.drill());
                return;
            }
            obstacles.forEach(reason -> around.skipped(due.drill(), reason, now));
        }
    }

    /** Whether the schedule of {@code drill} begins it, whose faults {@code injector} makes. */
    static boolean isBegun(Drill drill, Optional<Injector> injector) {
        // One of tier production is two people's to start, and no clock's.
        return drill.tier() != Drill.Tier.PRODUCTION
                && injector.isPresent()
                && drill.schedule().isPresent();
    }

    private List<Due> due(Instant now) {
        List<Due> due = new ArrayList<>();
        for (Drill drill : around.drills()) {
            if (isBegun(drill, around.injector(drill))
                    && drill.schedule().filter(its -> isOpen(its, now)).isPresent()) {
                Instant since = around.last(drill.id())
                        .map(last -> last.plus(drill.schedule().orElseThrow().every()))
                        .orElse(Instant.EPOCH);
                if (!since.isAfter(now)) {
                    due.add(new Due(drill, since));
                }
            }
        }
        due.sort(Comparator.comparing(Due::since)
                .thenComparing(one -> one.drill().id()));
        return due;
    }

    private static boolean isOpen(Drill.Schedule schedule, Instant now) {
        return schedule.window()
                .map(Window::parse)
                .map(window -> window.isOpen(now))
                .orElse(true);
    }
}
