package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.Injector;
import network.litewatch.controlplane.drill.Scenes;
import org.junit.jupiter.api.Test;

class ScheduledDrillsTest {
    /** A Tuesday. */
    private static final Instant NOW = Instant.parse("2026-11-24T10:30:00Z");

    private static final Duration WEEK = Duration.ofDays(7);

    private final World world = new World();

    private static Drill drill(String id, Optional<String> window, String... skipIf) {
        return Scenes.scheduled(id, Drill.Tier.CI, new Drill.Schedule(WEEK, window, Set.of(skipIf)));
    }

    private void look() {
        new ScheduledDrills(world, () -> NOW).look();
    }

    @Test
    void whatIsDueInItsWindowIsBegun() {
        world.drills.add(drill("due", Optional.of("Tue 10:00-12:00 UTC")));
        world.last.put("due", NOW.minus(WEEK));
        look();
        assertThat(world.begun).containsExactly("due");
    }

    @Test
    void whatIsNotDueYetOrOutOfItsWindowIsNeitherBegunNorSkipped() {
        world.drills.add(drill("young", Optional.empty()));
        world.last.put("young", NOW.minus(WEEK).plusSeconds(1));
        world.drills.add(drill("closed", Optional.of("Wed 10:00-12:00 UTC")));
        look();
        assertThat(world.begun).isEmpty();
        assertThat(world.skipped).isEmpty();
    }

    @Test
    void oneIsBegunAtALookAndThatIsTheOneThatWaitedLongest() {
        world.drills.add(drill("late", Optional.empty()));
        world.last.put("late", NOW.minus(WEEK.multipliedBy(2)));
        world.drills.add(drill("never", Optional.empty()));
        world.drills.add(drill("later", Optional.empty()));
        world.last.put("later", NOW.minus(WEEK.multipliedBy(3)));
        look();
        assertThat(world.begun).containsExactly("never");
    }

    @Test
    void whatIsAgainstItIsWrittenDownAndAnotherIsBegun() {
        world.drills.add(drill("blocked", Optional.empty()));
        world.obstacles.put("blocked", List.of("an incident is open: RpcFailing of rpc-b"));
        world.drills.add(drill("free", Optional.empty()));
        look();
        assertThat(world.skipped).containsExactly("blocked: an incident is open: RpcFailing of rpc-b");
        assertThat(world.begun).containsExactly("free");
    }

    @Test
    void noClockBeginsADrillOfTierProductionOrOneThatNothingMakesTheFaultOf() {
        world.drills.add(
                Scenes.scheduled("real", Drill.Tier.PRODUCTION, new Drill.Schedule(WEEK, Optional.empty(), Set.of())));
        look();
        world.drills.clear();
        world.drills.add(drill("due", Optional.empty()));
        world.injector = Optional.empty();
        look();
        assertThat(world.begun).isEmpty();
        assertThat(world.skipped).isEmpty();
    }

    @Test
    void aDrillAnIncidentInItsBlastAndAnnouncedWorkAreObstacles() {
        Blast blast = new Blast(Set.of("rpc-b"), Set.of("rpc-b"), "lab/rpc");
        Alert here = Scenes.alert("RpcFailing", "critical", null, Alert.State.FIRING, NOW, null);
        Alert drilled = Scenes.alert("RpcFailing", "critical", "run-1", Alert.State.FIRING, NOW, null);
        Drill drill = drill("due", Optional.empty());
        assertThat(new DrillObstacles(List.of(), List.of(drilled), List.of(), List.of()).of(drill, blast, NOW))
                .isEmpty();
        assertThat(new DrillObstacles(List.of("lag-1"), List.of(here, drilled), List.of(), List.of())
                        .of(drill, blast, NOW))
                .containsExactly("a drill is running: lag-1", "an incident is open: RpcFailing of rpc-b");
        Blast elsewhere = new Blast(Set.of("router"), Set.of("router"), "lab/router");
        assertThat(new DrillObstacles(List.of(), List.of(here), List.of(), List.of()).of(drill, elsewhere, NOW))
                .isEmpty();
        assertThat(new DrillObstacles(List.of(), List.of(here), List.of(), List.of())
                        .of(drill("strict", Optional.empty(), "open_incident"), elsewhere, NOW))
                .hasSize(1);
    }

    /** What there is, and what was done. */
    private static final class World implements ScheduledDrills.Around {
        private final List<Drill> drills = new ArrayList<>();
        private final Map<String, Instant> last = new HashMap<>();
        private final Map<String, List<String>> obstacles = new HashMap<>();
        private final List<String> begun = new ArrayList<>();
        private final List<String> skipped = new ArrayList<>();
        private Optional<Injector> injector = Optional.of(new Nothing());

        @Override
        public List<Drill> drills() {
            return drills;
        }

        @Override
        public Optional<Injector> injector(Drill drill) {
            return injector;
        }

        @Override
        public Optional<Instant> last(String drill) {
            return Optional.ofNullable(last.get(drill));
        }

        @Override
        public List<String> obstacles(Drill drill, Instant now) {
            return obstacles.getOrDefault(drill.id(), List.of());
        }

        @Override
        public void begin(Drill drill) {
            begun.add(drill.id());
        }

        @Override
        public void skipped(Drill drill, String reason, Instant now) {
            skipped.add(drill.id() + ": " + reason);
        }
    }

    /** Makes no fault; nothing here asks it to. */
    private static final class Nothing implements Injector {
        @Override
        public Optional<String> refusal(Drill.Fault fault) {
            return Optional.empty();
        }

        @Override
        public Answer inject(Drill.Fault fault) {
            return new NotMade("makes none", true);
        }

        @Override
        public Optional<String> undo(Drill.Fault fault, Optional<String> handle) {
            return Optional.empty();
        }
    }
}
