package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetKind;
import org.junit.jupiter.api.Test;

/** What is said of a series that may fail more than promised, or take longer than it did: since when, and out of how many runs. */
class DriftSignalsTest {
    private static final int EVERY = 5;
    private static final double ELAPSED = 0.1;

    private final Fleet fleet = Fleet.of(List.of());
    private int second;

    @Test
    void theFirstFailureDatesTheFallUntilItIsForgotten() {
        assertThat(runs(20, true))
                .containsEntry(Signal.PROBE_FAILING, 0.0)
                .doesNotContainKeys(Signal.PROBE_FAILED_SINCE_SECONDS, Signal.PROBE_FAILED_RATIO);

        assertThat(runs(1, false)).containsEntry(Signal.PROBE_FAILED_SINCE_SECONDS, ELAPSED);
        Map<Signal, Double> later = runs(9, true);
        assertThat(later)
                .containsEntry(Signal.PROBE_FAILED_SINCE_SECONDS, 9 * EVERY + ELAPSED)
                .containsEntry(Signal.PROBE_FAILED_RATIO, 0.1)
                .containsEntry(Signal.PROBE_FAILED_SAMPLES, 10.0);
        assertThat(later.get(Signal.PROBE_FAILED_RATIO_LOW)).isLessThan(0.1);
        assertThat(later.get(Signal.PROBE_FAILED_RATIO_HIGH)).isGreaterThan(0.1);

        // One failure in 60 runs is about what is promised.
        assertThat(runs(60, true)).doesNotContainKey(Signal.PROBE_FAILED_SINCE_SECONDS);
        assertThat(runs(1, false)).containsEntry(Signal.PROBE_FAILED_SINCE_SECONDS, ELAPSED);
    }

    @Test
    void whoIsFailingIsSoForAsLongAsItTakesToSpeakForThePromise() {
        runs(20, true);

        assertThat(runs(8, false))
                .containsEntry(Signal.PROBE_FAILING, 1.0)
                .containsEntry(Signal.PROBE_FAILING_FLEET, 1.0)
                .containsEntry(Signal.PROBE_FAILED_SINCE_SECONDS, 7 * EVERY + ELAPSED);
        assertThat(runs(1, true)).containsEntry(Signal.PROBE_FAILING, 1.0);
        assertThat(runs(100, true))
                .containsEntry(Signal.PROBE_FAILING, 0.0)
                .containsEntry(Signal.PROBE_FAILING_FLEET, 0.0)
                .doesNotContainKey(Signal.PROBE_FAILED_SINCE_SECONDS);
    }

    @Test
    void aRunThatDoesNotCountOrOfAnotherProbeSaysNothing() {
        assertThat(see("rpc.subscription", Outcome.ok())).doesNotContainKey(Signal.PROBE_FAILING);
        assertThat(see("rpc.subscription", Outcome.ok())).doesNotContainKey(Signal.PROBE_FAILING);
        runs(10, true);
        double samples = runs(1, false).getOrDefault(Signal.PROBE_FAILED_SAMPLES, 0.0);

        assertThat(see("rpc.head", Outcome.inconclusive(Reason.VANTAGE_OFFLINE, "")))
                .containsEntry(Signal.PROBE_FAILED_SAMPLES, samples);
    }

    @Test
    void howLongItTakesIsSaidAfterTenOkRunsAndOnlyOfOkOnes() {
        runs(1, true);
        assertThat(runs(9, true)).doesNotContainKey(Signal.LATENCY_RATIO);

        Map<Signal, Double> known = runs(1, true);
        assertThat(known)
                .containsEntry(Signal.LATENCY_ROSE, 0.0)
                .containsEntry(Signal.LATENCY_SAMPLES, 8.0)
                .doesNotContainKey(Signal.LATENCY_SINCE_SECONDS);
        assertThat(known.get(Signal.LATENCY_RATIO)).isCloseTo(1, within(1e-6));
        assertThat(known.get(Signal.LATENCY_RATIO_LOW)).isLessThan(1);
        assertThat(known.get(Signal.LATENCY_RATIO_HIGH)).isGreaterThan(1);
        assertThat(runs(1, false)).doesNotContainKey(Signal.LATENCY_RATIO);
    }

    @Test
    void aFailureThatIsTheMinersOwnCountsWhenThatIsDecided() {
        DriftMemory memory = DriftMemory.NONE;
        assertThat(memory.failed(Runs.T0)).isEqualTo(memory);
        for (int i = 0; i < 3; i++) {
            memory = memory.step(ping(i + 1, Outcome.ok()), Runs.T0.plusSeconds(i), DriftPolicy.DEFAULT);
        }
        DriftMemory undecided =
                memory.step(ping(4, Outcome.failed(Reason.TIMEOUT, "")), Runs.T0.plusSeconds(3), DriftPolicy.DEFAULT);
        assertThat(undecided.evidence()).isEqualTo(memory.evidence());

        DriftMemory charged = undecided.failed(Runs.T0.plusSeconds(4));

        assertThat(charged.evidence()).isGreaterThan(10 * memory.evidence());
        assertThat(charged.since()).isEqualTo(Runs.T0.plusSeconds(4));
        assertThat(charged.failed(Runs.T0.plusSeconds(9)).since()).isEqualTo(Runs.T0.plusSeconds(4));
    }

    @Test
    void aPolicyIsAShareAboveAHalfAndAnHourAtLeast() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DriftPolicy(0.5, Duration.ofHours(1)))
                .withMessageContaining("promised");
        assertThatIllegalArgumentException().isThrownBy(() -> new DriftPolicy(1, Duration.ofHours(1)));
        assertThatIllegalArgumentException().isThrownBy(() -> new DriftPolicy(Double.NaN, Duration.ofHours(1)));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DriftPolicy(0.9, Duration.ofMinutes(59)))
                .withMessageContaining("falseAlarm");
        assertThat(new DriftPolicy(0.51, Duration.ofHours(1)).promised()).isEqualTo(0.51);
    }

    private static Observation ping(int second, Outcome outcome) {
        return Runs.run("miner.ping", "m", TargetKind.MINER, second, outcome, Map.of());
    }

    private Map<Signal, Double> runs(int count, boolean ok) {
        Map<Signal, Double> last = Map.of();
        for (int i = 0; i < count; i++) {
            last = see("rpc.head", ok ? Outcome.ok() : Outcome.failed(Reason.TIMEOUT, "no answer"));
        }
        return last;
    }

    private Map<Signal, Double> see(String probe, Outcome outcome) {
        second += EVERY;
        Fleet.Batch batch = fleet.apply(List.of(Runs.run(probe, "a", TargetKind.RPC, second, outcome, Map.of())));
        fleet.commit(batch);
        return batch.assessments().get(0).signals();
    }
}
