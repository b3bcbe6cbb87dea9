package network.litewatch.controlplane.alert.incident;

import static network.litewatch.controlplane.alert.incident.IncidentSamples.ID;
import static network.litewatch.controlplane.alert.incident.IncidentSamples.T0;
import static network.litewatch.controlplane.alert.incident.IncidentSamples.firing;
import static network.litewatch.controlplane.alert.incident.IncidentSamples.heard;
import static network.litewatch.controlplane.alert.incident.IncidentSamples.resolved;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.Bulletin.Status;
import network.litewatch.controlplane.alert.incident.ReceiverPolicy.LastTold;
import network.litewatch.controlplane.alert.incident.ReceiverPolicy.Step;
import network.litewatch.controlplane.alert.incident.ReceiverPolicy.Subscription;
import org.junit.jupiter.api.Test;

/** What a receiver is told by what it was told last; everything is an argument. */
class ReceiverPolicyTest {
    private static final Subscription CRITICAL = new Subscription(Set.of("critical"), false, false);
    private static final Subscription EVERYTHING = new Subscription(Set.of("critical", "warning"), true, true);
    private static final LastTold NOTHING = new LastTold(null, T0);
    private static final Alert A = firing("a", "critical", T0);
    private static final Alert B = firing("b", "warning", T0);

    private final Incident incident = Incident.opened(ID, GroupKey.of(A), T0);

    @Test
    void whatFiresIsToldAtOnceToWhoeverWantsItsSeverity() {
        Bulletin told = told(decide(T0, CRITICAL, NOTHING, heard(A)));

        assertThat(told.status()).isEqualTo(Status.FIRING);
        assertThat(told.severity()).isEqualTo("critical");
        assertThat(told.alerts()).containsExactly(A);
        assertThat(decide(T0, CRITICAL, NOTHING, heard(B)).bulletin()).isEmpty();
        assertThat(decide(T0, EVERYTHING, NOTHING, heard(B)).bulletin()).isPresent();
    }

    @Test
    void whatBeginsAsAWarningIsToldOnceItIsCritical() {
        assertThat(told(decide(T0, CRITICAL, NOTHING, heard(B), heard(A))).alerts())
                .containsExactly(A, B);
    }

    @Test
    void whatIsMutedBeginsNothingAndGoesOnWhereItWasTold() {
        Member muted = new Member(A, Optional.of("silenced"));
        assertThat(decide(T0, CRITICAL, NOTHING, muted).bulletin()).isEmpty();
        assertThat(told(decide(T0, EVERYTHING, NOTHING, muted, heard(B))).alerts())
                .containsExactly(B);

        LastTold last = last(T0, heard(A));
        Alert over = resolved(A, T0.plusSeconds(10));
        Step end = decide(T0.plusSeconds(600), CRITICAL, last, new Member(over, Optional.of("silenced")));
        assertThat(told(end).status()).isEqualTo(Status.RESOLVED);
    }

    @Test
    void anEndIsToldWhenItHasBeenQuietForAWhileSoThatFlappingIsOneIncident() {
        LastTold last = last(T0, heard(A));
        Instant over = T0.plusSeconds(10);
        Member ended = heard(resolved(A, over));
        Instant settled = over.plus(Pace.DEFAULT.settle());

        Step early = decide(settled.minusSeconds(1), CRITICAL, last, ended);
        assertThat(early.bulletin()).isEmpty();
        assertThat(early.lookAgain()).isEqualTo(settled);
        assertThat(told(decide(settled, CRITICAL, last, ended)).status()).isEqualTo(Status.RESOLVED);
        assertThat(decide(settled.minusSeconds(1), CRITICAL, last, heard(A)).bulletin())
                .isEmpty();
    }

    @Test
    void anEndOfWhatWasNeverToldIsNotWaitedFor() {
        Member ended = heard(resolved(A, T0.plusSeconds(1)));
        assertThat(told(decide(T0.plusSeconds(2), CRITICAL, NOTHING, ended)).status())
                .isEqualTo(Status.RESOLVED);
    }

    @Test
    void onlyWhoWantsAlertsIsToldOfOneMoreAndNotTooOften() {
        LastTold last = last(T0, heard(A));
        Instant edits = T0.plus(Pace.DEFAULT.edits());

        assertThat(decide(edits, CRITICAL, last, heard(A), heard(B)).bulletin()).isEmpty();
        Step early = decide(edits.minusSeconds(1), EVERYTHING, last, heard(A), heard(B));
        assertThat(early.bulletin()).isEmpty();
        assertThat(early.lookAgain()).isEqualTo(edits);
        assertThat(told(decide(edits, EVERYTHING, last, heard(A), heard(B))).alerts())
                .containsExactly(A, B);
        assertThat(decide(edits, EVERYTHING, last, heard(A)).bulletin()).isEmpty();
    }

    @Test
    void whoHasTakenItIsToldUntilThatLapses() {
        Duration lasts = Duration.ofMinutes(30);
        Incident taken = incident.acked("ann", T0, lasts);
        LastTold last = last(T0, heard(A));

        Bulletin told = told(ReceiverPolicy.decide(taken, situation(T0.plusSeconds(1), heard(A)), CRITICAL, last));
        assertThat(told.status()).isEqualTo(Status.ACKNOWLEDGED);
        assertThat(told.ackedBy()).isEqualTo("ann");

        LastTold acked = new LastTold(told, T0);
        Step waits = ReceiverPolicy.decide(taken, situation(T0.plusSeconds(2), heard(A)), CRITICAL, acked);
        assertThat(waits.bulletin()).isEmpty();
        assertThat(waits.lookAgain()).isEqualTo(T0.plus(lasts));
        assertThat(told(ReceiverPolicy.decide(taken, situation(T0.plus(lasts), heard(A)), CRITICAL, acked))
                        .status())
                .isEqualTo(Status.FIRING);
    }

    @Test
    void whoWantsRemindersIsToldAgainWhileSomethingFiresThatNobodyHasTakenNorMuted() {
        LastTold last = last(T0, heard(A));
        Instant due = T0.plus(Pace.DEFAULT.remindCritical());
        Incident taken = incident.acked("ann", T0, Duration.ofDays(1));
        Bulletin acked = told(ReceiverPolicy.decide(taken, situation(T0, heard(A)), EVERYTHING, NOTHING));

        assertThat(told(decide(due, EVERYTHING, last, heard(A)))).isEqualTo(last.bulletin());
        assertThat(decide(due.minusSeconds(1), EVERYTHING, last, heard(A))).isEqualTo(new Step(Optional.empty(), due));
        assertThat(decide(due, CRITICAL, last, heard(A)).bulletin()).isEmpty();
        assertThat(decide(due, EVERYTHING, last, new Member(A, Optional.of("silenced")))
                        .bulletin())
                .isEmpty();
        assertThat(ReceiverPolicy.decide(taken, situation(due, heard(A)), EVERYTHING, new LastTold(acked, T0))
                        .bulletin())
                .isEmpty();
        assertThat(decide(
                                T0.plus(Pace.DEFAULT.remindOthers()).minusSeconds(1),
                                EVERYTHING,
                                last(T0, heard(B)),
                                heard(B))
                        .bulletin())
                .isEmpty();
    }

    @Test
    void anAlertAloneIsToldToWhoWantsItsSeverityAndADrillsToNobody() {
        assertThat(CRITICAL.includes(A)).isTrue();
        assertThat(CRITICAL.includes(B)).isFalse();
        assertThat(EVERYTHING.includes(IncidentSamples.drilled(A, "freeze-1"))).isFalse();
    }

    @Test
    void aDrillIsToldToNobody() {
        Incident drilled = Incident.opened(ID, GroupKey.of(IncidentSamples.drilled(A, "freeze-1")), T0);

        assertThat(ReceiverPolicy.decide(drilled, situation(T0, heard(A)), EVERYTHING, NOTHING)
                        .bulletin())
                .isEmpty();
    }

    @Test
    void ofManyAlertsTheFirstHundredAreToldAndTheRestCounted() {
        Member[] many = new Member[Bulletin.MOST + 7];
        for (int i = 0; i < many.length; i++) {
            many[i] = heard(firing("t" + i, i == 50 ? "critical" : "warning", T0.plusSeconds(i)));
        }
        Bulletin told = told(decide(T0.plusSeconds(500), EVERYTHING, NOTHING, many));

        assertThat(told.alerts()).hasSize(Bulletin.MOST);
        assertThat(told.truncated()).isEqualTo(7);
        assertThat(told.first().labels()).containsEntry("target", "t50");
    }

    private Step decide(Instant now, Subscription wants, LastTold last, Member... members) {
        return ReceiverPolicy.decide(incident, situation(now, members), wants, last);
    }

    private LastTold last(Instant at, Member... members) {
        return new LastTold(told(decide(at, EVERYTHING, NOTHING, members)), at);
    }

    private static Bulletin told(Step step) {
        return step.bulletin().orElseThrow();
    }

    private static Situation situation(Instant now, Member... members) {
        return new Situation(now, List.of(members), true, false, 0, Optional.empty(), Pace.DEFAULT);
    }
}
