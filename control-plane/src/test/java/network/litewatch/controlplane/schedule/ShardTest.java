package network.litewatch.controlplane.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import network.litewatch.probe.Finding;
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

class ShardTest {
    private final VirtualTime time = new VirtualTime(Instant.parse("2026-01-01T00:00:00Z"));
    private final List<Observation> seen = new ArrayList<>();
    private Outcome answer = Outcome.ok();
    private final Probe probe = new Probe() {
        @Override
        public ProbeId id() {
            return new ProbeId("http");
        }

        @Override
        public TargetKind kind() {
            return TargetKind.ENDPOINT;
        }

        @Override
        public CompletableFuture<Finding> run(Target target, Duration timeout) {
            return CompletableFuture.completedFuture(Finding.of(answer));
        }
    };

    @Test
    void addedAndRemovedPlansLeaveTheOthersSlotsAsTheyAre() {
        Shard shard = start(plan("a", 10), plan("b", 10));
        time.advance(Duration.ofSeconds(25));

        shard.update(List.of(plan("a", 10), plan("c", 10)));
        time.advance(Duration.ofSeconds(100));

        VirtualTime other = new VirtualTime(Instant.parse("2026-01-01T00:00:00Z"));
        List<Instant> alone = new ArrayList<>();
        Shard.start(List.of(plan("a", 10)), new Vantage("here"), other, other, o -> alone.add(o.slot()));
        other.advance(Duration.ofSeconds(125));
        assertThat(slots("a")).isEqualTo(alone);
        assertThat(slots("b")).hasSizeBetween(2, 3);
        assertThat(slots("c")).hasSizeBetween(9, 11);
    }

    @Test
    void aPlanThatStaysKeepsItsBackOff() {
        answer = Outcome.inconclusive(Reason.RATE_LIMITED, "429");
        Shard shard = start(plan("a", 10));
        time.advance(Duration.ofMinutes(10));
        int asked = asked();

        shard.update(List.of(plan("a", 10), plan("b", 10)));
        shard.update(List.of(plan("a", 10)));
        time.advance(Duration.ofMinutes(4));

        assertThat(asked()).isLessThanOrEqualTo(asked + 1);
    }

    @Test
    void aPlanWithAnotherIntervalTakesTheOldOnesPlace() {
        Shard shard = start(plan("a", 10));
        time.advance(Duration.ofSeconds(100));
        int before = slots("a").size();

        shard.update(List.of(plan("a", 50)));
        time.advance(Duration.ofSeconds(500));

        assertThat(slots("a")).hasSizeBetween(before + 9, before + 11).doesNotHaveDuplicates();
    }

    @Test
    void nothingFiresOnceItIsClosedWhateverTheUpdate() {
        Shard shard = start(plan("a", 10));
        shard.close();

        shard.update(List.of(plan("b", 10)));
        time.advance(Duration.ofHours(1));

        assertThat(seen).isEmpty();
    }

    private Shard start(ProbePlan... plans) {
        return Shard.start(List.of(plans), new Vantage("here"), time, time, seen::add);
    }

    private int asked() {
        return (int) seen.stream()
                .filter(o -> o.target().value().equals("a"))
                .filter(o -> o.outcome().kind() != Outcome.Kind.NOT_RUN)
                .count();
    }

    private List<Instant> slots(String target) {
        return seen.stream()
                .filter(o -> o.target().value().equals(target))
                .map(Observation::slot)
                .toList();
    }

    private ProbePlan plan(String target, int seconds) {
        return new ProbePlan(
                probe,
                new Target(
                        new TargetId(target),
                        TargetKind.ENDPOINT,
                        new NetworkId("lab"),
                        SecretUrl.parse("http://127.0.0.1:1"),
                        Optional.empty(),
                        Map.of(),
                        Map.of()),
                Duration.ofSeconds(seconds),
                Duration.ofSeconds(5));
    }
}
