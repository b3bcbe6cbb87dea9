package network.litewatch.controlplane.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.drill.DrillRun.Command;
import network.litewatch.controlplane.drill.DrillRun.State;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DrillRunTest {
    private static final Sight.Told TOLD = new Sight.Told(List.of("Stalled"), true, true);

    private Instant now = Scenes.START;
    private DrillRun run = DrillRun.planned(Scenes.ID, Scenes.drill(), Mode.FAULT, now);
    private double lag = 0;
    private final List<Alert> alerts = new ArrayList<>();
    private final List<Sight.Told> told = new ArrayList<>();
    private final List<Command> commands = new ArrayList<>();

    @Test
    void whatFiresInTimeIsToldAndIsOverIsProved() {
        untilInjected();
        pass(10);
        fire("Stalled", "critical");
        told.add(TOLD);
        pass(1);
        assertThat(run.state()).isEqualTo(State.ROLLING_BACK);
        assertThat(commands).contains(Command.ROLL_BACK);
        mend();

        assertThat(run.verdict()).isEqualTo(Verdict.PROVED);
        assertThat(run.isPassed()).isTrue();
        assertThat(run.toFire()).contains(Duration.ofSeconds(10));
        assertThat(run.toResolve()).isPresent();
        assertThat(run.toFire("Stalled")).isEqualTo(run.toFire());
        assertThat(run.toResolve("Stalled")).isEqualTo(run.toResolve());
        assertThat(run.toFire("Behind")).isEmpty();
        assertThat(run.markedFrom().orElseThrow()).isBefore(run.entered().get(State.INJECTED));
        assertThat(run.markedUntil())
                .isEqualTo(Optional.ofNullable(run.entered().get(State.CLOSED)));
    }

    @Test
    void eachOfSeveralAlertsHasTimesOfItsOwn() {
        run = DrillRun.planned(Scenes.ID, Scenes.expectingToo("Behind", "warning"), Mode.FAULT, now);
        untilInjected();
        pass(5);
        fire("Behind", "warning");
        pass(10);
        fire("Stalled", "critical");
        told.add(new Sight.Told(List.of("Stalled", "Behind"), true, true));
        pass(1);
        run = run.rolledBack(now);
        pass(2);
        alerts.replaceAll(alert -> alert.rule().equals("Stalled") ? alert.resolved(now, List.of()) : alert);
        pass(3);
        assertThat(run.toResolve("Stalled")).contains(Duration.ofSeconds(2));
        assertThat(run.toResolve("Behind")).isEmpty();
        assertThat(run.toResolve()).isEmpty();
        resolve();
        pass(4);

        assertThat(run.verdict()).isEqualTo(Verdict.PROVED);
        assertThat(run.toFire("Behind")).contains(Duration.ofSeconds(5));
        assertThat(run.toFire("Stalled")).contains(Duration.ofSeconds(15)).isEqualTo(run.toFire());
    }

    @Test
    void whatIsNotSteadyIsNotBegun() {
        lag = 9;
        pass(59);
        assertThat(run.state()).isEqualTo(State.STEADY);
        pass(3);
        assertThat(run.verdict()).isEqualTo(Verdict.UNSAFE_START);
        assertThat(run.why()).contains("lag of rpc-b is 9");
        assertThat(commands).doesNotContain(Command.INJECT, Command.ROLL_BACK);
    }

    @Test
    void aBreakBeginsTheHoldAnew() {
        pass(4);
        lag = 9;
        pass(1);
        lag = 0;
        pass(5);
        assertThat(run.state()).isEqualTo(State.STEADY);
        pass(2);
        assertThat(run.state()).isEqualTo(State.ARMED);
    }

    @Test
    void aRefusalKeepsItFromBeginning() {
        for (int i = 0; i < 62; i++) {
            now = now.plusSeconds(1);
            run = run.step(new Sight(
                            now, List.of("rpc-b"), alerts, signals(), told, List.of("an incident is open"), true))
                    .run();
        }
        assertThat(run.verdict()).isEqualTo(Verdict.UNSAFE_START);
        assertThat(run.why()).contains("an incident is open");
    }

    @Test
    void anAlertThatDoesNotFireIsWaitedForAQuarterLonger() {
        untilInjected();
        pass(45);
        assertThat(run.verdict()).isNull();
        pass(6);
        assertThat(run.verdict()).isEqualTo(Verdict.NOT_FIRED);
        assertThat(run.state()).isEqualTo(State.ROLLING_BACK);
    }

    @Test
    void anAlertAfterItsBoundIsLate() {
        untilInjected();
        pass(43);
        fire("Stalled", "critical");
        told.add(TOLD);
        pass(1);
        mend();
        assertThat(run.verdict()).isEqualTo(Verdict.LATE);
    }

    @Test
    void anotherTargetsAlertIsNotTheOneThatIsExpected() {
        untilInjected();
        Alert other = Scenes.alert("Stalled", "critical", Scenes.ID, Alert.State.FIRING, now, null);
        alerts.add(new Alert(
                "x",
                "Stalled",
                Alert.State.FIRING,
                Map.of("target", "rpc-a", "drill", Scenes.ID),
                Map.of(),
                now,
                now,
                now,
                null,
                now,
                List.of(),
                other.now()));
        told.add(TOLD);
        pass(51);
        assertThat(run.verdict()).isEqualTo(Verdict.NOT_FIRED);
    }

    @Test
    void anotherSeverityIsWrong() {
        untilInjected();
        fire("Stalled", "warning");
        pass(1);
        assertThat(run.verdict()).isEqualTo(Verdict.WRONG_SEVERITY);
    }

    @Test
    void whatNobodyIsToldOfOrWithAnotherRunbookIsNotTold() {
        untilInjected();
        fire("Stalled", "critical");
        pass(31);
        assertThat(run.verdict()).isEqualTo(Verdict.NOT_TOLD);
        assertThat(run.why()).contains("nobody was told of Stalled");

        again(Mode.FAULT);
        untilInjected();
        fire("Stalled", "critical");
        told.add(new Sight.Told(List.of("Stalled"), true, false));
        pass(31);
        assertThat(run.verdict()).isEqualTo(Verdict.NOT_TOLD);
        assertThat(run.why()).contains("links no runbook");
    }

    @Test
    void moreMessagesThanPromisedAreTooMany() {
        untilInjected();
        fire("Stalled", "critical");
        told.add(TOLD);
        told.add(TOLD);
        pass(1);
        mend();
        assertThat(run.verdict()).isEqualTo(Verdict.NOT_TOLD);
        assertThat(run.why()).contains("2 messages");
    }

    @Test
    void aForbiddenAlertIsCollateral() {
        untilInjected();
        alerts.add(Scenes.alert("RouterDown", "warning", null, Alert.State.FIRING, now, null));
        pass(1);
        assertThat(run.verdict()).isEqualTo(Verdict.COLLATERAL);
        assertThat(run.state()).isEqualTo(State.ROLLING_BACK);
    }

    @Test
    void aForbiddenAlertOfAnotherRunOrOfBeforeIsNot() {
        alerts.add(Scenes.alert("RouterDown", "warning", "other-run", Alert.State.FIRING, now.plusSeconds(30), null));
        alerts.add(Scenes.alert("RouterDown", "warning", null, Alert.State.FIRING, now, null));
        untilInjected();
        pass(30);
        assertThat(run.verdict()).isNull();
    }

    @Test
    void anotherCriticalAlertEndsItAndAnAllowedOneDoesNot() {
        untilInjected();
        alerts.add(Scenes.alert("Behind", "critical", Scenes.ID, Alert.State.FIRING, now, null));
        pass(1);
        assertThat(run.verdict()).isNull();
        alerts.add(Scenes.alert("Unheard", "critical", Scenes.ID, Alert.State.FIRING, now, null));
        pass(1);
        assertThat(run.verdict()).isEqualTo(Verdict.ABORTED);
    }

    @Test
    void anAlertThatStaysIsNotResolvedAndTheRunEndsAllTheSame() {
        untilInjected();
        fire("Stalled", "critical");
        told.add(TOLD);
        pass(1);
        run = run.rolledBack(now);
        pass(41);
        assertThat(run.state()).isEqualTo(State.CLOSED);
        assertThat(run.verdict()).isEqualTo(Verdict.NOT_RESOLVED);
    }

    @Test
    void whatIsAllowedIsWaitedForAndNotHeldAgainstTheDrill() {
        untilInjected();
        fire("Stalled", "critical");
        told.add(TOLD);
        pass(1);
        run = run.rolledBack(now);
        resolve();
        alerts.add(Scenes.alert("Behind", "warning", Scenes.ID, Alert.State.FIRING, now, null));
        pass(60);
        assertThat(run.state()).isEqualTo(State.ROLLED_BACK);
        resolve();
        pass(4);
        assertThat(run.verdict()).isEqualTo(Verdict.PROVED);
        assertThat(run.toResolve().orElseThrow()).isLessThan(Duration.ofSeconds(2));
    }

    @Test
    void aDisturbanceThatStaysIsNotResolved() {
        untilInjected();
        fire("Stalled", "critical");
        told.add(TOLD);
        lag = 50;
        pass(1);
        run = run.rolledBack(now);
        resolve();
        pass(51);
        assertThat(run.verdict()).isEqualTo(Verdict.NOT_RESOLVED);
        assertThat(run.why()).contains("not as before: lag of rpc-b is 50");
    }

    @Test
    void aRollbackIsAskedForUntilItIsDoneOrTheLeaseIsOver() {
        untilInjected();
        run = run.aborted("somebody said so", now);
        commands.clear();
        pass(20);
        assertThat(commands).hasSize(20).containsOnly(Command.ROLL_BACK);
        pass(110);
        assertThat(run.entered()).containsKey(State.ROLLED_BACK);
        assertThat(run.verdict()).isEqualTo(Verdict.ABORTED);
    }

    @Test
    void whatWasPerhapsInjectedIsRolledBack() {
        pass(11);
        assertThat(run.state()).isEqualTo(State.INJECTING);
        run = run.notInjected("no answer", false, now);
        assertThat(run.state()).isEqualTo(State.ROLLING_BACK);
        assertThat(run.markedUntil()).isEmpty();
        commands.clear();
        pass(1);
        assertThat(commands).containsExactly(Command.ROLL_BACK);
        assertThat(run.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void whatWasCertainlyNotInjectedIsOver() {
        pass(11);
        run = run.notInjected("no such type", true, now);
        assertThat(run.state()).isEqualTo(State.CLOSED);
        assertThat(run.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    @Test
    void aNullDrillBreaksNothingAndPassesWhenNothingFires() {
        again(Mode.NULL);
        pass(60);
        assertThat(commands).doesNotContain(Command.INJECT, Command.ROLL_BACK);
        assertThat(run.verdict()).isEqualTo(Verdict.NOT_FIRED);
        assertThat(run.isPassed()).isTrue();
    }

    @Test
    void aNullDrillInWhichSomethingFiresFails() {
        again(Mode.NULL);
        pass(13);
        fire("Stalled", "critical");
        pass(1);
        assertThat(run.verdict()).isEqualTo(Verdict.COLLATERAL);
        assertThat(run.isPassed()).isFalse();
    }

    @Test
    void aRehearsalWithoutTheFaultEndsBeforeIt() {
        again(Mode.ACTIONLESS);
        pass(20);
        assertThat(commands).containsOnly(Command.NOTHING);
        assertThat(run.verdict()).isEqualTo(Verdict.REHEARSED);
        assertThat(run.isPassed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"RULE_OFF", "THRESHOLD_TEN_TIMES", "FAULT_EMPTY"})
    void aMutantThatIsNotNoticedFailsAndOneThatIsPasses(Mode mutant) {
        again(mutant);
        pass(11);
        if (run.state() == State.INJECTING) {
            run = run.injected("f-1", now.plusSeconds(120), now);
        }
        pass(55);
        assertThat(run.verdict()).isEqualTo(Verdict.NOT_FIRED);
        mend();
        assertThat(run.isPassed()).isTrue();

        assertThat(mutant.isPassedBy(Verdict.PROVED)).isFalse();
        assertThat(mutant.isPassedBy(Verdict.UNSAFE_START)).isFalse();
        assertThat(mutant.isPassedBy(Verdict.INCONCLUSIVE)).isFalse();
        assertThat(mutant.isPassedBy(Verdict.ABORTED)).isFalse();
    }

    @ParameterizedTest
    @EnumSource(names = {"RULE_OFF", "THRESHOLD_TEN_TIMES", "FAULT_EMPTY"})
    void aMutantUnderWhichAnAlertFiresInTimeAllTheSameFails(Mode mutant) {
        again(mutant);
        pass(11);
        if (run.state() == State.INJECTING) {
            run = run.injected("f-1", now.plusSeconds(120), now);
        }
        pass(2);
        fire("Stalled", "critical");
        pass(1);
        assertThat(run.verdict()).isEqualTo(Verdict.COLLATERAL);
        assertThat(run.why()).contains("Stalled fired after", mutant.label());
        mend();
        assertThat(run.isPassed()).isFalse();
    }

    @Test
    void whatBreaksNothingMayGoBesideItsLikesOnly() {
        Set<Mode> harmless = Set.of(Mode.NULL, Mode.ACTIONLESS, Mode.FAULT_EMPTY);
        for (Mode mode : Mode.values()) {
            for (Mode other : Mode.values()) {
                assertThat(mode.mayGoBeside(other)).isEqualTo(harmless.contains(mode) && harmless.contains(other));
            }
        }
    }

    @Test
    void aRunWhoseTurnNeverComesIsInconclusive() {
        run = run.step(new Sight(now, List.of("rpc-b"), alerts, signals(), told, List.of(), false))
                .run();
        assertThat(run.state()).isEqualTo(State.PLANNED);
        now = now.plus(DrillRun.QUEUE);
        run = run.step(new Sight(now, List.of("rpc-b"), alerts, signals(), told, List.of(), false))
                .run();
        assertThat(run.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
    }

    private void again(Mode mode) {
        alerts.clear();
        told.clear();
        commands.clear();
        run = DrillRun.planned(Scenes.ID, Scenes.drill(), mode, now);
    }

    private void untilInjected() {
        pass(11);
        assertThat(commands).contains(Command.INJECT);
        run = run.injected("f-1", now.plusSeconds(120), now);
        assertThat(run.state()).isEqualTo(State.INJECTED);
    }

    private void fire(String alert, String severity) {
        alerts.add(Scenes.alert(alert, severity, Scenes.ID, Alert.State.FIRING, now, null));
    }

    private void resolve() {
        alerts.replaceAll(alert -> alert.resolved(now, List.of()));
    }

    private void mend() {
        run = run.rolledBack(now);
        pass(3);
        resolve();
        pass(4);
        assertThat(run.state()).isEqualTo(State.CLOSED);
    }

    private Map<String, Map<String, Double>> signals() {
        return Map.of("rpc-b", Map.of("lag", lag));
    }

    /** So many seconds, one step each. */
    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            now = now.plusSeconds(1);
            DrillRun.Next next = run.step(Scenes.sight(now, lag, alerts, told));
            run = next.run();
            commands.add(next.command());
        }
    }
}
