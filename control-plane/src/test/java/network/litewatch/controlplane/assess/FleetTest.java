package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

class FleetTest {
    private final Fleet fleet = Fleet.of(List.of());

    @Test
    void oneRpcAloneHasNoLag() {
        assertThat(see(Runs.head("a", 0, 100))).doesNotContainKey(Signal.RPC_HEAD_LAG_SECONDS);
    }

    @Test
    void lagIsAgainstTheNewestHeadOfAnotherRpcOfTheNetwork() {
        see(Runs.head("a", 0, 123));

        assertThat(see(Runs.head("b", 1, 100)))
                .containsEntry(Signal.RPC_HEAD_LAG_SECONDS, 23.0)
                .containsEntry(Signal.RPC_HEAD_LAG_BLOCKS, 23.0);
    }

    @Test
    void theBestRpcHasNoNegativeLag() {
        see(Runs.head("a", 0, 100));

        assertThat(see(Runs.head("b", 1, 123))).containsEntry(Signal.RPC_HEAD_LAG_SECONDS, 0.0);
    }

    @Test
    void aHeadThatWasShownLongAgoIsNoWitness() {
        see(Runs.head("a", 0, 123));

        assertThat(see(Runs.head("b", 60, 100))).containsEntry(Signal.RPC_HEAD_LAG_SECONDS, 23.0);
        assertThat(see(Runs.head("b", 61, 100))).doesNotContainKey(Signal.RPC_HEAD_LAG_SECONDS);
    }

    @Test
    void anUnchangedHeadAgesFromWhenItWasFirstShown() {
        see(Runs.head("a", 0, 100));
        see(Runs.head("a", 2, 100));

        assertThat(see(Runs.head("a", 9, 100))).containsEntry(Signal.RPC_HEAD_UNCHANGED_SECONDS, 9.0);
        assertThat(see(Runs.head("a", 12, 101))).containsEntry(Signal.RPC_HEAD_UNCHANGED_SECONDS, 0.0);
    }

    @Test
    void aFailedRunSaysNothingOfTheHeadAndKeepsIt() {
        see(Runs.head("a", 0, 100));

        assertThat(see(Runs.run("rpc.head", "a", TargetKind.RPC, 5, Outcome.failed(Reason.TIMEOUT, ""), Map.of())))
                .doesNotContainKey(Signal.RPC_HEAD_UNCHANGED_SECONDS)
                .containsEntry(Signal.PROBE_CONSECUTIVE_FAILURES, 1.0);
        assertThat(see(Runs.head("a", 9, 100))).containsEntry(Signal.RPC_HEAD_UNCHANGED_SECONDS, 9.0);
    }

    @Test
    void anEndpointThatFailsStillShowsItsCertificateAndStatus() {
        Map<Measurement, Double> shown = Map.of(
                Measurement.TLS_EXPIRY, -60.0, Measurement.HTTP_STATUS_CODE, 502.0, Measurement.HTTP_BODY_BYTES, 9.0);

        assertThat(see(Runs.run("http", "site", TargetKind.ENDPOINT, 0, Outcome.failed(Reason.HTTP_STATUS, ""), shown)))
                .containsEntry(Signal.TLS_EXPIRY_SECONDS, -60.0)
                .containsEntry(Signal.HTTP_STATUS_CODE, 502.0)
                .doesNotContainKey(Signal.HTTP_BODY_BYTES);
    }

    @Test
    void longTimesAreToldInDays() {
        assertThat(Signal.TLS_EXPIRY_SECONDS.format(1_209_600)).isEqualTo("14.0 d");
        assertThat(Signal.TLS_EXPIRY_SECONDS.format(-400_000)).isEqualTo("-4.6 d");
        assertThat(Signal.TLS_EXPIRY_SECONDS.format(3_600)).isEqualTo("3600 s");
    }

    @Test
    void aSignalMayComeFromSeveralProbes() {
        assertThat(Signal.TLS_EXPIRY_SECONDS.givenBy(new ProbeId("tls"))).isTrue();
        assertThat(Signal.TLS_EXPIRY_SECONDS.givenBy(new ProbeId("websocket"))).isTrue();
        assertThat(Signal.TLS_EXPIRY_SECONDS.givenBy(new ProbeId("dns"))).isFalse();
        assertThat(Signal.TLS_EXPIRY_SECONDS.givenBy(new ProbeId("socket"))).isFalse();
        assertThat(Signal.RPC_HEAD_AGE_SECONDS.givenBy(new ProbeId("rpc.head"))).isTrue();
    }

    @Test
    void theLastTenRunsThatCountMakeTheRatio() {
        int second = 0;
        for (int ok = 0; ok < 10; ok++) {
            see(status(second++, Outcome.ok()));
        }
        see(status(second++, Outcome.inconclusive(Reason.PATH_UNHEALTHY, "")));
        see(status(second++, Outcome.failed(Reason.MINER_ERROR, "")));

        assertThat(see(status(second, Outcome.failed(Reason.MINER_ERROR, ""))))
                .containsEntry(Signal.PROBE_SUCCESS_RATIO, 0.8)
                .containsEntry(Signal.PROBE_SAMPLES, 10.0)
                .containsEntry(Signal.PROBE_CONSECUTIVE_FAILURES, 2.0);
    }

    private static Observation status(int second, Outcome outcome) {
        return Runs.run("router.status", "r", TargetKind.ROUTER, second, outcome, Map.of());
    }

    @Test
    void theMedianOfThreeIsComparedWithTheMedianOfFiveOrMoreEarlierOnes() {
        int second = 0;
        for (double rate : new double[] {10, 30, 20, 10, 30}) {
            see(Runs.canary("m", second++, Outcome.ok(), rate));
        }
        see(Runs.canary("m", second++, Outcome.ok(), 5));
        assertThat(see(Runs.canary("m", second++, Outcome.ok(), 12)))
                .doesNotContainKey(Signal.CANARY_DECODE_RATE_RATIO);

        // Reference 10 20 30 10 30: median 20; recent 5 12 10: median 10.
        assertThat(see(Runs.canary("m", second, Outcome.ok(), 10)))
                .containsEntry(Signal.CANARY_DECODE_RATE_RATIO, 0.5)
                .containsEntry(Signal.CANARY_REFERENCE_SAMPLES, 5.0);
    }

    @Test
    void aRateThatIsNoSpeedStaysOutOfTheReference() {
        for (int second = 0; second < 20; second++) {
            see(Runs.canary("m", second, Outcome.ok(), second % 2 == 0 ? 0 : Double.POSITIVE_INFINITY));
        }

        assertThat(see(Runs.canary("m", 20, Outcome.ok(), 10))).doesNotContainKey(Signal.CANARY_DECODE_RATE_RATIO);
    }

    @Test
    void anRpcThatMovedToAnotherNetworkIsNoWitnessInTheOldOne() {
        see(Runs.head("a", 0, 123));
        see(Runs.head("b", 1, 100));
        see(on("other", Runs.head("a", 2, 5_000)));

        assertThat(see(Runs.head("b", 3, 101))).doesNotContainKey(Signal.RPC_HEAD_LAG_SECONDS);
        assertThat(see(on("other", Runs.head("b", 4, 4_990)))).containsEntry(Signal.RPC_HEAD_LAG_SECONDS, 10.0);
    }

    @Test
    void whatAgentsSeeIsJudgedByWhatIsSeenHereAndIsNoWitness() {
        Fleet here = Fleet.of(List.of(), Set.of(new Vantage("far")), SpeedTable.EMPTY, DriftPolicy.DEFAULT);
        here.commit(here.apply(List.of(from("far", Runs.head("a", 0, 500)))));
        Fleet.Batch mine = here.apply(List.of(Runs.head("b", 1, 100)));
        here.commit(mine);
        assertThat(mine.assessments()).hasSize(2);
        assertThat(mine.assessments().get(0).signals()).doesNotContainKey(Signal.RPC_HEAD_LAG_SECONDS);

        Fleet.Batch far = here.apply(List.of(from("far", Runs.head("c", 2, 90))));
        assertThat(far.assessments()).as("nothing is said of the chain").hasSize(1);
        assertThat(far.assessments().get(0).signals()).containsEntry(Signal.RPC_HEAD_LAG_SECONDS, 10.0);
    }

    @Test
    void anAnswerThatCameAfterANewerOneSaysNothingOfTheChain() {
        fleet.commit(fleet.apply(List.of(Runs.head("a", 5, 105))));

        assertThat(fleet.apply(List.of(Runs.head("b", 4, 104))).assessments()).hasSize(1);
        assertThat(fleet.apply(List.of(Runs.head("b", 5, 104))).assessments()).hasSize(2);
        assertThat(fleet.apply(List.of(on("other", Runs.head("b", 4, 104)))).assessments())
                .hasSize(2);
    }

    @Test
    void ofAChainThatNobodyShowsCrediblyNothingIsConcluded() {
        Assessment chain = fleet.apply(List.of(
                        Runs.run("rpc.head", "a", TargetKind.RPC, 0, Outcome.failed(Reason.TIMEOUT, ""), Map.of())))
                .assessments()
                .get(1);
        assertThat(chain.outcome().kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
        assertThat(chain.signals()).containsEntry(Signal.CHAIN_WITNESSES, 0.0);

        assertThat(fleet.apply(List.of(Runs.head("a", 1, 5)))
                        .assessments()
                        .get(1)
                        .outcome())
                .isEqualTo(Outcome.ok());
    }

    @Test
    void whatABatchShowsCountsForWhatComesLaterInItAndNotBeforeItIsCommitted() {
        Fleet.Batch batch = fleet.apply(List.of(
                Runs.head("a", 0, 123),
                Runs.head("b", 1, 100),
                on("other", Runs.head("a", 2, 9)),
                Runs.head("b", 3, 100)));

        assertThat(batch.changed()).hasSize(2);
        assertThat(batch.assessments())
                .filteredOn(one -> one.key().target().value().equals("b"))
                .extracting(one -> one.signals().get(Signal.RPC_HEAD_LAG_SECONDS))
                .containsExactly(23.0, null);
        assertThat(see(Runs.head("b", 4, 100))).doesNotContainKey(Signal.RPC_HEAD_LAG_SECONDS);
        fleet.commit(batch);
        assertThat(fleet.state(SeriesKey.of(Runs.head("a", 0, 1))))
                .get()
                .returns(new NetworkId("other"), SeriesState::network);
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

    private static Observation on(String network, Observation run) {
        return new Observation(
                run.probe(),
                run.target(),
                run.kind(),
                new NetworkId(network),
                run.vantage(),
                run.labels(),
                run.slot(),
                run.startedAt(),
                run.elapsed(),
                run.finding());
    }

    private Map<Signal, Double> see(Observation run) {
        Fleet.Batch batch = fleet.apply(List.of(run));
        fleet.commit(batch);
        return batch.assessments().get(0).signals();
    }
}
