package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.TargetKind;
import org.junit.jupiter.api.Test;

class ForkVoteTest {
    private final Fleet fleet = Fleet.of(List.of());

    @Test
    void oneAloneIsContradictedByNobody() {
        assertThat(see("a", "one", 0, 64, "x")).doesNotContainKey(Signal.RPC_ANCHOR_MISMATCHES);
        assertThat(see("a2", "one", 1, 64, "y")).doesNotContainKey(Signal.RPC_ANCHOR_MISMATCHES);
    }

    @Test
    void agreementIsZero() {
        see("a", "one", 0, 64, "x");

        assertThat(see("b", "two", 1, 64, "x")).containsEntry(Signal.RPC_ANCHOR_MISMATCHES, 0.0);
    }

    @Test
    void aTieCountsAgainstBothAndGrowsWithEachRun() {
        see("a", "one", 0, 64, "x");
        assertThat(see("b", "two", 1, 64, "y")).containsEntry(Signal.RPC_ANCHOR_MISMATCHES, 1.0);
        assertThat(see("a", "one", 60, 64, "x")).containsEntry(Signal.RPC_ANCHOR_MISMATCHES, 1.0);
        assertThat(see("b", "two", 61, 64, "y")).containsEntry(Signal.RPC_ANCHOR_MISMATCHES, 2.0);
        assertThat(see("b", "two", 120, 64, "x")).containsEntry(Signal.RPC_ANCHOR_MISMATCHES, 0.0);
    }

    @Test
    void amongThreeOperatorsTheMinorityIsOnTheFork() {
        see("a", "one", 0, 64, "x");
        see("b", "two", 1, 64, "x");

        assertThat(see("c", "three", 2, 64, "y")).containsEntry(Signal.RPC_ANCHOR_MISMATCHES, 1.0);
        assertThat(see("a", "one", 3, 64, "x")).containsEntry(Signal.RPC_ANCHOR_MISMATCHES, 0.0);
    }

    @Test
    void rpcsOfOneOperatorHaveOneVote() {
        see("c1", "three", 0, 64, "y");
        see("c2", "three", 0, 64, "y");
        see("c3", "three", 0, 64, "y");
        see("b", "two", 1, 64, "x");

        assertThat(see("a", "one", 2, 64, "x")).containsEntry(Signal.RPC_ANCHOR_MISMATCHES, 0.0);
    }

    @Test
    void anotherBlockOrAnOldAnswerIsNoComparison() {
        see("a", "one", 0, 64, "x");

        assertThat(see("b", "two", 1, 128, "y")).doesNotContainKey(Signal.RPC_ANCHOR_MISMATCHES);
        assertThat(see("b", "two", 700, 64, "y")).doesNotContainKey(Signal.RPC_ANCHOR_MISMATCHES);
    }

    @Test
    void gasIsComparedWithTheMedianOfPastHoursOnceThereIsADayOfThem() {
        for (int hour = 0; hour < 24; hour++) {
            assertThat(price(hour * 3600, hour % 2 == 0 ? 100 : 200)).doesNotContainKey(Signal.RPC_GAS_PRICE_RATIO);
        }

        // 24 past hours, half at 100, half at 200: median 150.
        assertThat(price(24 * 3600, 750))
                .containsEntry(Signal.RPC_GAS_PRICE_RATIO, 5.0)
                .containsEntry(Signal.RPC_GAS_PRICE_SAMPLES, 24.0);
        assertThat(price(40 * 24 * 3600, 100)).doesNotContainKey(Signal.RPC_GAS_PRICE_RATIO);
    }

    private Map<Signal, Double> price(int second, double wei) {
        return apply(Runs.run(
                "rpc.head", "a", TargetKind.RPC, second, Outcome.ok(), Map.of(Measurement.RPC_GAS_PRICE, wei)));
    }

    private Map<Signal, Double> see(String rpc, String operator, int second, long number, String hash) {
        Observation run = Runs.run("rpc.consistency", rpc, TargetKind.RPC, second, Outcome.ok(), Map.of());
        return apply(new Observation(
                run.probe(),
                run.target(),
                run.kind(),
                run.network(),
                run.vantage(),
                Map.of("operator", operator),
                run.slot(),
                run.startedAt(),
                Duration.ofMillis(100),
                new Finding(
                        Outcome.ok(),
                        Map.of(),
                        Map.of(Measurement.RPC_ANCHOR_NUMBER, (double) number),
                        Map.of("anchor_hash", hash))));
    }

    private Map<Signal, Double> apply(Observation observation) {
        Fleet.Batch batch = fleet.apply(List.of(observation));
        fleet.commit(batch);
        return batch.assessments().get(0).signals();
    }
}
