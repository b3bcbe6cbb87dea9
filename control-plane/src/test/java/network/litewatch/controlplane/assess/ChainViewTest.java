package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

/** What is said of an RPC, what of its chain, and on whose word. Timestamps are seconds since the start of the test. */
class ChainViewTest {
    private static final long START = Runs.T0.getEpochSecond();

    private final Fleet fleet = Fleet.of(List.of());

    @Test
    void aHeadFromTheFutureFramesNobody() {
        see("honest", "one", 0, 100, 0);
        Map<Signal, Double> liar = see("liar", "two", 1, 10_000, 900);

        assertThat(liar.get(Signal.RPC_HEAD_FUTURE_SECONDS)).isCloseTo(898.9, within(0.01));
        assertThat(see("honest", "one", 2, 102, 2)).doesNotContainKey(Signal.RPC_HEAD_LAG_SECONDS);
    }

    @Test
    void aLeapThatTheChainCannotMakeIsNoEvidenceEither() {
        for (int second = 0; second < 10; second++) {
            see("honest", "one", second, 100 + second, second);
            see("liar", "two", second, 100 + second, second);
        }
        see("liar", "two", 10, 5_000, 10);

        assertThat(see("honest", "one", 11, 111, 9)).doesNotContainKey(Signal.RPC_HEAD_LAG_SECONDS);
        assertThat(chain("honest", "one", 12, 112, 12)).containsEntry(Signal.CHAIN_WITNESSES, 1.0);
    }

    @Test
    void anRpcThatWasFrozenAndCatchesUpStaysAWitness() {
        for (int second = 0; second < 60; second++) {
            see("frozen", "two", second, second < 10 ? 100 + second : 109, second < 10 ? second : 9);
        }
        see("frozen", "two", 60, 160, 60);

        assertThat(see("other", "one", 60, 150, 50)).containsEntry(Signal.RPC_HEAD_LAG_SECONDS, 10.0);
    }

    @Test
    void aLeapThatLastsIsBelievedAfterTwoMinutes() {
        for (int second = 0; second < 10; second++) {
            see("a", "one", second, 100 + second, second);
        }
        for (int second = 10; second < 140; second += 5) {
            see("a", "one", second, 5_000 + second, second);
        }

        assertThat(see("b", "two", 140, 140, 130)).containsEntry(Signal.RPC_HEAD_LAG_SECONDS, 5.0);
    }

    @Test
    void theChainStandsStillOnlyWhenTwoOperatorsSaySo() {
        see("a1", "one", 0, 100, 0);
        see("a2", "one", 0, 100, 0);
        assertThat(chain("a1", "one", 30, 100, 0))
                .containsEntry(Signal.CHAIN_WITNESSES, 1.0)
                .doesNotContainKeys(Signal.CHAIN_STALLED_SECONDS, Signal.CHAIN_HEAD_UNCHANGED_SECONDS);

        see("b", "two", 40, 100, 0);
        assertThat(chain("a1", "one", 40, 100, 0))
                .containsEntry(Signal.CHAIN_WITNESSES, 2.0)
                .containsEntry(Signal.CHAIN_STALLED_SECONDS, 40.0);
        assertThat(chain("b", "two", 41, 101, 41)).containsEntry(Signal.CHAIN_STALLED_SECONDS, 0.0);
    }

    @Test
    void aPauseOfOursIsNoSilenceOfTheChain() {
        see("a", "one", 0, 100, 0);
        see("frozen", "two", 0, 90, -10);

        // Nobody asked for 30 s; the first to answer is one that is frozen.
        assertThat(chain("frozen", "two", 30, 90, -10)).containsEntry(Signal.CHAIN_STALLED_SECONDS, 0.0);
        assertThat(chain("a", "one", 31, 100, 0)).containsEntry(Signal.CHAIN_STALLED_SECONDS, 30.0);
    }

    @Test
    void silenceOfAQuietChainIsNoStall() {
        Map<String, String> quiet = Map.of("operator", "one", "cadence", "quiet");
        see("a", "two", 0, 100, 0);
        fleet.commit(fleet.apply(List.of(Runs.labelled(head("b", 0, 100, 0), quiet))));
        see("a", "two", 50, 100, 0);

        Fleet.Batch batch = fleet.apply(List.of(Runs.labelled(head("b", 50, 100, 0), quiet)));

        assertThat(batch.assessments().get(1).signals())
                .containsEntry(Signal.CHAIN_HEAD_UNCHANGED_SECONDS, 50.0)
                .doesNotContainKey(Signal.CHAIN_STALLED_SECONDS);
    }

    @Test
    void aQuietChainStandsStillForAsLongAsAWatchedTransactionWaits() {
        Map<String, String> quiet = Map.of("operator", "one", "cadence", "quiet");
        see("a", "two", 0, 100, 0);
        fleet.commit(fleet.apply(List.of(Runs.labelled(head("b", 0, 100, 0), quiet))));
        see("a", "two", 50, 100, 0);
        wallet(20);
        wallet(45);

        Fleet.Batch waiting = fleet.apply(List.of(Runs.labelled(head("b", 50, 100, 0), quiet)));
        assertThat(waiting.assessments().get(1).signals()).containsEntry(Signal.CHAIN_STALLED_SECONDS, 30.0);

        // A wallet that was not looked at for a minute says nothing of now.
        see("a", "two", 106, 100, 0);
        Fleet.Batch later = fleet.apply(List.of(Runs.labelled(head("b", 106, 100, 0), quiet)));
        assertThat(later.assessments().get(1).signals()).doesNotContainKey(Signal.CHAIN_STALLED_SECONDS);
    }

    @Test
    void ofTwoVantagesTheNewerHeadOfAnRpcCounts() {
        for (String order : List.of("there", "here")) {
            Observation mine = Runs.labelled(head("a", 2, 103, 3), Map.of("operator", "one"));
            Observation older = Runs.labelled(head("a", 1, 100, 0), Map.of("operator", "one"));
            Fleet two = Fleet.of(List.of());
            two.commit(two.apply(
                    order.equals("there") ? List.of(mine, from("there", older)) : List.of(older, from("there", mine))));
            Fleet.Batch batch = two.apply(List.of(Runs.labelled(head("b", 4, 101, 1), Map.of("operator", "two"))));

            assertThat(batch.assessments().get(0).signals()).as(order).containsEntry(Signal.RPC_HEAD_LAG_SECONDS, 2.0);
        }
    }

    private void wallet(int second) {
        fleet.commit(fleet.apply(List.of(Runs.run(
                "wallet.gas",
                "w",
                TargetKind.WALLET,
                second,
                Outcome.ok(),
                Map.of(
                        Measurement.WALLET_BALANCE,
                        5.0,
                        Measurement.WALLET_NONCE,
                        1.0,
                        Measurement.WALLET_PENDING,
                        1.0)))));
    }

    private static Observation from(String vantage, Observation run) {
        return new Observation(
                run.probe(),
                run.target(),
                run.kind(),
                run.network(),
                new Vantage(vantage),
                run.labels(),
                run.slot(),
                run.startedAt(),
                run.elapsed(),
                run.finding());
    }

    @Test
    void withThreeOthersOneAloneCannotSayThatAnRpcIsBehind() {
        see("b", "two", 0, 100, 0);
        see("c", "three", 0, 100, 0);
        see("d", "four", 0, 104, 4);

        assertThat(see("a", "one", 1, 100, 0)).containsEntry(Signal.RPC_HEAD_LAG_SECONDS, 0.0);
        see("c", "three", 1, 104, 4);
        assertThat(see("a", "one", 2, 100, 0))
                .containsEntry(Signal.RPC_HEAD_LAG_SECONDS, 4.0)
                .containsEntry(Signal.RPC_WITNESSES, 3.0);
    }

    @Test
    void aBackendThatIsBehindABalancerShowsAsAStepBackUntilItIsForgotten() {
        see("a", "one", 0, 100, 0);

        assertThat(see("a", "one", 2, 60, -40))
                .containsEntry(Signal.RPC_HEAD_BACKWARDS_BLOCKS, 40.0)
                .containsEntry(Signal.RPC_HEAD_BACKWARDS_SECONDS, 40.0);
        assertThat(see("a", "one", 4, 104, 4)).containsEntry(Signal.RPC_HEAD_BACKWARDS_BLOCKS, 0.0);
        see("a", "one", 6, 60, -40);
        assertThat(see("a", "one", 130, 70, -30)).containsEntry(Signal.RPC_HEAD_BACKWARDS_BLOCKS, 0.0);
    }

    @Test
    void theTimeBetweenBlocksIsMeasuredByTheBlocks() {
        for (int second = 0; second <= 20; second += 5) {
            see("a", "one", second, 100 + 4L * second, second);
        }

        assertThat(chain("a", "one", 25, 200, 25)).containsEntry(Signal.CHAIN_BLOCK_TIME_SECONDS, 0.25);
    }

    @Test
    void refusalsForALimitAreCountedAndMakeNoRpcFail() {
        for (int second = 0; second < 12; second++) {
            see("a", "one", second, 100 + second, second);
        }
        Map<Signal, Double> signals = Map.of();
        for (int second = 12; second < 20; second++) {
            Reason reason = second % 2 == 0 ? Reason.RATE_LIMITED : Reason.BILLING;
            signals = ended("a", second, Outcome.inconclusive(reason, ""));
        }

        assertThat(signals)
                .containsEntry(Signal.RPC_THROTTLED_RATIO, 0.4)
                .containsEntry(Signal.PROBE_WINDOW_RUNS, 20.0)
                .containsEntry(Signal.PROBE_SUCCESS_RATIO, 1.0)
                .containsEntry(Signal.PROBE_UNKNOWN_SECONDS, 8.0);
    }

    @Test
    void answersThatAreNoProtocolAreCounted() {
        see("a", "one", 0, 100, 0);

        assertThat(ended("a", 1, Outcome.failed(Reason.PROTOCOL_ERROR, "")))
                .containsEntry(Signal.PROBE_MALFORMED_RATIO, 0.5);
    }

    @Test
    void anotherChainShowsUntilTheRightOneIsBack() {
        assertThat(ended("a", 0, Outcome.failed(Reason.WRONG_CHAIN, ""))).containsEntry(Signal.RPC_WRONG_CHAIN, 1.0);
        assertThat(ended("a", 1, Outcome.inconclusive(Reason.RATE_LIMITED, "")))
                .doesNotContainKey(Signal.RPC_WRONG_CHAIN);
        assertThat(see("a", "one", 2, 100, 0)).containsEntry(Signal.RPC_WRONG_CHAIN, 0.0);
    }

    private Map<Signal, Double> ended(String rpc, int second, Outcome outcome) {
        Fleet.Batch batch = fleet.apply(List.of(Runs.run("rpc.head", rpc, TargetKind.RPC, second, outcome, Map.of())));
        fleet.commit(batch);
        return batch.assessments().get(0).signals();
    }

    private Map<Signal, Double> see(String rpc, String operator, int second, long number, long timestamp) {
        return both(rpc, operator, second, number, timestamp)
                .assessments()
                .get(0)
                .signals();
    }

    private Map<Signal, Double> chain(String rpc, String operator, int second, long number, long timestamp) {
        Assessment chain =
                both(rpc, operator, second, number, timestamp).assessments().get(1);
        assertThat(chain.kind()).isEqualTo(TargetKind.CHAIN);
        assertThat(chain.key().target().value()).isEqualTo("lab");
        return chain.signals();
    }

    private Fleet.Batch both(String rpc, String operator, int second, long number, long timestamp) {
        Fleet.Batch batch =
                fleet.apply(List.of(Runs.labelled(head(rpc, second, number, timestamp), Map.of("operator", operator))));
        fleet.commit(batch);
        return batch;
    }

    private static Observation head(String rpc, int second, long number, long timestamp) {
        return Runs.run(
                "rpc.head",
                rpc,
                TargetKind.RPC,
                second,
                Outcome.ok(),
                Map.of(Measurement.RPC_HEAD_NUMBER, (double) number, Measurement.RPC_HEAD_TIMESTAMP, (double)
                        (START + timestamp)));
    }
}
