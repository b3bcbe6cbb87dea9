package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.rules.RuleLoader;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.schedule.Shard;
import network.litewatch.controlplane.schedule.VirtualTime;
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
import network.litewatch.probe.rpc.RpcHeadProbe;
import org.junit.jupiter.api.Test;

/** An RPC that refuses us, through schedule, assessment and shipped rules: keeping out of its way must not hide it. */
class ThrottledTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private final VirtualTime time = new VirtualTime(T0);
    private final Fleet fleet = Fleet.of(List.of());
    private final AlertBook alerts = new AlertBook(
            RuleLoader.load(
                            List.of(YamlDocument.read(Path.of("../alert-rules/network/rpc.yml")
                                    .toAbsolutePath()
                                    .normalize())),
                            Files.PROBES)
                    .rules(),
            List.of());
    private final List<String> told = new ArrayList<>();

    @Test
    void anRpcThatRefusesEveryRunIsToldWithinMinutes() {
        start(() -> Outcome.inconclusive(Reason.RATE_LIMITED, "429"));

        time.advance(Duration.ofMinutes(3));

        assertThat(told)
                .contains("RpcThrottled FIRED", "RpcThrottledHard FIRED")
                .doesNotContain("RpcFailing FIRED");
    }

    @Test
    void itIsResolvedOnceTheRpcAnswersAgain() {
        start(() -> time.instant().isBefore(T0.plus(Duration.ofMinutes(5)))
                ? Outcome.inconclusive(Reason.BILLING, "402")
                : Outcome.ok());

        time.advance(Duration.ofMinutes(30));

        assertThat(told).contains("RpcThrottled RESOLVED", "RpcThrottledHard RESOLVED", "RpcUnobserved RESOLVED");
    }

    @Test
    void oneRefusalInAHundredIsNotTold() {
        int[] runs = {0};
        start(() -> ++runs[0] % 100 == 50 ? Outcome.inconclusive(Reason.RATE_LIMITED, "429") : Outcome.ok());

        time.advance(Duration.ofHours(1));

        assertThat(told).isEmpty();
    }

    private void start(Supplier<Outcome> answer) {
        Probe probe = new Probe() {
            @Override
            public ProbeId id() {
                return RpcHeadProbe.ID;
            }

            @Override
            public TargetKind kind() {
                return TargetKind.RPC;
            }

            @Override
            public CompletableFuture<Finding> run(Target target, Duration timeout) {
                return CompletableFuture.completedFuture(Finding.of(answer.get()));
            }
        };
        Target rpc = new Target(
                new TargetId("rpc-a"),
                TargetKind.RPC,
                new NetworkId("lab"),
                SecretUrl.parse("http://127.0.0.1:1"),
                Optional.empty(),
                Map.of(),
                Map.of());
        ProbePlan plan = new ProbePlan(probe, rpc, Duration.ofSeconds(5), Duration.ofSeconds(4));
        var unused = Shard.start(List.of(plan), new Vantage("here"), time, time, this::see);
    }

    private void see(Observation observation) {
        Fleet.Batch batch = fleet.apply(List.of(observation));
        AlertBook.Changes changes = alerts.evaluate(batch.assessments());
        fleet.commit(batch);
        alerts.commit(changes);
        changes.transitions().forEach(transition -> told.add(transition.alert().rule() + " " + transition.kind()));
    }
}
