package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.Scenes;
import network.litewatch.controlplane.drill.Verdict;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.store.DrillStanding.Standing;
import network.litewatch.controlplane.vantage.VantageProbe;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The shipped rules over drills that have a schedule, fed with what the probe says. */
class DrillProofRulesTest {
    private static final Instant T0 = Instant.parse("2026-11-21T10:00:00Z");
    private static final Duration WEEK = Duration.ofDays(7);

    private final List<Drill> drills = new ArrayList<>(List.of(Scenes.scheduled(
            "reorg", Drill.Tier.STAGING, new Drill.Schedule(WEEK, Optional.empty(), Set.of("open_incident")))));
    private Instant now = T0;
    private Standing standing = new Standing(T0, Optional.empty(), Optional.empty());
    private final DrillProofs proofs = new DrillProofs(() -> drills, drill -> standing, () -> now);

    private final Fleet fleet = Fleet.of(List.of());
    private final AlertBook alerts = new AlertBook(ShippedFiles.load().rules(), List.of());

    @AfterEach
    void close() {
        proofs.close();
    }

    @Test
    void aDrillThatNeverProvedItsAlertIsToldAfterTwoIntervals() throws Exception {
        assertThat(after(Duration.ZERO)).isEmpty();
        assertThat(after(WEEK.multipliedBy(2))).isEmpty();
        assertThat(after(WEEK.multipliedBy(2).plusHours(1))).containsExactly("DrillNeverProved FIRED warning");

        standing = new Standing(T0, Optional.of(now), Optional.of(Verdict.PROVED));
        assertThat(after(WEEK.multipliedBy(2).plusHours(2))).containsExactly("DrillNeverProved RESOLVED warning");
        assertThat(after(WEEK.multipliedBy(5))).containsExactly("DrillProofOld FIRED warning");
    }

    @Test
    void aProofThatIsOlderThanTheScheduleCountsFromTheSchedule() throws Exception {
        standing = new Standing(T0, Optional.of(T0.minus(Duration.ofDays(300))), Optional.of(Verdict.PROVED));
        assertThat(after(WEEK)).isEmpty();
        assertThat(after(WEEK.multipliedBy(3))).containsExactly("DrillProofOld FIRED warning");
    }

    @Test
    void aDrillThatFailedIsToldUntilItIsProved() throws Exception {
        assertThat(after(Duration.ofHours(1))).isEmpty();
        standing = new Standing(T0, Optional.of(T0), Optional.of(Verdict.NOT_FIRED));
        assertThat(after(Duration.ofHours(2))).containsExactly("DrillFailed FIRED warning");
        standing = new Standing(T0, Optional.of(T0), Optional.of(Verdict.PROVED));
        assertThat(after(Duration.ofHours(3))).containsExactly("DrillFailed RESOLVED warning");
    }

    @Test
    void itIsToldInOurOwnNetworkSoThatItKeepsNoDrillFromBeingBegun() throws Exception {
        ProbePlan plan = proofs.plans().get(0);
        assertThat(plan.target().network()).isEqualTo(VantageProbe.NETWORK);
        assertThat(plan.target().labels())
                .containsEntry("rehearsed_in", drills.get(0).targets().network());
        assertThat(plan.probe().run(plan.target(), plan.timeout()).get().measurements())
                .isEqualTo(Map.of(
                        Measurement.DRILL_PROVED, 0.0, Measurement.DRILL_UNPROVED, 0.0, Measurement.DRILL_FAILED, 0.0));
    }

    @Test
    void ofADrillThatIsGoneNothingIsSaid() throws Exception {
        ProbePlan plan = proofs.plans().get(0);
        drills.clear();

        assertThat(proofs.plans()).isEmpty();
        assertThat(plan.probe()
                        .run(plan.target(), plan.timeout())
                        .get()
                        .outcome()
                        .kind())
                .isEqualTo(Outcome.Kind.INCONCLUSIVE);
    }

    private List<String> after(Duration time) throws Exception {
        now = T0.plus(time);
        ProbePlan plan = proofs.plans().get(0);
        Finding finding = plan.probe().run(plan.target(), plan.timeout()).get();
        Fleet.Batch batch = fleet.apply(
                List.of(Observation.of(plan.probe().id(), plan.target(), new Vantage("here"), now, now, now, finding)));
        AlertBook.Changes changes = alerts.evaluate(batch.assessments());
        fleet.commit(batch);
        alerts.commit(changes);
        List<String> told = new ArrayList<>();
        for (Transition transition : changes.transitions()) {
            told.add(transition.alert().rule() + " " + transition.kind() + " "
                    + transition.alert().labels().get("severity"));
        }
        return told;
    }
}
