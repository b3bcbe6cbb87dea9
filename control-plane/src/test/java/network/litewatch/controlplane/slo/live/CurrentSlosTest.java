package network.litewatch.controlplane.slo.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.slo.Budgeting;
import network.litewatch.controlplane.slo.Sli;
import network.litewatch.controlplane.slo.Slo;
import network.litewatch.controlplane.slo.SloSeries;
import network.litewatch.probe.Finding;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import org.junit.jupiter.api.Test;

class CurrentSlosTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private record Asking(ProbeId id) implements Probe {
        @Override
        public TargetKind kind() {
            return TargetKind.RPC;
        }

        @Override
        public CompletableFuture<Finding> run(Target target, Duration timeout) {
            return CompletableFuture.completedFuture(Finding.of(Outcome.ok()));
        }
    }

    private static ProbePlan plan(String probe, String target, String network) {
        return new ProbePlan(
                new Asking(new ProbeId(probe)),
                new Target(
                        new TargetId(target),
                        TargetKind.RPC,
                        new NetworkId(network),
                        SecretUrl.parse("http://127.0.0.1:1"),
                        Optional.empty(),
                        Map.of(),
                        Map.of()),
                SECOND,
                SECOND);
    }

    private static Slo slo(String name, String probe, Sli.By by) {
        return new Slo(
                name,
                name,
                "rpc",
                "ours",
                new Sli(new ProbeId(probe), Set.of(), Set.of(), Map.of(), by, Optional.empty()),
                new Budgeting.Occurrences(),
                0.99,
                Duration.ofDays(30));
    }

    private static List<String> ids(CurrentSlos current) {
        return current.series().stream().map(series -> series.id().value()).toList();
    }

    @Test
    void aSeriesIsWhatIsAsked() {
        CurrentSlos current = new CurrentSlos(List.of(
                slo("each", "rpc.head", Sli.By.TARGET),
                slo("all", "rpc.head", Sli.By.NETWORK),
                slo("chain", "chain.head", Sli.By.NETWORK),
                slo("none", "router.status", Sli.By.NETWORK)));
        assertThat(current.series()).isEmpty();

        current.follow(List.of(
                plan("rpc.head", "b", "two"),
                plan("rpc.head", "a", "one"),
                plan("rpc.head", "c", "two"),
                plan("rpc.consistency", "d", "three")));

        assertThat(ids(current))
                .containsExactly("each.a", "each.b", "each.c", "all.one", "all.two", "chain.one", "chain.two");
        assertThat(current.find(new TargetId("each.b")).map(SloSeries::network)).contains(new NetworkId("two"));
        assertThat(current.find(new TargetId("each.d"))).isEmpty();
    }

    @Test
    void whatIsNotAskedAnyMoreHasNoSeries() {
        CurrentSlos current = new CurrentSlos(List.of(slo("each", "rpc.head", Sli.By.TARGET)));
        current.follow(List.of(plan("rpc.head", "a", "one"), plan("rpc.head", "b", "one")));

        current.replace(List.of(slo("other", "rpc.head", Sli.By.TARGET)));
        current.follow(List.of(plan("rpc.head", "b", "one")));

        assertThat(ids(current)).containsExactly("other.b");
    }
}
