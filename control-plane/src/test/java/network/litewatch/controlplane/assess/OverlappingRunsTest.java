package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import network.litewatch.probe.Finding;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

/** Runs that end after the next slot came due, as every run does that times out where timeout and interval are equal. */
class OverlappingRunsTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration INTERVAL = Duration.ofSeconds(3);

    @Test
    void timeoutsCountAlthoughTheSkippedSlotAfterThemIsSeenFirst() {
        Fleet fleet = Fleet.of(List.of());

        for (int run = 0; run < 3; run++) {
            Instant slot = T0.plus(INTERVAL.multipliedBy(2L * run));
            Instant next = slot.plus(INTERVAL);
            feed(fleet, run(next, Duration.ZERO, Outcome.notRun(Reason.STILL_RUNNING, "")));
            feed(fleet, run(slot, INTERVAL.plusMillis(1), Outcome.failed(Reason.TIMEOUT, "")));
        }

        assertThat(fleet.state(SeriesKey.of(run(T0, Duration.ZERO, Outcome.ok()))))
                .hasValueSatisfying(
                        state -> assertThat(state.consecutiveFailures()).isEqualTo(3));
    }

    @Test
    void aSlotThatWasNotRunGivesNoSignalsAndStoresNothing() {
        Fleet fleet = Fleet.of(List.of());

        Fleet.Batch batch = fleet.apply(List.of(run(T0, Duration.ZERO, Outcome.notRun(Reason.PROBER_LATE, ""))));

        assertThat(batch.changed()).isEmpty();
        assertThat(batch.assessments())
                .singleElement()
                .satisfies(assessment -> assertThat(assessment.signals()).isEmpty());
    }

    private static void feed(Fleet fleet, Observation observation) {
        fleet.commit(fleet.apply(List.of(observation)));
    }

    private static Observation run(Instant slot, Duration elapsed, Outcome outcome) {
        return new Observation(
                new ProbeId("router.status"),
                new TargetId("router"),
                TargetKind.ROUTER,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of(),
                slot,
                slot,
                elapsed,
                Finding.of(outcome));
    }
}
