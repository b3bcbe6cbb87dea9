package network.litewatch.controlplane.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.drill.DrillRun.Command;
import network.litewatch.controlplane.drill.DrillRun.State;
import org.jspecify.annotations.Nullable;

/** What holds of every run, whatever is seen, said and left unsaid around it. */
class DrillRunPropertiesTest {
    /** A run among alerts, injectors and people who do as a seed says. */
    private static final class World {
        final Random chance;
        final List<Command> commands = new ArrayList<>();
        final List<DrillRun> states = new ArrayList<>();
        Instant now = Scenes.START;
        DrillRun run;
        boolean made;
        boolean forbidden;

        @Nullable
        Instant begun;

        World(long seed, Mode mode) {
            chance = new Random(seed);
            run = DrillRun.planned(Scenes.ID, Scenes.drill(), mode, now);
        }

        void live() {
            for (int i = 0; i < 6_000 && !run.isOver(); i++) {
                now = now.plusMillis(200 + chance.nextInt(3_000));
                DrillRun.Next next = run.step(sight());
                run = next.run();
                commands.add(next.command());
                obey(next.command());
                if (chance.nextInt(400) == 0) {
                    run = run.aborted("somebody said so", now);
                }
                if (begun == null && run.entered().containsKey(State.STEADY)) {
                    begun = run.entered().get(State.STEADY);
                }
                states.add(run);
            }
        }

        private void obey(Command command) {
            int what = chance.nextInt(10);
            if (command == Command.INJECT) {
                made |= what < 8;
                run = what < 7
                        ? run.injected("f-1", now.plusSeconds(120), now)
                        : what < 8 ? run.notInjected("?", false, now) : run.notInjected("no", true, now);
            } else if (command == Command.ROLL_BACK) {
                run = what < 3 ? run.rolledBack(now) : what < 6 ? run.notRolledBack("away", now) : run;
            }
        }

        private Sight sight() {
            List<Alert> alerts = new ArrayList<>();
            Instant injected = run.entered().get(State.INJECTED);
            if (injected != null && chance.nextInt(4) > 0) {
                alerts.add(Scenes.alert(
                        "Stalled",
                        chance.nextInt(20) == 0 ? "info" : "critical",
                        Scenes.ID,
                        chance.nextBoolean() ? Alert.State.FIRING : Alert.State.RESOLVED,
                        injected.plusSeconds(chance.nextInt(60)),
                        null));
            }
            if (injected != null && run.state() == State.INJECTED && chance.nextInt(30) == 0) {
                forbidden |= run.verdict() == null;
                alerts.add(Scenes.alert("RouterDown", "warning", null, Alert.State.FIRING, now, null));
            }
            List<Sight.Told> told = chance.nextBoolean()
                    ? List.of(new Sight.Told(List.of("Stalled"), chance.nextBoolean(), chance.nextBoolean()))
                    : List.of();
            return Scenes.sight(now, chance.nextInt(10) == 0 ? 9 : 0, alerts, told);
        }
    }

    private static World lived(long seed, Mode mode) {
        World world = new World(seed, mode);
        world.live();
        return world;
    }

    @Property(tries = 400)
    void aVerdictIsReachedWithinTheLongestRuntime(@ForAll long seed, @ForAll Mode mode) {
        World world = lived(seed, mode);
        assertThat(world.run.isOver()).isTrue();
        assertThat(world.run.verdict()).isNotNull();
        assertThat(world.run.why()).isNotEmpty();
        if (world.begun != null) {
            Instant closed = world.run.entered().get(State.CLOSED);
            assertThat(Duration.between(world.begun, closed))
                    .isLessThanOrEqualTo(Scenes.drill().limits().maxRuntime().plusSeconds(4));
        }
    }

    @Property(tries = 400)
    void whatMayHaveBeenInjectedIsAskedToBeUndone(@ForAll long seed) {
        World world = lived(seed, Mode.FAULT);
        int injected = world.commands.indexOf(Command.INJECT);
        if (world.made) {
            assertThat(world.commands.subList(injected, world.commands.size())).contains(Command.ROLL_BACK);
        }
        assertThat(world.commands.stream().filter(c -> c == Command.INJECT).count())
                .isLessThanOrEqualTo(1);
    }

    @Property(tries = 400)
    void nothingIsInjectedBeforeItIsMarkedAndTheMarkOutlastsTheFault(@ForAll long seed) {
        World world = lived(seed, Mode.FAULT);
        Instant injecting = world.run.entered().get(State.INJECTING);
        if (injecting != null) {
            assertThat(world.run.markedFrom().orElseThrow()).isBeforeOrEqualTo(injecting.minus(DrillRun.ARMING));
        }
        if (world.made && !world.run.entered().containsKey(State.ROLLED_BACK)) {
            assertThat(world.run.markedUntil().orElseThrow())
                    .isAfterOrEqualTo(world.run.faultEnds() == null ? world.now : world.run.faultEnds());
        }
    }

    @Property(tries = 400)
    void aForbiddenAlertNeverLeavesADrillProved(@ForAll long seed) {
        World world = lived(seed, Mode.FAULT);
        if (world.forbidden) {
            assertThat(world.run.verdict()).isNotEqualTo(Verdict.PROVED);
        }
    }

    @Property(tries = 200)
    void aVerdictNeverChangesAndStatesNeverGoBack(@ForAll long seed, @ForAll Mode mode) {
        World world = lived(seed, mode);
        for (int i = 1; i < world.states.size(); i++) {
            DrillRun before = world.states.get(i - 1);
            DrillRun after = world.states.get(i);
            assertThat(after.state()).isGreaterThanOrEqualTo(before.state());
            if (before.verdict() != null) {
                assertThat(after.verdict()).isEqualTo(before.verdict());
            }
        }
    }

    @Property(tries = 200)
    void whatBreaksNothingAsksForNothing(@ForAll long seed) {
        for (Mode mode : List.of(Mode.NULL, Mode.ACTIONLESS, Mode.FAULT_EMPTY)) {
            assertThat(lived(seed, mode).commands).containsOnly(Command.NOTHING);
        }
    }
}
