package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.slo.live.SloProbe;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

/** The shipped rules over SLOs, fed with what the probe says. */
class SloRulesTest {
    private static final Instant T0 = Instant.parse("2026-11-21T10:00:00Z");

    private final Fleet fleet = Fleet.of(List.of());
    private final AlertBook alerts = new AlertBook(ShippedFiles.load().rules(), List.of());

    @Test
    void aPageStandsForTwoMinutesAndIsNotATicketToo() {
        assertThat(see(0, burning(0, 0))).isEmpty();
        assertThat(see(30, burning(1, 1))).containsExactly("SloBurnPage FIRED critical");
        assertThat(see(60, burning(0, 0))).isEmpty();
        assertThat(see(120, burning(0, 0))).isEmpty();
        assertThat(see(150, burning(0, 0))).containsExactly("SloBurnPage RESOLVED critical");
    }

    @Test
    void aTicketIsAWarning() {
        assertThat(see(0, burning(0, 1))).containsExactly("SloBurnTicket FIRED warning");
    }

    @Test
    void aBudgetIsSpentWhenTheWholeIntervalSaysSo() {
        Map<Measurement, Double> left = burning(0, 0);
        left.put(Measurement.SLO_BUDGET_LEFT, -0.1);
        left.put(Measurement.SLO_BUDGET_LEFT_HIGH, 0.05);
        assertThat(see(0, left)).isEmpty();
        left.put(Measurement.SLO_BUDGET_LEFT_HIGH, -0.02);
        assertThat(see(30, left)).containsExactly("SloBudgetSpent FIRED warning");
    }

    @Test
    void withoutTheDatabaseNothingIsSaid() {
        assertThat(see(0, burning(1, 1))).containsExactly("SloBurnPage FIRED critical");
        Finding away = Finding.of(Outcome.inconclusive(Reason.PATH_UNHEALTHY, "the database cannot be asked"));
        for (int i = 1; i < 20; i++) {
            assertThat(see(i * 30, away)).isEmpty();
        }
    }

    private static Map<Measurement, Double> burning(double page, double ticket) {
        Map<Measurement, Double> seen = new EnumMap<>(Measurement.class);
        seen.put(Measurement.SLO_BURN_PAGE, page);
        seen.put(Measurement.SLO_BURN_TICKET, ticket);
        seen.put(Measurement.SLO_BURN_RATE, 15.0);
        seen.put(Measurement.SLO_BUDGET_LEFT, 0.5);
        seen.put(Measurement.SLO_BUDGET_LEFT_HIGH, 0.6);
        seen.put(Measurement.SLO_SAMPLES, 100.0);
        return seen;
    }

    private List<String> see(int second, Map<Measurement, Double> measured) {
        return see(second, new Finding(Outcome.ok(), Map.of(), measured, Map.of()));
    }

    private List<String> see(int second, Finding finding) {
        Instant slot = T0.plusSeconds(second);
        Observation run = new Observation(
                SloProbe.ID,
                new TargetId("rpc-availability.lab"),
                TargetKind.SLO,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of("slo", "rpc-availability"),
                slot,
                slot,
                Duration.ofMillis(5),
                finding);
        Fleet.Batch batch = fleet.apply(List.of(run));
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
