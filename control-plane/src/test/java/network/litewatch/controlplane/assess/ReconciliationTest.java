package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a router lists, and what the chain counts, against canaries of miners behind router {@code r}, whose RPC is {@code a}. */
class ReconciliationTest {
    private static final Map<String, String> WAY = Map.of("router", "r", "rpc", "a");
    private static final Outcome SILENT = Outcome.failed(Reason.TIMEOUT, "silence");

    private Fleet fleet = Fleet.of(List.of());

    @Test
    void aMinerThatIsListedAndWellIsNoDifference() {
        for (int second = 0; second < 300; second += 10) {
            answered("m", second);
            assertThat(list(second + 5, "", null))
                    .containsEntry(Signal.ROUTER_MINERS_COMPARED, 1.0)
                    .containsEntry(Signal.ROUTER_LISTED_DEAD_MINERS, 0.0)
                    .containsEntry(Signal.ROUTER_UNLISTED_ALIVE_MINERS, 0.0)
                    .containsEntry(Signal.ROUTER_UNLISTED_ACTIVE_MINERS, 0.0)
                    .containsEntry(Signal.ROUTER_MINERS_DIFFER_SECONDS, 0.0);
        }
    }

    @Test
    void aMinerThatAnswersIsMissingOnceACanaryAfterTheListSaysSo() {
        answered("m", 0);
        // Missing for long; but nobody has looked at the miner since.
        for (int second = 10; second <= 200; second += 10) {
            assertThat(list(second, "m", null)).containsEntry(Signal.ROUTER_UNLISTED_ALIVE_MINERS, 0.0);
        }
        answered("m", 69);
        assertThat(list(205, "m", null))
                .as("within the router's refresh")
                .containsEntry(Signal.ROUTER_UNLISTED_ALIVE_MINERS, 0.0);
        answered("m", 210);
        assertThat(list(215, "m", null))
                .containsEntry(Signal.ROUTER_UNLISTED_ALIVE_MINERS, 1.0)
                .containsEntry(Signal.ROUTER_LISTED_DEAD_MINERS, 0.0)
                .containsEntry(Signal.ROUTER_MINERS_DIFFER_SECONDS, 199.9);
        assertThat(list(220, "", null))
                .as("it is listed again")
                .containsEntry(Signal.ROUTER_UNLISTED_ALIVE_MINERS, 0.0);
        assertThat(list(225, "m", null))
                .as("which begins anew")
                .containsEntry(Signal.ROUTER_UNLISTED_ALIVE_MINERS, 0.0);
    }

    @Test
    void aMinerThatIsNotListedAndDoesNotAnswerIsNoDifference() {
        answered("m", 0);
        for (int second = 10; second <= 300; second += 20) {
            failed("m", second);
            assertThat(list(second + 10, "m", null)).containsEntry(Signal.ROUTER_UNLISTED_ALIVE_MINERS, 0.0);
        }
    }

    @Test
    void aMinerThatIsListedThoughItIsDeadIsADifferenceAfterAMinuteOfFailures() {
        answered("m", 0);
        for (int second = 10; second <= 40; second += 10) {
            failed("m", second);
        }
        assertThat(list(50, "", null)).containsEntry(Signal.ROUTER_LISTED_DEAD_MINERS, 0.0);
        failed("m", 100);
        assertThat(list(105, "", null)).containsEntry(Signal.ROUTER_LISTED_DEAD_MINERS, 0.0);
        failed("m", 120);
        assertThat(list(125, "", null))
                .containsEntry(Signal.ROUTER_LISTED_DEAD_MINERS, 1.0)
                .containsEntry(Signal.ROUTER_MINERS_COMPARED, 1.0);
        answered("m", 130);
        assertThat(list(135, "", null)).containsEntry(Signal.ROUTER_LISTED_DEAD_MINERS, 0.0);
    }

    @Test
    void ofWhomTheListCannotTellNothingIsSaid() {
        answered("m", 0);
        for (int second = 10; second <= 200; second += 10) {
            failed("m", second);
            // It names no such miner; and of more miners than are named it may say anything.
            assertThat(see(listed(second + 3, Map.of("unknown", "m"))))
                    .containsEntry(Signal.ROUTER_MINERS_COMPARED, 0.0);
            assertThat(see(listed(second + 5, Map.of("unlisted", "x y", "cut", "true"))))
                    .containsEntry(Signal.ROUTER_MINERS_COMPARED, 0.0)
                    .doesNotContainKey(Signal.ROUTER_LISTED_DEAD_MINERS);
        }
        assertThat(list(206, "", null)).containsEntry(Signal.ROUTER_LISTED_DEAD_MINERS, 0.0);
    }

    @Test
    void failuresThatAreNotTheMinersMakeNobodyDead() {
        answered("m", 0);
        for (int second = 10; second <= 200; second += 10) {
            see(canary("m", second, SILENT));
            see(head(second + 3));
            see(router(second + 4, Outcome.failed(Reason.TIMEOUT, "no answer")));
        }
        assertThat(list(210, "", null)).containsEntry(Signal.ROUTER_LISTED_DEAD_MINERS, 0.0);
        assertThat(list(300, "", null)).containsEntry(Signal.ROUTER_LISTED_DEAD_MINERS, 0.0);
    }

    @Test
    void aMinerAtWorkOnTheChainIsMissingAndWithoutTheChainThatIsUnknown() {
        Map<Signal, Double> without = list(0, "m", null);
        assertThat(without)
                .as("neither canaries nor the chain say anything")
                .doesNotContainKeys(
                        Signal.ROUTER_UNLISTED_ACTIVE_MINERS,
                        Signal.ROUTER_UNLISTED_ALIVE_MINERS,
                        Signal.ROUTER_LISTED_DEAD_MINERS,
                        Signal.ROUTER_MINERS_DIFFER_SECONDS)
                .containsEntry(Signal.ROUTER_MINERS_COMPARED, 0.0);
        assertThat(list(100, "m", "m=2026-01-01T00:00:30Z")).containsEntry(Signal.ROUTER_UNLISTED_ACTIVE_MINERS, 0.0);
        assertThat(list(110, "m", "m=2026-01-01T00:01:40Z")).containsEntry(Signal.ROUTER_UNLISTED_ACTIVE_MINERS, 1.0);
        assertThat(list(120, "m", Reconciliation.NONE)).containsEntry(Signal.ROUTER_UNLISTED_ACTIVE_MINERS, 0.0);
        assertThat(list(130, "", null))
                .as("nobody is missing")
                .containsEntry(Signal.ROUTER_UNLISTED_ACTIVE_MINERS, 0.0);
    }

    @Test
    void aListThatWasNotReadSaysNothingAndEndsNothing() {
        list(0, "m", null);
        Observation unread = new Observation(
                new ProbeId("router.miners"),
                new TargetId("r"),
                TargetKind.ROUTER,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of(),
                Runs.T0.plusSeconds(60),
                Runs.T0.plusSeconds(60),
                Duration.ofMillis(100),
                Finding.of(Outcome.inconclusive(Reason.PATH_UNHEALTHY, "503")));
        assertThat(see(unread)).doesNotContainKey(Signal.ROUTER_MINERS_COMPARED);
        answered("m", 100);
        assertThat(list(110, "m", null)).containsEntry(Signal.ROUTER_UNLISTED_ALIVE_MINERS, 1.0);
    }

    @Test
    void theSharesThatTheChainAndOurCanariesCountAreComparedByTheirWholeIntervals() {
        counters(0, 100, 90, Double.NaN);
        for (int i = 1; i <= 12; i++) {
            answered("m", 10 * i);
            Map<Signal, Double> signals = counters(10 * i + 5, 100 + i, 90, Double.NaN);
            assertThat(signals)
                    .containsEntry(Signal.ONCHAIN_WINDOW_TASKS, (double) i)
                    .containsEntry(Signal.ONCHAIN_SUCCESS_RATIO, 0.0)
                    .containsEntry(Signal.ONCHAIN_MEASURED_RATIO, 1.0)
                    .containsEntry(Signal.ONCHAIN_MEASURED_SAMPLES, (double) i);
            if (i <= 3) {
                assertThat(signals).as("%s of each say nothing", i).containsEntry(Signal.ONCHAIN_SUCCESS_GAP, 0.0);
            }
        }
        assertThat(counters(126, 112, 90, Double.NaN).get(Signal.ONCHAIN_SUCCESS_GAP))
                .isGreaterThan(0.1);
    }

    @Test
    void whatBothCountAlikeIsNoDifference() {
        counters(0, 0, 0, Double.NaN);
        for (int i = 1; i <= 30; i++) {
            if (i % 3 == 0) {
                failed("m", 10 * i);
            } else {
                answered("m", 10 * i);
            }
        }
        assertThat(counters(400, 30, 20, Double.NaN))
                .containsEntry(Signal.ONCHAIN_MEASURED_SAMPLES, 30.0)
                .containsEntry(Signal.ONCHAIN_SUCCESS_GAP, 0.0);
    }

    @Test
    void aCounterThatFallsIsAResetAndBeginsAnew() {
        counters(0, 100, 90, Double.NaN);
        for (int i = 1; i <= 12; i++) {
            answered("m", 10 * i);
        }
        assertThat(counters(130, 112, 90, Double.NaN).get(Signal.ONCHAIN_SUCCESS_GAP))
                .isPositive();
        assertThat(counters(140, 3, 3, Double.NaN))
                .containsEntry(Signal.ONCHAIN_SINCE_RESET_SECONDS, 0.0)
                .containsEntry(Signal.ONCHAIN_WINDOW_TASKS, 0.0)
                .doesNotContainKeys(Signal.ONCHAIN_SUCCESS_GAP, Signal.ONCHAIN_SUCCESS_RATIO);
        answered("m", 150);
        assertThat(counters(160, 4, 4, Double.NaN))
                .containsEntry(Signal.ONCHAIN_SINCE_RESET_SECONDS, 20.0)
                .containsEntry(Signal.ONCHAIN_SUCCESS_RATIO, 1.0)
                .containsEntry(Signal.ONCHAIN_SUCCESS_GAP, 0.0);
    }

    @Test
    void theWindowIsADayAtMost() {
        for (int hour = 0; hour <= 48; hour++) {
            Map<Signal, Double> signals = counters(3_600 * hour, hour, hour, Double.NaN);
            assertThat(signals.get(Signal.ONCHAIN_WINDOW_SECONDS)).isEqualTo(3_600.0 * Math.min(hour, 24));
        }
    }

    @Test
    void theChainsScoreIsComparedWithTheIntervalOfOurs() {
        assertThat(counters(0, 1, 1, 0.5))
                .containsEntry(Signal.ONCHAIN_SCORE, 0.5)
                .doesNotContainKey(Signal.REPUTATION_ONCHAIN_GAP);
        see(Runs.run(
                "reputation.score",
                "m",
                TargetKind.MINER,
                5,
                Outcome.ok(),
                Map.of(Measurement.REPUTATION_LOWER, 0.75, Measurement.REPUTATION_UPPER, 0.875)));
        assertThat(counters(10, 1, 1, 0.5)).containsEntry(Signal.REPUTATION_ONCHAIN_GAP, 0.25);
        assertThat(counters(20, 1, 1, 0.8)).containsEntry(Signal.REPUTATION_ONCHAIN_GAP, 0.0);
        assertThat(counters(30, 1, 1, 1.0)).containsEntry(Signal.REPUTATION_ONCHAIN_GAP, 0.125);
    }

    @Test
    void aRestartForgetsNothing() throws Exception {
        JsonMapper json = JsonMapper.builder().addModule(new JavaTimeModule()).build();
        list(0, "m", null);
        answered("m", 1);
        counters(2, 10, 10, Double.NaN);
        Fleet.Batch all =
                fleet.apply(List.of(listed(60, "m", null), canary("m", 70, Outcome.ok()), counted(80, 11, 10)));
        List<SeriesState> back = new java.util.ArrayList<>();
        for (SeriesState state : all.changed()) {
            back.add(json.readValue(json.writeValueAsString(state), SeriesState.class));
        }
        assertThat(back).hasSize(3).isEqualTo(List.copyOf(all.changed()));
        fleet.commit(all);
        fleet = Fleet.of(back);
        assertThat(list(90, "m", null)).containsEntry(Signal.ROUTER_UNLISTED_ALIVE_MINERS, 1.0);
        assertThat(counters(100, 12, 10, Double.NaN))
                .containsEntry(Signal.ONCHAIN_WINDOW_TASKS, 2.0)
                .containsEntry(Signal.ONCHAIN_MEASURED_SAMPLES, 1.0);
    }

    private void answered(String miner, int second) {
        see(canary(miner, second, Outcome.ok()));
    }

    /** A failure that the miner is charged with: all above it is seen to work before and after. */
    private void failed(String miner, int second) {
        see(head(second - 9));
        see(router(second - 8, Outcome.ok()));
        see(canary(miner, second, SILENT));
        see(head(second + 1));
        see(router(second + 2, Outcome.ok()));
    }

    private static Observation canary(String miner, int second, Outcome outcome) {
        return Runs.labelled(Runs.canary(miner, second, outcome, 50), WAY);
    }

    private static Observation head(int second) {
        double timestamp = Runs.T0.getEpochSecond() + second;
        return Runs.run(
                "rpc.head",
                "a",
                TargetKind.RPC,
                second,
                Outcome.ok(),
                Map.of(Measurement.RPC_HEAD_NUMBER, timestamp, Measurement.RPC_HEAD_TIMESTAMP, timestamp));
    }

    private static Observation router(int second, Outcome outcome) {
        return Runs.run("router.status", "r", TargetKind.ROUTER, second, outcome, Map.of());
    }

    private Map<Signal, Double> list(int second, String unlisted, @Nullable String acted) {
        return see(listed(second, unlisted, acted));
    }

    private static Observation listed(int second, String unlisted, @Nullable String acted) {
        Map<String, String> evidence = new LinkedHashMap<>();
        if (!unlisted.isEmpty()) {
            evidence.put("unlisted", unlisted);
        }
        if (acted != null) {
            evidence.put(Reconciliation.ACTED, acted);
        }
        return listed(second, evidence);
    }

    private static Observation listed(int second, Map<String, String> evidence) {
        Observation run = Runs.run(
                "router.miners",
                "r",
                TargetKind.ROUTER,
                second,
                Outcome.ok(),
                Map.of(Measurement.ROUTER_MINERS_UNLISTED, evidence.containsKey("unlisted") ? 1.0 : 0.0));
        return new Observation(
                run.probe(),
                run.target(),
                run.kind(),
                run.network(),
                run.vantage(),
                run.labels(),
                run.slot(),
                run.startedAt(),
                run.elapsed(),
                new Finding(Outcome.ok(), Map.of(), run.finding().measurements(), evidence));
    }

    private Map<Signal, Double> counters(int second, int tasks, int successes, double score) {
        Map<Measurement, Double> seen =
                new LinkedHashMap<>(counted(second, tasks, successes).finding().measurements());
        if (!Double.isNaN(score)) {
            seen.put(Measurement.ONCHAIN_SCORE, score);
        }
        return see(Runs.run("miner.counters", "m", TargetKind.MINER, second, Outcome.ok(), seen));
    }

    private static Observation counted(int second, int tasks, int successes) {
        return Runs.run(
                "miner.counters",
                "m",
                TargetKind.MINER,
                second,
                Outcome.ok(),
                Map.of(
                        Measurement.ONCHAIN_TASKS, (double) tasks,
                        Measurement.ONCHAIN_SUCCESSES, (double) successes,
                        Measurement.ONCHAIN_FAILURES, (double) tasks - successes));
    }

    /** What the assessment of {@code observation} itself says. */
    private Map<Signal, Double> see(Observation observation) {
        Fleet.Batch batch = fleet.apply(List.of(observation));
        fleet.commit(batch);
        return batch.assessments().stream()
                .filter(assessment -> assessment.key().equals(SeriesKey.of(observation)))
                .findFirst()
                .map(Assessment::signals)
                .orElse(Map.of());
    }
}
