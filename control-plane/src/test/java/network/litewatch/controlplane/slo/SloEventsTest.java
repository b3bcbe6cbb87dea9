package network.litewatch.controlplane.slo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.assess.OpenCharge;
import network.litewatch.controlplane.assess.SeriesKey;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.assess.Verdict;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

class SloEventsTest {
    private static final Instant AT = Instant.parse("2026-11-21T12:00:41Z");
    private static final Instant MINUTE = Instant.parse("2026-11-21T12:00:00Z");
    private static final ProbeId HEAD = new ProbeId("rpc.head");
    private static final ProbeId CANARY = new ProbeId("miner.canary");
    private static final Outcome FAILED = Outcome.failed(Reason.TIMEOUT, "no answer");

    private static Slo slo(Sli sli) {
        return new Slo("one", "One", "rpc", "ours", sli, Promises.RUNS, 0.99, Duration.ofDays(30));
    }

    private static Sli sli(ProbeId probe, Sli.By by) {
        return new Sli(probe, Set.of(), Set.of(), Map.of(), by, Optional.empty());
    }

    private static Assessment run(ProbeId probe, String target, Outcome outcome, Map<String, String> labels) {
        return run(probe, target, outcome, labels, Map.of());
    }

    private static Assessment run(
            ProbeId probe, String target, Outcome outcome, Map<String, String> labels, Map<Signal, Double> signals) {
        return new Assessment(
                new SeriesKey(probe, new TargetId(target), new Vantage("here")),
                probe.equals(CANARY) ? TargetKind.MINER : TargetKind.RPC,
                new NetworkId("lab"),
                labels,
                AT,
                outcome,
                signals);
    }

    private static Map<SloEvents.Key, Counts> count(Slo slo, Assessment... runs) {
        return SloEvents.of(List.of(slo), new Fleet.Batch(Arrays.asList(runs), List.of(), List.of()));
    }

    @Test
    void onlyWhatIsOkOrFailedCounts() {
        Slo slo = slo(sli(HEAD, Sli.By.NETWORK));

        assertThat(count(
                        slo,
                        run(HEAD, "a", Outcome.ok(), Map.of()),
                        run(HEAD, "b", FAILED, Map.of()),
                        run(HEAD, "b", Outcome.inconclusive(Reason.RATE_LIMITED, "429"), Map.of()),
                        run(HEAD, "b", Outcome.notRun(Reason.BACKING_OFF, ""), Map.of()),
                        run(new ProbeId("rpc.consistency"), "b", FAILED, Map.of())))
                .containsExactly(Map.entry(
                        new SloEvents.Key(new SloSeries(slo, new NetworkId("lab"), Optional.empty()), MINUTE),
                        new Counts(1, 2)));
    }

    @Test
    void whatIsPartOfADrillNeverCounts() {
        Slo slo = slo(sli(HEAD, Sli.By.NETWORK));

        assertThat(count(
                        slo,
                        run(HEAD, "a", FAILED, Map.of(Sli.DRILL, "rpc-stall-1")),
                        run(HEAD, "a", Outcome.ok(), Map.of(Sli.DRILL, "rpc-stall-1"))))
                .isEmpty();
        assertThat(SloEvents.of(
                        List.of(slo(sli(CANARY, Sli.By.NETWORK))),
                        charged(Verdict.Party.MINER, Map.of(Sli.DRILL, "slow-miner"))))
                .isEmpty();
    }

    @Test
    void eachTargetMayHaveABudgetOfItsOwn() {
        Slo slo = slo(sli(HEAD, Sli.By.TARGET));

        assertThat(count(slo, run(HEAD, "a", Outcome.ok(), Map.of()), run(HEAD, "b", FAILED, Map.of()))
                        .entrySet())
                .extracting(entry ->
                        entry.getKey().series().id() + " " + entry.getValue().good())
                .containsExactly("one.a 1", "one.b 0");
    }

    @Test
    void onlyTheChosenTargetsCount() {
        Sli paid = new Sli(
                HEAD,
                Set.of(new NetworkId("lab")),
                Set.of(new TargetId("a"), new TargetId("b")),
                Map.of("tier", "paid"),
                Sli.By.TARGET,
                Optional.empty());
        Map<String, String> label = Map.of("tier", "paid", "region", "eu");

        assertThat(count(
                                slo(paid),
                                run(HEAD, "a", Outcome.ok(), label),
                                run(HEAD, "b", Outcome.ok(), Map.of("tier", "free")),
                                run(HEAD, "c", Outcome.ok(), label))
                        .keySet())
                .extracting(key -> key.series().about())
                .containsExactly("a");
    }

    @Test
    void aRunThatIsOkMustKeepWithinTheLimitAndAnUnknownValueSaysNothing() {
        Slo slo = slo(new Sli(
                CANARY,
                Set.of(),
                Set.of(),
                Map.of(),
                Sli.By.NETWORK,
                Optional.of(new Limit(Signal.CANARY_TTFT_SECONDS, Limit.Op.LTE, 2))));

        assertThat(count(
                                slo,
                                run(CANARY, "m", Outcome.ok(), Map.of(), Map.of(Signal.CANARY_TTFT_SECONDS, 2.0)),
                                run(CANARY, "m", Outcome.ok(), Map.of(), Map.of(Signal.CANARY_TTFT_SECONDS, 2.1)),
                                run(CANARY, "m", Outcome.ok(), Map.of()))
                        .values())
                .containsExactly(new Counts(1, 2));
    }

    @Test
    void aFailedCanaryCountsWhenItIsChargedWithTheMinerAndInTheMinuteOfItsRun() {
        Slo slo = slo(sli(CANARY, Sli.By.TARGET));

        assertThat(count(slo, run(CANARY, "m", FAILED, Map.of()))).isEmpty();
        assertThat(SloEvents.of(List.of(slo), charged(Verdict.Party.ROUTER, Map.of())))
                .isEmpty();
        assertThat(SloEvents.of(List.of(slo), charged(Verdict.Party.UNKNOWN, Map.of())))
                .isEmpty();
        assertThat(SloEvents.of(List.of(slo), charged(Verdict.Party.MINER, Map.of())))
                .containsExactly(Map.entry(
                        new SloEvents.Key(
                                new SloSeries(slo, new NetworkId("lab"), Optional.of(new TargetId("m"))),
                                Instant.parse("2026-11-21T11:57:00Z")),
                        new Counts(0, 1)));
    }

    /** The judgement of a canary that ended three minutes ago, as the fleet gives it. */
    private static Fleet.Batch charged(Verdict.Party party, Map<String, String> labels) {
        SeriesKey key = new SeriesKey(CANARY, new TargetId("m"), new Vantage("here"));
        Instant ended = Instant.parse("2026-11-21T11:57:05Z");
        Verdict verdict = new Verdict(
                key,
                new NetworkId("lab"),
                new OpenCharge(ended.minusSeconds(4), ended, Reason.TIMEOUT, "no token", labels),
                AT,
                party,
                "by what is known",
                List.of());
        return new Fleet.Batch(List.of(run(CANARY, "m", verdict.outcome(), labels)), List.of(), List.of(verdict));
    }

    @Test
    void operatorsCompareAsTheyAreSpelt() {
        assertThat(Limit.Op.parse("lte").holds(1, 1)).isTrue();
        assertThat(Limit.Op.parse("lt").holds(1, 1)).isFalse();
        assertThat(Limit.Op.parse("gte").holds(1, 1)).isTrue();
        assertThat(Limit.Op.parse("gt").holds(2, 1)).isTrue();
        assertThat(Limit.Op.parse("gt").holds(Double.NaN, 1)).isFalse();
    }

    @Test
    void anotherIndicatorStartsAnewAndAnotherObjectiveDoesNot() {
        Slo slo = Promises.slo(0.99, Promises.RUNS);

        assertThat(Promises.slo(0.95, Promises.RUNS).definition()).isEqualTo(slo.definition());
        assertThat(Promises.slo(0.99, new Budgeting.Timeslices(0.9, Duration.ofMinutes(1)))
                        .definition())
                .isNotEqualTo(slo.definition());
        assertThat(slo(sli(HEAD, Sli.By.TARGET)).definition())
                .isNotEqualTo(slo(sli(CANARY, Sli.By.TARGET)).definition());
    }

    @Test
    void theLongestNamesStillMakeATarget() {
        String longest = "t".repeat(128);
        SloSeries one =
                new SloSeries(slo(sli(HEAD, Sli.By.TARGET)), new NetworkId("lab"), Optional.of(new TargetId(longest)));
        SloSeries other = new SloSeries(
                slo(sli(HEAD, Sli.By.TARGET)),
                new NetworkId("lab"),
                Optional.of(new TargetId(longest.substring(1) + "u")));

        assertThat(one.id().value()).hasSize(128);
        assertThat(one.id()).isNotEqualTo(other.id());
    }
}
