package network.litewatch.controlplane.assess;

import static network.litewatch.controlplane.assess.Runs.T0;
import static network.litewatch.controlplane.assess.Runs.labelled;
import static network.litewatch.controlplane.assess.Runs.run;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

/** Who a failed canary is charged with. A miner behind one router, whose RPC is {@code a}; {@code b} is another operator's. */
class PathToMinerTest {
    private static final Map<String, String> WAY = Map.of("router", "r", "rpc", "a");
    private static final Outcome SILENT = Outcome.failed(Reason.TIMEOUT, "silence");

    private final List<Verdict> verdicts = new ArrayList<>();
    private final Fleet fleet = Fleet.of(List.of());
    private List<Assessment> last = List.of();

    @Test
    void aMinerIsChargedOnceAllAboveItIsSeenToWorkAfterItsFailure() {
        healthyUntil(100);
        see(canary("m", 101, SILENT));
        assertThat(last.get(0).signals()).containsEntry(Signal.PROBE_CONSECUTIVE_FAILURES, 0.0);
        see(head("a", 104, 104));
        assertThat(verdicts).isEmpty();

        see(router(105, Outcome.ok()));
        assertThat(verdicts).singleElement().satisfies(verdict -> {
            assertThat(verdict.party()).isEqualTo(Verdict.Party.MINER);
            assertThat(verdict.restsOn())
                    .containsExactly("rpc.head@a 2026-01-01T00:01:44Z", "router.status@r 2026-01-01T00:01:45Z");
            assertThat(verdict.outcome()).isEqualTo(Outcome.failed(Reason.TIMEOUT, "silence"));
        });
        Assessment charged = last.get(last.size() - 1);
        assertThat(charged.key().target().value()).isEqualTo("m");
        assertThat(charged.signals())
                .containsEntry(Signal.PROBE_CONSECUTIVE_FAILURES, 1.0)
                .containsEntry(Signal.PROBE_SAMPLES, 1.0)
                .containsEntry(Signal.PROBE_SUCCESS_RATIO, 0.0);
    }

    @Test
    void aRouterThatDoesNotAnswerIsCharged() {
        healthyUntil(100);
        see(canary("m", 101, SILENT));
        see(head("a", 104, 104));
        see(router(105, Outcome.failed(Reason.TIMEOUT, "no answer")));

        assertThat(verdicts).extracting(Verdict::party).containsExactly(Verdict.Party.ROUTER);
        assertThat(verdicts.get(0).outcome())
                .isEqualTo(Outcome.inconclusive(
                        Reason.PATH_UNHEALTHY,
                        "router: its router did not answer as it should; the run itself: timeout, silence"));
        assertThat(last.get(last.size() - 1).signals()).isEmpty();
        see(router(108, Outcome.ok()));
        assertThat(verdicts).hasSize(1);
    }

    @Test
    void whatWasBrokenJustBeforeIsChargedToo() {
        healthyUntil(90);
        see(router(95, Outcome.failed(Reason.CONNECTION_RESET, "gone")));
        see(head("a", 96, 96));
        see(router(98, Outcome.ok()));
        see(canary("m", 101, SILENT));
        see(head("a", 104, 104));

        assertThat(verdicts).extracting(Verdict::party).containsExactly(Verdict.Party.ROUTER);
    }

    @Test
    void aRouterThatAnswersSomethingElseStillPassesTasksOn() {
        healthyUntil(100);
        see(canary("m", 101, SILENT));
        see(head("a", 104, 104));
        see(router(105, Outcome.failed(Reason.SHAPE_CHANGED, "a field has another name")));
        assertThat(verdicts).extracting(Verdict::party).containsExactly(Verdict.Party.MINER);
    }

    @Test
    void aFrozenRpcOfTheRouterIsChargedAndAFrozenChainIsAChain() {
        healthyUntil(100);
        see(head("a", 112, 100));
        see(head("b", 112, 112));
        see(canary("m", 101, SILENT));
        see(router(113, Outcome.ok()));
        assertThat(verdicts).extracting(Verdict::party).containsExactly(Verdict.Party.RPC);

        see(head("a", 130, 100));
        see(head("b", 130, 112));
        see(canary("m", 125, SILENT));
        see(router(131, Outcome.ok()));
        assertThat(verdicts).extracting(Verdict::party).containsExactly(Verdict.Party.RPC, Verdict.Party.CHAIN);
        assertThat(verdicts)
                .extracting(Verdict::why)
                .containsExactly(
                        "the RPC that the router uses did not work", "no RPC of the network showed a head that moves");
    }

    @Test
    void whereNoRpcIsNamedOneThatShowsTheChainIsEnough() {
        healthyUntil(100);
        see(labelled(Runs.canary("m", 101, SILENT, 10), Map.of("router", "r")));
        see(router(105, Outcome.ok()));
        see(head("b", 112, 100));
        assertThat(verdicts).as("one stands still, the other was not looked at").isEmpty();

        see(head("a", 113, 113));
        assertThat(verdicts).extracting(Verdict::party).containsExactly(Verdict.Party.MINER);
    }

    @Test
    void aRouterThatNobodyAsksIsVouchedForByAMinerThatAnswersThroughIt() {
        Map<String, String> unasked = Map.of("router", "elsewhere", "rpc", "a");
        healthyUntil(100);
        see(labelled(Runs.canary("n", 99, Outcome.ok(), 10), unasked));
        see(labelled(Runs.canary("m", 101, SILENT, 10), unasked));
        see(head("a", 104, 104));
        assertThat(verdicts).isEmpty();

        see(labelled(Runs.canary("n", 106, Outcome.ok(), 10), unasked));
        assertThat(verdicts).singleElement().satisfies(verdict -> {
            assertThat(verdict.party()).isEqualTo(Verdict.Party.MINER);
            assertThat(verdict.restsOn()).last().asString().startsWith("miner.canary@n ");
        });
    }

    @Test
    void behindARouterThatNobodyAsksThoseThatFailTogetherAreNotCharged() {
        Map<String, String> unasked = Map.of("router", "elsewhere", "rpc", "a");
        healthyUntil(100);
        for (String miner : List.of("m", "n", "o")) {
            see(labelled(Runs.canary(miner, 101, SILENT, 10), unasked));
        }
        assertThat(verdicts).as("the chain was not looked at since").isEmpty();

        see(head("a", 104, 104));
        assertThat(verdicts)
                .extracting(Verdict::party)
                .containsOnly(Verdict.Party.QUEUE)
                .hasSize(3);
    }

    @Test
    void whoWasNotAskedMeanwhileNeitherFailedNorAnswered() {
        for (String miner : List.of("n", "o", "p")) {
            see(canary(miner, 80, Outcome.ok()));
        }
        healthyUntil(100);
        see(canary("m", 101, SILENT));
        see(head("a", 104, 104));
        see(router(105, Outcome.ok()));

        assertThat(verdicts).singleElement().satisfies(verdict -> {
            assertThat(verdict.party()).isEqualTo(Verdict.Party.MINER);
            assertThat(verdict.restsOn()).hasSize(2);
        });
    }

    @Test
    void anotherRoutersMinersAndOtherQuestionsAreNotBesideIt() {
        healthyUntil(100);
        see(canary("m", 101, SILENT));
        for (String miner : List.of("n", "o")) {
            see(labelled(Runs.canary(miner, 101, SILENT, 10), Map.of("router", "r2", "rpc", "a")));
            see(labelled(run("miner.ping", miner, TargetKind.MINER, 101, SILENT, Map.of()), WAY));
        }
        see(head("a", 104, 104));
        see(router(105, Outcome.ok()));

        assertThat(verdicts)
                .filteredOn(v -> v.key().target().value().equals("m"))
                .extracting(Verdict::party)
                .containsExactly(Verdict.Party.MINER);
    }

    @Test
    void anotherOperatorsRpcIsNoExcuse() {
        healthyUntil(100);
        see(canary("m", 101, SILENT));
        see(head("b", 115, 100));
        see(head("a", 104, 104));
        see(router(105, Outcome.ok()));
        assertThat(verdicts).extracting(Verdict::party).containsExactly(Verdict.Party.MINER);
    }

    @Test
    void minersThatFailTogetherAreNotTheirOwnFailure() {
        healthyUntil(100);
        see(canary("m", 101, SILENT));
        see(canary("n", 101, SILENT));
        see(canary("o", 101, SILENT));
        see(head("a", 104, 104));
        assertThat(verdicts).as("the router may be silent too").isEmpty();
        see(router(105, Outcome.ok()));
        assertThat(verdicts)
                .extracting(Verdict::party)
                .containsOnly(Verdict.Party.QUEUE)
                .hasSize(3);
    }

    @Test
    void twoThatFailBesideOneThatAnswersAreTheirOwnFailure() {
        healthyUntil(100);
        see(canary("m", 101, SILENT));
        see(canary("n", 101, SILENT));
        see(canary("o", 101, Outcome.ok()));
        see(head("a", 104, 104));
        see(router(105, Outcome.ok()));
        assertThat(verdicts)
                .extracting(v -> v.key().target().value() + " " + v.party())
                .containsExactly("m MINER", "n MINER");
        assertThat(verdicts.get(0).restsOn()).hasSize(3).last().asString().startsWith("miner.canary@o ");
    }

    @Test
    void aWayThatNobodyLookedAtBlamesNobody() {
        see(canary("m", 101, SILENT));
        see(canary("m", 105, Outcome.ok()));
        assertThat(verdicts).isEmpty();
        see(canary("m", 101 + 1_900, Outcome.ok()));
        assertThat(verdicts).extracting(Verdict::party).containsExactly(Verdict.Party.UNKNOWN);
        assertThat(verdicts.get(0).restsOn()).isEmpty();
    }

    @Test
    void aRunThatWasOkMeanwhileHasEndedTheRow() {
        healthyUntil(100);
        see(canary("m", 101, SILENT));
        see(canary("m", 103, Outcome.ok()));
        see(head("a", 104, 104));
        see(router(105, Outcome.ok()));
        assertThat(verdicts).extracting(Verdict::party).containsExactly(Verdict.Party.MINER);
        assertThat(last.get(last.size() - 1).signals())
                .containsEntry(Signal.PROBE_CONSECUTIVE_FAILURES, 0.0)
                .containsEntry(Signal.PROBE_SUCCESS_RATIO, 0.5);
    }

    @Test
    void whatIsOpenSurvivesARestart() {
        healthyUntil(100);
        see(canary("m", 101, SILENT));
        SeriesState state = fleet.state(
                        new SeriesKey(new ProbeId("miner.canary"), new TargetId("m"), new Vantage("here")))
                .orElseThrow();
        Fleet restarted = Fleet.of(List.of(state));
        restarted.commit(restarted.apply(List.of(head("a", 104, 104))));
        Fleet.Batch batch = restarted.apply(List.of(router(105, Outcome.ok())));
        assertThat(batch.verdicts()).extracting(Verdict::party).containsExactly(Verdict.Party.MINER);
    }

    private void healthyUntil(int second) {
        for (int at = second - 10; at <= second; at += 2) {
            see(head("a", at, at));
            see(head("b", at, at));
            see(router(at, Outcome.ok()));
        }
    }

    private void see(Observation observation) {
        Fleet.Batch batch = fleet.apply(List.of(observation));
        verdicts.addAll(batch.verdicts());
        last = batch.assessments();
        fleet.commit(batch);
    }

    private static Observation head(String rpc, int second, int number) {
        return labelled(
                run(
                        "rpc.head",
                        rpc,
                        TargetKind.RPC,
                        second,
                        Outcome.ok(),
                        Map.of(Measurement.RPC_HEAD_NUMBER, (double) number, Measurement.RPC_HEAD_TIMESTAMP, (double)
                                (T0.getEpochSecond() + number))),
                Map.of("operator", rpc));
    }

    private static Observation router(int second, Outcome outcome) {
        return run("router.status", "r", TargetKind.ROUTER, second, outcome, Map.of());
    }

    private static Observation canary(String miner, int second, Outcome outcome) {
        return labelled(Runs.canary(miner, second, outcome, 10), WAY);
    }
}
