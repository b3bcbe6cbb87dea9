package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetKind;
import org.junit.jupiter.api.Test;

/** What single series say after a run: of gas, ranges of logs, batches, wallets, and how the run itself went. */
class SeriesSignalsTest {
    private static final int HOUR = 3_600;
    private static final Outcome FAILED = Outcome.failed(Reason.TIMEOUT, "");

    private final Fleet fleet = Fleet.of(List.of());

    @Test
    void gasIsComparedWithTheMedianHourAfterADay() {
        for (int hour = 0; hour < 24; hour++) {
            // Two samples in an hour are one mean: 10 in half of the hours, 30 in the others.
            gas(hour * HOUR, hour % 2 == 0 ? 5 : 20);
            assertThat(gas(hour * HOUR + 1_800, hour % 2 == 0 ? 15 : 40))
                    .containsEntry(Signal.RPC_GAS_PRICE_SAMPLES, (double) hour)
                    .doesNotContainKey(Signal.RPC_GAS_PRICE_RATIO);
        }

        assertThat(gas(24 * HOUR, 60))
                .containsEntry(Signal.RPC_GAS_PRICE_SAMPLES, 24.0)
                .containsEntry(Signal.RPC_GAS_PRICE_RATIO, 3.0);
        assertThat(see("rpc.head", TargetKind.RPC, 24 * HOUR + 1, FAILED, Map.of(Measurement.RPC_GAS_PRICE, 9e9)))
                .doesNotContainKeys(Signal.RPC_GAS_PRICE_RATIO, Signal.RPC_GAS_PRICE_SAMPLES);
        // A week without a look at it: what was before is no reference any more.
        assertThat(gas(24 * HOUR + 7 * 24 * HOUR, 60)).containsEntry(Signal.RPC_GAS_PRICE_SAMPLES, 1.0);
    }

    @Test
    void aRangeOfLogsIsComparedWithTheBest() {
        assertThat(range(0, Outcome.ok(), 10_000))
                .containsEntry(Signal.RPC_LOGS_RANGE_BEST_BLOCKS, 10_000.0)
                .containsEntry(Signal.RPC_LOGS_RANGE_RATIO, 1.0);
        assertThat(range(1, Outcome.ok(), 500))
                .containsEntry(Signal.RPC_LOGS_RANGE_BEST_BLOCKS, 10_000.0)
                .containsEntry(Signal.RPC_LOGS_RANGE_RATIO, 0.05);
        assertThat(range(2, FAILED, 1))
                .doesNotContainKeys(Signal.RPC_LOGS_RANGE_BEST_BLOCKS, Signal.RPC_LOGS_RANGE_RATIO);
    }

    @Test
    void whatARollupShouldPostAndAssertWaitsUntilItDoes() {
        assertThat(rollup(0, 100, Map.of(Measurement.ROLLUP_BATCH_TIMESTAMP, 100.0)))
                .containsEntry(Signal.ROLLUP_UNPOSTED_SECONDS, 0.0)
                .containsEntry(Signal.ROLLUP_UNASSERTED_SECONDS, 0.0)
                .doesNotContainKey(Signal.ROLLUP_UNASSERTED_RATIO);
        Map<Measurement, Double> every = Map.of(Measurement.ROLLUP_ASSERTION_EVERY, 200.0);
        rollup(60, 160, Map.of());
        assertThat(rollup(100, 200, every))
                .containsEntry(Signal.ROLLUP_UNPOSTED_SECONDS, 40.0)
                .containsEntry(Signal.ROLLUP_UNASSERTED_SECONDS, 100.0)
                .containsEntry(Signal.ROLLUP_UNASSERTED_RATIO, 0.5);
        assertThat(rollup(110, 200, Map.of(Measurement.ROLLUP_ASSERTION_EVERY, 0.0)))
                .doesNotContainKey(Signal.ROLLUP_UNASSERTED_RATIO);
        assertThat(rollup(
                        120,
                        200,
                        Map.of(
                                Measurement.ROLLUP_BATCH_TIMESTAMP,
                                200.0,
                                Measurement.ROLLUP_ASSERTION_TIMESTAMP,
                                200.0)))
                .containsEntry(Signal.ROLLUP_UNPOSTED_SECONDS, 0.0)
                .containsEntry(Signal.ROLLUP_UNASSERTED_SECONDS, 0.0);
        assertThat(see("rollup.parent", TargetKind.CHAIN, 130, FAILED, Map.of(Measurement.ROLLUP_HEAD_TIMESTAMP, 1.0)))
                .doesNotContainKey(Signal.ROLLUP_UNPOSTED_SECONDS);
    }

    @Test
    void aWalletSaysHowLongItLastsAndWaits() {
        Map<Signal, Double> signals = Map.of();
        for (int hour = 0; hour <= 25; hour++) {
            signals = wallet(hour * HOUR, 1_000 - 10 * hour, hour, 0);
            assertThat(signals).containsEntry(Signal.WALLET_SPEND_HOURS, (double) hour);
            assertThat(signals.containsKey(Signal.WALLET_DAYS_LEFT)).isEqualTo(hour >= 24);
        }
        assertThat(signals)
                .containsEntry(Signal.WALLET_DAYS_LEFT, 750 / 240.0)
                .containsEntry(Signal.WALLET_STUCK_SECONDS, 0.0);
        wallet(25 * HOUR + 10, 750, 25, 1);
        assertThat(wallet(25 * HOUR + 40, 750, 25, 1)).containsEntry(Signal.WALLET_STUCK_SECONDS, 30.0);
        assertThat(see("wallet.gas", TargetKind.WALLET, 25 * HOUR + 50, FAILED, Map.of()))
                .doesNotContainKeys(Signal.WALLET_STUCK_SECONDS, Signal.WALLET_DAYS_LEFT, Signal.WALLET_SPEND_HOURS);
    }

    @Test
    void revertsPushesAndHeartbeatsAreCounted() {
        assertThat(reverted(0, "0xa:0x 0xb:0x")).containsEntry(Signal.WALLET_REVERTS, 2.0);
        assertThat(reverted(5, "")).containsEntry(Signal.WALLET_REVERTS, 2.0);
        assertThat(reverted(700, "")).containsEntry(Signal.WALLET_REVERTS, 0.0);

        pushed(0, 2);
        assertThat(pushed(10, 2)).containsEntry(Signal.PUSH_SILENT_SECONDS, 10.1);
        assertThat(see("rpc.subscription", TargetKind.RPC, 20, Outcome.ok(), Map.of()))
                .doesNotContainKey(Signal.PUSH_SILENT_SECONDS);

        beat(0, Outcome.ok(), 2);
        assertThat(beat(1, Outcome.ok(), 3))
                .containsEntry(Signal.HEARTBEAT_P95_SECONDS, 3.0)
                .containsEntry(Signal.HEARTBEAT_SAMPLES, 2.0);
        assertThat(beat(2, FAILED, 90)).containsEntry(Signal.HEARTBEAT_SAMPLES, 2.0);
    }

    @Test
    void howARunWentIsSaidOfThoseThatCount() {
        assertThat(see("rpc.head", TargetKind.RPC, 0, Outcome.ok(), Map.of()))
                .containsEntry(Signal.PROBE_ELAPSED_SECONDS, 0.1)
                .containsEntry(Signal.PROBE_MALFORMED_RATIO, 0.0)
                .containsEntry(Signal.RPC_WRONG_CHAIN, 0.0)
                .containsEntry(Signal.RPC_THROTTLED_RATIO, 0.0);
        assertThat(see("rpc.head", TargetKind.RPC, 5, Outcome.inconclusive(Reason.RATE_LIMITED, ""), Map.of()))
                .containsEntry(Signal.PROBE_UNKNOWN_SECONDS, 5.0)
                .containsEntry(Signal.RPC_THROTTLED_RATIO, 0.5)
                .doesNotContainKeys(Signal.PROBE_ELAPSED_SECONDS, Signal.RPC_WRONG_CHAIN);
        assertThat(see("router.status", TargetKind.ROUTER, 0, FAILED, Map.of()))
                .doesNotContainKeys(Signal.RPC_WRONG_CHAIN, Signal.RPC_THROTTLED_RATIO);
    }

    @Test
    void ofTargetsThatAreLeftAloneOnlyTheirLimitIsKnown() {
        Map<Signal, Double> alone = Map.of();
        for (int second = 0; second < 2; second++) {
            alone = see("rpc.head", TargetKind.RPC, second, Outcome.notRun(Reason.BACKING_OFF, ""), Map.of());
        }
        assertThat(alone)
                .containsOnlyKeys(
                        Signal.PROBE_UNKNOWN_SECONDS,
                        Signal.PROBE_UNKNOWN_RUNS,
                        Signal.PROBE_WINDOW_RUNS,
                        Signal.RPC_THROTTLED_RATIO)
                .containsEntry(Signal.RPC_THROTTLED_RATIO, 1.0);
        assertThat(see("rpc.head", TargetKind.RPC, 2, Outcome.inconclusive(Reason.RATE_LIMITED, ""), Map.of()))
                .containsEntry(Signal.PROBE_MALFORMED_RATIO, 0.0)
                .containsEntry(Signal.PROBE_WINDOW_RUNS, 3.0);
    }

    @Test
    void slotsWithoutAVerdictAreCountedUntilThereIsOne() {
        Outcome revoked = Outcome.inconclusive(Reason.UNAUTHORIZED, "");
        Outcome strange = Outcome.inconclusive(Reason.SHAPE_CHANGED, "");
        see("wallet.gas", TargetKind.WALLET, 0, Outcome.ok(), Map.of());
        see("wallet.gas", TargetKind.WALLET, 1, revoked, Map.of());
        see("wallet.gas", TargetKind.WALLET, 2, Outcome.notRun(Reason.BACKING_OFF, ""), Map.of());
        assertThat(see("wallet.gas", TargetKind.WALLET, 3, strange, Map.of()))
                .containsEntry(Signal.PROBE_UNKNOWN_RUNS, 3.0)
                .containsEntry(Signal.PROBE_MALFORMED_RATIO, 1 / 3.0);
        assertThat(see("wallet.gas", TargetKind.WALLET, 4, FAILED, Map.of()))
                .containsEntry(Signal.PROBE_UNKNOWN_RUNS, 0.0);
    }

    @Test
    void theClaimedNetworkTaskIsComparedWithTheChains() {
        Map<Measurement, Double> measured = new HashMap<>(Map.of(Measurement.INDEXER_NETWORK_TASK, 5.0));
        assertThat(see("indexer.claims", TargetKind.INDEXER, 0, Outcome.ok(), measured))
                .doesNotContainKey(Signal.INDEXER_NETWORK_TASK_DIFFERENCE);
        measured.put(Measurement.INDEXER_CHAIN_NETWORK_TASK, 8.0);
        assertThat(see("indexer.claims", TargetKind.INDEXER, 1, Outcome.ok(), measured))
                .containsEntry(Signal.INDEXER_NETWORK_TASK_DIFFERENCE, 3.0);
        measured.remove(Measurement.INDEXER_NETWORK_TASK);
        assertThat(see("indexer.claims", TargetKind.INDEXER, 2, Outcome.ok(), measured))
                .doesNotContainKey(Signal.INDEXER_NETWORK_TASK_DIFFERENCE);
    }

    private Map<Signal, Double> gas(int second, double price) {
        return see("rpc.head", TargetKind.RPC, second, Outcome.ok(), Map.of(Measurement.RPC_GAS_PRICE, price));
    }

    private Map<Signal, Double> range(int second, Outcome outcome, double blocks) {
        return see("rpc.logs_range", TargetKind.RPC, second, outcome, Map.of(Measurement.RPC_LOGS_RANGE, blocks));
    }

    private Map<Signal, Double> rollup(int second, double head, Map<Measurement, Double> more) {
        Map<Measurement, Double> measured = new HashMap<>(more);
        measured.put(Measurement.ROLLUP_HEAD_TIMESTAMP, head);
        return see("rollup.parent", TargetKind.CHAIN, second, Outcome.ok(), measured);
    }

    private Map<Signal, Double> wallet(int second, double balance, double nonce, double pending) {
        return see(
                "wallet.gas",
                TargetKind.WALLET,
                second,
                Outcome.ok(),
                Map.of(
                        Measurement.WALLET_BALANCE,
                        balance,
                        Measurement.WALLET_NONCE,
                        nonce,
                        Measurement.WALLET_PENDING,
                        pending));
    }

    private Map<Signal, Double> pushed(int second, double rise) {
        return see("rpc.subscription", TargetKind.RPC, second, Outcome.ok(), Map.of(Measurement.PUSH_HTTP_RISE, rise));
    }

    private Map<Signal, Double> beat(int second, Outcome outcome, double seconds) {
        return see("chain.canary", TargetKind.CHAIN, second, outcome, Map.of(Measurement.HEARTBEAT_TIME, seconds));
    }

    private Map<Signal, Double> reverted(int second, String hashes) {
        Observation run = Runs.run(
                "wallet.transactions",
                "w",
                TargetKind.WALLET,
                second,
                Outcome.ok(),
                Map.of(Measurement.WALLET_REVERTED, 0.0));
        return apply(new Observation(
                run.probe(),
                run.target(),
                run.kind(),
                run.network(),
                run.vantage(),
                run.labels(),
                run.slot(),
                run.startedAt(),
                run.elapsed(),
                new Finding(
                        run.outcome(),
                        Map.of(),
                        run.finding().measurements(),
                        hashes.isEmpty() ? Map.of() : Map.of("reverted", hashes))));
    }

    private Map<Signal, Double> see(
            String probe, TargetKind kind, int second, Outcome outcome, Map<Measurement, Double> measured) {
        return apply(Runs.run(probe, "target", kind, second, outcome, measured));
    }

    private Map<Signal, Double> apply(Observation observation) {
        Fleet.Batch batch = fleet.apply(List.of(observation));
        fleet.commit(batch);
        return batch.assessments().get(0).signals();
    }
}
