package network.litewatch.controlplane.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

class PlanRunnerTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final VirtualTime time = new VirtualTime(T0);
    private final List<Observation> seen = new ArrayList<>();

    @Test
    void everySlotOfADayBecomesExactlyOneObservation() {
        start(() -> CompletableFuture.completedFuture(Finding.of(Outcome.ok())));

        time.advance(Duration.ofDays(1));

        assertThat(seen).hasSize(8640);
        assertThat(seen.stream().map(Observation::slot).distinct()).hasSize(8640);
    }

    @Test
    void slotsDoNotDependOnWhenTheRunnerStarted() {
        ProbePlan plan = plan(() -> new CompletableFuture<>(), "rpc-a");

        Instant slot = plan.nextSlotAfter(T0);

        assertThat(plan.nextSlotAfter(slot.minusMillis(1))).isEqualTo(slot);
        assertThat(plan.nextSlotAfter(slot)).isAfter(slot);
        assertThat(Duration.between(slot, plan.nextSlotAfter(slot)))
                .isBetween(
                        INTERVAL.multipliedBy(9).dividedBy(10),
                        INTERVAL.multipliedBy(11).dividedBy(10));
    }

    @Test
    void phasesSpreadTargetsOverTheInterval() {
        List<Long> tenths = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Instant slot = plan(() -> new CompletableFuture<>(), "t-" + i).nextSlotAfter(T0);
            tenths.add(Duration.between(T0, slot).toMillis() / 1000);
        }

        for (long tenth = 0; tenth < 10; tenth++) {
            long share = tenth;
            assertThat(tenths.stream().filter(t -> t == share).count()).isBetween(60L, 140L);
        }
    }

    @Test
    void aRunStillInFlightMakesTheNextSlotNotRunAndNeverAFailure() {
        CompletableFuture<Finding> slow = new CompletableFuture<>();
        start(() -> slow);

        time.advance(INTERVAL.plusSeconds(9));
        slow.complete(Finding.of(Outcome.ok()));

        assertThat(seen)
                .extracting(o -> o.outcome().reason())
                .containsExactlyInAnyOrder(Reason.STILL_RUNNING, Reason.NONE);
    }

    @Test
    void latencyCountsFromTheSlotAndNotFromALateStart() {
        ProbePlan plan = plan(() -> CompletableFuture.completedFuture(Finding.of(Outcome.ok())), "rpc-a");
        start(plan);
        Instant slot = plan.nextSlotAfter(T0);
        time.freezeFor(Duration.between(T0, slot).plusSeconds(3));

        time.advance(Duration.ZERO);

        assertThat(seen).singleElement().satisfies(o -> {
            assertThat(o.elapsed()).isEqualTo(Duration.ofSeconds(3));
            assertThat(o.slip()).isEqualTo(Duration.ofSeconds(3));
        });
    }

    @Test
    void slotsMissedByMoreThanAnIntervalAreNotRun() {
        ProbePlan plan = plan(() -> CompletableFuture.completedFuture(Finding.of(Outcome.ok())), "rpc-a");
        start(plan);
        time.freezeFor(INTERVAL.multipliedBy(5));

        time.advance(Duration.ZERO);

        assertThat(seen).hasSizeBetween(4, 6);
        assertThat(seen.get(0).outcome().reason()).isEqualTo(Reason.PROBER_LATE);
        assertThat(seen.get(seen.size() - 1).outcome().isOk()).isTrue();
    }

    @Test
    void aProbeThatThrowsIsOurBugAndTheNextSlotFires() {
        start(() -> {
            throw new IllegalStateException("bug");
        });

        time.advance(INTERVAL.multipliedBy(3));

        assertThat(seen).hasSizeBetween(2, 4).allSatisfy(o -> {
            assertThat(o.outcome().kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
            assertThat(o.outcome().reason()).isEqualTo(Reason.PROBER_ERROR);
        });
    }

    @Test
    void aProbeThatNeverEndsIsGivenUpAfterItsDeadline() {
        start(CompletableFuture::new);

        time.advance(INTERVAL.multipliedBy(3));

        assertThat(seen).extracting(o -> o.outcome().reason()).contains(Reason.PROBER_ERROR);
    }

    @Test
    void aTargetThatThrottlesUsIsLeftAloneForLongerAndLongerAndEverySlotSaysSo() {
        start(() -> CompletableFuture.completedFuture(Finding.of(Outcome.inconclusive(Reason.RATE_LIMITED, "429"))));

        time.advance(Duration.ofMinutes(30));

        List<Instant> asked = seen.stream()
                .filter(o -> o.outcome().reason() == Reason.RATE_LIMITED)
                .map(Observation::slot)
                .toList();
        List<Long> gaps = new ArrayList<>();
        for (int i = 1; i < asked.size(); i++) {
            gaps.add(Math.round(Duration.between(asked.get(i - 1), asked.get(i)).toMillis() / 10_000.0));
        }
        // Intervals of 10 s: 1, 2, 4 ... left out, and never more than 30 (five minutes).
        assertThat(gaps).startsWith(2L, 3L, 5L, 9L, 17L, 31L, 31L);
        assertThat(seen).hasSizeBetween(179, 181);
        assertThat(seen)
                .filteredOn(o -> o.outcome().reason() == Reason.BACKING_OFF)
                .allSatisfy(o -> assertThat(o.outcome().kind()).isEqualTo(Outcome.Kind.NOT_RUN));
    }

    @Test
    void aTargetIsLeftAloneForAsLongAsItAsksButNeverForMoreThanAnHour() {
        Map<Measurement, Double> wish = new EnumMap<>(Map.of(Measurement.RETRY_AFTER, 1_200.0));
        start(() -> CompletableFuture.completedFuture(
                new Finding(Outcome.inconclusive(Reason.RATE_LIMITED, "429"), Map.of(), wish, Map.of())));

        time.advance(Duration.ofMinutes(19));
        assertThat(asked()).hasSize(1);
        wish.put(Measurement.RETRY_AFTER, 1e12);
        time.advance(Duration.ofMinutes(59));
        assertThat(asked()).hasSize(2);
        time.advance(Duration.ofMinutes(10));
        assertThat(asked()).hasSize(3);
    }

    @Test
    void oneAnswerEndsTheBackOff() {
        List<Outcome> answers = new ArrayList<>(List.of(Outcome.inconclusive(Reason.RATE_LIMITED, ""), Outcome.ok()));
        start(() ->
                CompletableFuture.completedFuture(Finding.of(answers.size() > 1 ? answers.remove(0) : answers.get(0))));

        time.advance(Duration.ofMinutes(10));

        assertThat(seen)
                .filteredOn(o -> o.outcome().reason() == Reason.BACKING_OFF)
                .hasSize(1);
    }

    @Test
    void aSeldomAskedTargetThatFailsIsAskedAgainSoonerThreeTimes() {
        start(plan(
                () -> CompletableFuture.completedFuture(Finding.of(Outcome.failed(Reason.TIMEOUT, ""))),
                "rpc-a",
                Duration.ofMinutes(2)));

        time.advance(Duration.ofMinutes(8));

        assertThat(seen).hasSizeBetween(6, 8).extracting(Observation::slot).doesNotHaveDuplicates();
        assertThat(Duration.between(seen.get(0).slot(), seen.get(2).slot())).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void aTargetThatSaysNothingForTheWholeIntervalIsAskedAgainAtOnceThreeTimes() {
        start(() -> {
            CompletableFuture<Finding> silence = new CompletableFuture<>();
            var unused = time.at(
                    time.instant().plus(INTERVAL).plusSeconds(1),
                    () -> silence.complete(Finding.of(Outcome.failed(Reason.TIMEOUT, ""))));
            return silence;
        });

        time.advance(Duration.ofMinutes(2));

        List<Observation> failed = seen.stream()
                .filter(o -> o.outcome().reason() == Reason.TIMEOUT)
                .toList();
        assertThat(Duration.between(failed.get(0).slot(), failed.get(2).slot())).isEqualTo(Duration.ofSeconds(22));
        // Every second slot from then on: it is not hammered.
        assertThat(failed).hasSizeBetween(6, 8);
        assertThat(seen).extracting(Observation::slot).doesNotHaveDuplicates();
    }

    @Test
    void extraRunsLieFiveSecondsApartAtLeast() {
        start(plan(
                () -> CompletableFuture.completedFuture(Finding.of(Outcome.failed(Reason.TIMEOUT, ""))),
                "rpc-a",
                Duration.ofSeconds(15)));

        time.advance(Duration.ofMinutes(1));

        assertThat(Duration.between(seen.get(0).slot(), seen.get(2).slot())).isEqualTo(Duration.ofSeconds(10));
        // The third is followed by the plan's own slot: nothing is asked twice in a row.
        assertThat(seen).hasSizeBetween(5, 6);
    }

    @Test
    void aTargetThatIsAskedOftenNeedsNoExtraRuns() {
        start(() -> CompletableFuture.completedFuture(Finding.of(Outcome.failed(Reason.TIMEOUT, ""))));

        time.advance(Duration.ofMinutes(10));

        assertThat(seen).hasSizeBetween(59, 61);
    }

    @Test
    void nothingFiresAfterStop() {
        Shard shard = start(() -> CompletableFuture.completedFuture(Finding.of(Outcome.ok())));
        time.advance(INTERVAL);
        int before = seen.size();

        shard.close();
        time.advance(Duration.ofHours(1));

        assertThat(seen).hasSize(before);
    }

    private List<Observation> asked() {
        return seen.stream()
                .filter(o -> o.outcome().kind() != Outcome.Kind.NOT_RUN)
                .toList();
    }

    private Shard start(Supplier<CompletableFuture<Finding>> answer) {
        return start(plan(answer, "rpc-a"));
    }

    private Shard start(ProbePlan plan) {
        return Shard.start(List.of(plan), new Vantage("here"), time, time, seen::add);
    }

    private static ProbePlan plan(Supplier<CompletableFuture<Finding>> answer, String target) {
        return plan(answer, target, INTERVAL);
    }

    private static ProbePlan plan(Supplier<CompletableFuture<Finding>> answer, String target, Duration interval) {
        Probe probe = new Probe() {
            @Override
            public ProbeId id() {
                return new ProbeId("rpc.head");
            }

            @Override
            public TargetKind kind() {
                return TargetKind.RPC;
            }

            @Override
            public CompletableFuture<Finding> run(Target ignored, Duration timeout) {
                return answer.get();
            }
        };
        return new ProbePlan(
                probe,
                new Target(
                        new TargetId(target),
                        TargetKind.RPC,
                        new NetworkId("lab"),
                        SecretUrl.parse("http://127.0.0.1:1"),
                        Optional.empty(),
                        Map.of(),
                        Map.of()),
                interval,
                INTERVAL);
    }
}
