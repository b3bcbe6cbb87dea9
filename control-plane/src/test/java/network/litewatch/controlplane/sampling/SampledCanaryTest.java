package network.litewatch.controlplane.sampling;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.miner.CanarySettings;
import org.junit.jupiter.api.Test;

class SampledCanaryTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration SLOT = Duration.ofSeconds(10);
    private static final Target MINER = CanaryDrawTest.miners(1, "a").get(0);
    private static final CanaryPolicy.Budget PLENTY =
            new CanaryPolicy.Budget(1_000_000, Double.POSITIVE_INFINITY, BigDecimal.ZERO);

    private final Ledger ledger = new Ledger();
    private Interest interest = Interest.NORMAL;
    private Finding answer = ok(20, 1.5);
    private int sent;

    @Test
    void aMinerThatWasNeverAskedIsAskedAtOnceAndThenSeldom() {
        SampledCanary canary = canary(CanaryKind.RATE, 240, Map.of());
        assertThat(canary.isDue(MINER, NOON)).isTrue();
        assertThat(used(canary, NOON, 4_000)).isBetween(90, 135);
    }

    @Test
    void aRestartGoesOnFromTheLedger() {
        SampledCanary canary = canary(CanaryKind.RATE, 0, Map.of(MINER.id(), NOON.minus(Duration.ofHours(1))));
        assertThat(used(canary, NOON, 700)).isZero();
        assertThat(used(canary, NOON.plus(Duration.ofHours(2)), 361)).isEqualTo(1);
    }

    @Test
    void suspicionIsBoundedByTheHour() {
        interest = Interest.SUSPECT;
        SampledCanary canary = canary(CanaryKind.RATE, 24, Map.of(MINER.id(), NOON));
        // Ten an hour and not one, for as long as it lasts.
        assertThat(used(canary, NOON, 3_600)).isBetween(70, 130);
        SampledCanary often = canary(CanaryKind.RATE, 2_400, Map.of(MINER.id(), NOON));
        // A thousand would be drawn: ten of them, and the hundred of a miner that nobody suspects, as far as there are
        // slots.
        assertThat(used(often, NOON, 360)).isBetween(70, 125);
    }

    @Test
    void whatTheBudgetDoesNotPayForIsNotSent() {
        SampledCanary canary = canary(CanaryKind.RATE, 24, Map.of());
        ledger.closed = true;
        Finding finding = canary.run(MINER, Duration.ofSeconds(8)).join();
        assertThat(finding.outcome().kind()).isEqualTo(Outcome.Kind.NOT_RUN);
        assertThat(finding.outcome().reason()).isEqualTo(Reason.SPENDING_CAP);
        assertThat(sent).isZero();
        assertThat(ledger.settled).isEmpty();
    }

    @Test
    void withoutItsLedgerNothingIsSentAndNothingThatWasSeenIsLost() {
        SampledCanary canary = canary(CanaryKind.RATE, 24, Map.of());
        ledger.away = true;
        Finding unsent = canary.run(MINER, Duration.ofSeconds(8)).join();
        assertThat(unsent.outcome().kind()).isEqualTo(Outcome.Kind.NOT_RUN);
        assertThat(unsent.outcome().detail()).isEqualTo("the ledger of canaries cannot be reached");
        assertThat(sent).isZero();

        ledger.away = false;
        ledger.awayAfter = true;
        assertThat(canary.run(MINER, Duration.ofSeconds(8)).join()).isEqualTo(answer);
    }

    @Test
    void reservesTheMostAndGivesBackWhatWasNotUsed() {
        SampledCanary canary = canary(CanaryKind.RATE, 24, Map.of());
        assertThat(canary.run(MINER, Duration.ofSeconds(8)).join().outcome().isOk())
                .isTrue();
        assertThat(ledger.reserved).containsExactly(new CanaryBudget.Cost(152, 8, BigDecimal.ZERO));
        assertThat(ledger.settled).containsExactly(new CanaryBudget.Cost(44, 1.5, BigDecimal.ZERO));

        answer = Finding.of(Outcome.failed(Reason.TIMEOUT, "silence"));
        canary.run(MINER, Duration.ofSeconds(8)).join();
        assertThat(ledger.settled.get(1)).isEqualTo(ledger.reserved.get(1));

        answer = Finding.of(Outcome.notRun(Reason.PROBER_ERROR, "no session"));
        canary.run(MINER, Duration.ofSeconds(8)).join();
        assertThat(ledger.settled.get(2)).isEqualTo(CanaryBudget.Cost.NONE);
    }

    @Test
    void aPingReservesForItsPair() {
        canary(CanaryKind.PING, 24, Map.of()).run(MINER, Duration.ofSeconds(8)).join();
        assertThat(ledger.reserved).containsExactly(new CanaryBudget.Cost(64, 8, BigDecimal.ZERO));
        assertThat(ledger.settled).containsExactly(new CanaryBudget.Cost(44, 1.5, BigDecimal.ZERO));
    }

    private int used(SampledCanary canary, Instant from, int slots) {
        int used = 0;
        for (int i = 1; i <= slots; i++) {
            used += canary.isDue(MINER, from.plus(SLOT.multipliedBy(i))) ? 1 : 0;
        }
        return used;
    }

    private SampledCanary canary(CanaryKind kind, double perDay, Map<TargetId, Instant> last) {
        CanaryPolicy policy = new CanaryPolicy(
                Map.of(kind, perDay), Duration.ofHours(4), List.of(), 10, 10, BigDecimal.ZERO, PLENTY, PLENTY);
        return new SampledCanary(
                new Counting(kind.id()),
                kind,
                new SampledCanary.Tools(
                        policy,
                        CanarySettings.DEFAULT,
                        SLOT,
                        ledger,
                        new SplittableRandom(4),
                        Runnable::run,
                        miner -> interest),
                new CanaryDraw(policy, Map.of(kind, 10), List.of(MINER)),
                last);
    }

    private static Finding ok(double tokens, double seconds) {
        return new Finding(
                Outcome.ok(),
                Map.of(),
                Map.of(Measurement.CANARY_TOKENS, tokens, Measurement.CANARY_END_TO_END, seconds),
                Map.of());
    }

    private final class Counting implements Probe {
        private final ProbeId id;

        Counting(ProbeId id) {
            this.id = id;
        }

        @Override
        public ProbeId id() {
            return id;
        }

        @Override
        public TargetKind kind() {
            return TargetKind.MINER;
        }

        @Override
        public CompletableFuture<Finding> run(Target target, Duration timeout) {
            sent++;
            return CompletableFuture.completedFuture(answer);
        }
    }

    private static final class Ledger implements CanaryBudget {
        private final List<Cost> reserved = new ArrayList<>();
        private final List<Cost> settled = new ArrayList<>();
        private boolean closed;
        private boolean away;
        private boolean awayAfter;

        @Override
        public Optional<Reservation> reserve(Canary canary, Cost most, CanaryPolicy policy) {
            if (away) {
                throw new IllegalStateException("no database");
            }
            if (closed) {
                return Optional.empty();
            }
            reserved.add(most);
            return Optional.of(new Reservation(canary, most, NOON));
        }

        @Override
        public void settle(Reservation reservation, Cost used) {
            if (awayAfter) {
                throw new IllegalStateException("no database");
            }
            settled.add(used);
        }

        @Override
        public Map<TargetId, Instant> lastAsked(NetworkId network, CanaryKind kind) {
            return Map.of();
        }

        @Override
        public Map<CanaryKind, Spent> spent(NetworkId network, Instant since) {
            return Map.of();
        }
    }
}
