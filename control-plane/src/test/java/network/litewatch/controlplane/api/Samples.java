package network.litewatch.controlplane.api;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.network.MinerCanaries;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.notify.Panel;
import network.litewatch.controlplane.reputation.Pieces;
import network.litewatch.controlplane.runbook.Runbook;
import network.litewatch.controlplane.runbook.RunbookPage;
import network.litewatch.controlplane.sampling.CanaryBudget;
import network.litewatch.controlplane.sampling.CanaryPolicy;
import network.litewatch.controlplane.slo.Budgeting;
import network.litewatch.controlplane.slo.Counts;
import network.litewatch.controlplane.slo.History;
import network.litewatch.controlplane.slo.Sli;
import network.litewatch.controlplane.slo.Slo;
import network.litewatch.controlplane.slo.SloSeries;
import network.litewatch.controlplane.slo.SloStatus;
import network.litewatch.controlplane.vantage.Delivery;
import network.litewatch.controlplane.vantage.PlanDocument;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.miner.CanarySettings;

/** Something to show behind each route. */
public final class Samples {
    static final Instant AT = Instant.parse("2026-11-20T10:00:00Z");

    private Samples() {}

    /** Resources whose stores answer; observations are {@code searcher}'s. */
    public static List<Object> resources(List<Object> incidents, DocumentPages.Searcher searcher) {
        return resources(incidents, searcher, searcher);
    }

    static List<Object> resources(
            List<Object> incidents, DocumentPages.Searcher searcher, DocumentPages.Searcher chainEvents) {
        List<Object> resources = new ArrayList<>(incidents);
        resources.addAll(List.of(
                new TargetsResource(Samples::targets),
                new ObservationsResource(new DocumentPages(searcher, "observations")),
                new ChainEventsResource(new DocumentPages(chainEvents, "chain events")),
                new NetworksResource(() -> List.of(network("lab"), network("other"), network("third"))),
                new VantagesResource(Samples::vantages),
                new SlosResource(Samples::slos, Samples::status),
                new NoiseResource(
                        () -> Map.of("rpc-head-stalled", runbook()), new NoiseSamples(), InstantSource.fixed(AT)),
                new CanarySpendResource(
                        () -> List.of(network("lab"), sampled("other")), new Ledger(), InstantSource.fixed(AT)),
                new ReputationResource(new ReputationSamples(), () -> Pieces.FORMULA, InstantSource.fixed(AT)),
                new EligibilityResource(ReputationSamples::eligible),
                new AgentsResource(new Desk()),
                new PagesResource(
                        () -> Map.of("rpc-head-stalled", runbook()),
                        runbook -> List.of(new RunbookPage.Live(
                                "f1",
                                "RpcHeadStalled",
                                "firing",
                                "lab",
                                "lab-rpc-b",
                                AT.toString(),
                                "lag 90 s > 60 s")))));
        return resources;
    }

    static List<TargetsResource.View> targets() {
        return IntStream.rangeClosed(1, 7)
                .mapToObj(i -> new TargetsResource.View(
                        "lab-rpc-" + i,
                        i == 7 ? "miner" : "rpc",
                        i == 6 ? "other" : "lab",
                        "rpc" + i + ".example.org",
                        Map.of("operator", "someone"),
                        Map.of(
                                "rpc.head",
                                new TargetsResource.ProbeView(
                                        AT, "ok", "none", "", Map.of("rpc_head_lag_seconds", 1.5)))))
                .toList();
    }

    static List<VantagesResource.View> vantages() {
        return List.of(
                new VantagesResource.View("east", 3, AT, 12, 4.5, 0, 0.02),
                new VantagesResource.View("never-heard", 3, null, 0, 0, 0, 0),
                new VantagesResource.View("west", 3, AT, 0, 0, 7, -61));
    }

    /** One budget for each of a few networks, and one of a target. */
    public static List<SloSeries> slos() {
        return Stream.concat(
                        Stream.of(new SloSeries(slo(), new NetworkId("lab"), Optional.of(new TargetId("lab-rpc-1")))),
                        IntStream.rangeClosed(1, 4)
                                .mapToObj(i -> new SloSeries(slo(), new NetworkId("net-" + i), Optional.empty())))
                .toList();
    }

    private static Slo slo() {
        return new Slo(
                "rpc-availability",
                "RPC answers",
                "rpc",
                "ours",
                new Sli(new ProbeId("rpc.head"), Set.of(), Set.of(), Map.of(), Sli.By.TARGET, Optional.empty()),
                new Budgeting.Occurrences(),
                0.99,
                Duration.ofDays(30));
    }

    /** Much to say of the target, and nothing of the last network. */
    public static SloStatus status(SloSeries series) {
        History history = series.about().equals("net-4")
                ? History.EMPTY
                : new History(
                        Map.of(AT.minusSeconds(600), new Counts(30, 60), AT.minusSeconds(120), new Counts(10, 60)),
                        Map.of(AT.minus(Duration.ofDays(2)), new Counts(700, 720)));
        return SloStatus.of(series, history, AT);
    }

    /** Knows the vantage east, and stores everything. */
    private static final class Desk implements AgentsResource.Desk {
        @Override
        public Optional<PlanDocument> plan(Vantage vantage) {
            return vantage.value().equals("east")
                    ? Optional.of(new PlanDocument(vantage, Duration.ofDays(1), Map.of(), List.of()))
                    : Optional.empty();
        }

        @Override
        public List<AgentsResource.Verdict> deliver(Vantage vantage, Delivery delivery) {
            return delivery.observations().stream()
                    .map(node -> new AgentsResource.Verdict("id", AgentsResource.Verdict.STORED, ""))
                    .toList();
        }
    }

    static Network network(String id) {
        return new Network(
                new NetworkId(id),
                "Network " + id,
                42161,
                Duration.ofMillis(250),
                Map.of("Runtime", "0x0000000000000000000000000000000000000001"),
                Map.of(),
                List.of(),
                List.of(),
                Map.of(),
                Network.Indexing.DEFAULT,
                Map.of(),
                MinerCanaries.DEFAULT);
    }

    /** A network whose canaries are sampled. */
    static Network sampled(String id) {
        Network plain = network(id);
        CanaryPolicy.Budget cap = new CanaryPolicy.Budget(1_000, Double.POSITIVE_INFINITY, BigDecimal.ONE);
        return new Network(
                plain.id(),
                plain.title(),
                plain.chainId(),
                plain.blockTime(),
                plain.contracts(),
                plain.enums(),
                plain.privateRanges(),
                plain.targets(),
                plain.pace(),
                plain.indexing(),
                plain.canaries(),
                new MinerCanaries(
                        CanarySettings.DEFAULT,
                        Optional.of(new CanaryPolicy(
                                Map.of(), Duration.ofHours(4), List.of(), 10, 10, BigDecimal.ZERO, cap, cap))));
    }

    /** Spent the same in every window. */
    private static final class Ledger implements CanaryBudget {
        @Override
        public Optional<Reservation> reserve(Canary canary, Cost most, CanaryPolicy policy) {
            return Optional.empty();
        }

        @Override
        public void settle(Reservation reservation, Cost used) {}

        @Override
        public Map<TargetId, Instant> lastAsked(NetworkId network, CanaryKind kind) {
            return Map.of();
        }

        @Override
        public Map<CanaryKind, Spent> spent(NetworkId network, Instant since) {
            return Map.of(
                    CanaryKind.PING, new Spent(7, 1, new Cost(224, 3.5, new BigDecimal("0.07"))),
                    CanaryKind.RATE, new Spent(2, 0, new Cost(304, 4, new BigDecimal("0.02"))));
        }
    }

    static Runbook runbook() {
        return new Runbook(
                "rpc-head-stalled",
                "An RPC stands still",
                List.of("RpcHeadStalled"),
                "critical",
                Map.of("owner", "ops"),
                List.of(new Panel("litewatch-chains", 7, "Heads")),
                "## Meaning\n\nIt stands still.\n");
    }

    static Alert alert(String fingerprint, Alert.State state, String network, Instant at) {
        return new Alert(
                fingerprint,
                "RpcHeadStalled",
                state,
                Map.of("alertname", "RpcHeadStalled", "network", network, "target", "lab-rpc-b"),
                Map.of("summary", "stands still", "runbook", "rpc-head-stalled"),
                AT,
                state == Alert.State.PENDING ? null : AT,
                at,
                state == Alert.State.RESOLVED ? at : null,
                at,
                List.of("lag 90 s > 60 s"),
                List.of("lag 90 s > 60 s"));
    }

    /** Three targets from two vantages at two slots, all of network "routes". */
    static List<Observation> observations() {
        List<Observation> observations = new ArrayList<>();
        for (int slot = 0; slot < 2; slot++) {
            for (int target = 1; target <= 3; target++) {
                for (String vantage : List.of("east", "west")) {
                    observations.add(observation("rpc-" + target, vantage, AT.plusSeconds(slot * 5L)));
                }
            }
        }
        return observations;
    }

    private static Observation observation(String target, String vantage, Instant slot) {
        Outcome outcome = target.equals("rpc-3") ? Outcome.failed(Reason.TIMEOUT, "no answer in 2 s") : Outcome.ok();
        return new Observation(
                new ProbeId("rpc.head"),
                new TargetId(target),
                TargetKind.RPC,
                new NetworkId("routes"),
                new Vantage(vantage),
                Map.of("operator", "someone"),
                slot,
                slot,
                Duration.ofMillis(120),
                new Finding(
                        outcome,
                        Map.of(Phase.CONNECT, Duration.ofMillis(3)),
                        Map.of(Measurement.RPC_HEAD_NUMBER, 7.0),
                        Map.of("client", "geth")));
    }
}
