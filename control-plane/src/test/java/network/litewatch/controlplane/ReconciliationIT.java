package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.controlplane.reputation.Eligibility;
import network.litewatch.lab.Lab;
import network.litewatch.lab.LabManifest;
import network.litewatch.lab.LabOptions;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.catalogue.Probes;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.miner.CanarySettings;
import network.litewatch.probe.miner.PromptPool;
import network.litewatch.probe.router.RouterMinersProbe;
import network.litewatch.probe.router.RouterStatusProbe;
import network.litewatch.probe.rpc.NodeCountersProbe;
import network.litewatch.probe.rpc.RpcHeadProbe;
import network.litewatch.probe.rpc.StakeProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the lab's router lists and its chain counts, against canaries that its miners really answer, judged by the shipped rules. Every
 * question is put to the lab; the time between them is the test's own, and so are the heads that show the RPC at work in it.
 */
class ReconciliationIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(7);

    @TempDir
    private static Path home;

    private static Lab lab;
    private static GuardedClient client;
    private static List<Rule> rules = List.of();

    private final AtomicLong nanos = new AtomicLong();
    private final List<Target> targets = new ArrayList<>();
    private final Map<ProbeId, Probe> probes = new HashMap<>();
    private final Set<String> fired = new TreeSet<>();
    private final HttpClient http = HttpClient.newHttpClient();
    private boolean chainRead;
    private Fleet fleet = Fleet.of(List.of());
    private AlertBook alerts = new AlertBook(rules, List.of());
    private Instant now = Instant.parse("2026-11-22T00:00:00Z");

    /** Every node that is asked about acked a task just now. */
    private final ChainActs acts = new ChainActs(
            query -> {
                ObjectNode event = new ObjectMapper().createObjectNode().put("@timestamp", now.toString());
                event.putObject("cortensor").put("state", "added");
                return new ObservationSearch.Page(List.of(event), Optional.empty());
            },
            network -> chainRead ? OptionalDouble.of(0) : OptionalDouble.empty(),
            () -> now);

    @BeforeAll
    static void start() {
        rules = ShippedFiles.load().rules();
        lab = Lab.start(LabOptions.forTests(home));
        client = new GuardedClient(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 16);
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            client.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    @AfterEach
    void close() {
        acts.close();
    }

    @BeforeEach
    void targets() {
        LabManifest manifest = lab.manifest();
        Map<String, String> contracts = manifest.contracts();
        Target rpc = target(
                "rpc-a",
                TargetKind.RPC,
                Objects.requireNonNull(manifest.rpcs().get("rpc-a")),
                Map.of(),
                Map.of("chain_id", "31337", StakeProbe.POOL, Objects.requireNonNull(contracts.get("StakingPool"))));
        targets.add(rpc);
        targets.add(target("router", TargetKind.ROUTER, manifest.router(), Map.of(), Map.of()));
        for (LabManifest.Miner miner : manifest.miners()) {
            targets.add(target(
                            miner.name(),
                            TargetKind.MINER,
                            manifest.router(),
                            Map.of("router", "router", "rpc", "rpc-a", "model", miner.model()),
                            Map.of(
                                    "router",
                                    "router",
                                    "session",
                                    Long.toString(miner.session()),
                                    NodeCountersProbe.ADDRESS,
                                    miner.address(),
                                    StakeProbe.STAKER,
                                    miner.address(),
                                    NodeCountersProbe.CONTRACT,
                                    Objects.requireNonNull(contracts.get("CognitiveLevel")),
                                    // Any function of an address would do; no contract of the lab gives a score.
                                    NodeCountersProbe.SCORE_CONTRACT,
                                    Objects.requireNonNull(contracts.get("CognitiveLevel")),
                                    NodeCountersProbe.SCORE_FUNCTION,
                                    NodeCountersProbe.selector("getNodeLevel(address)"),
                                    NodeCountersProbe.SCORE_SCALE,
                                    "5"))
                    .withWitness(rpc));
        }
        Supplier<List<Target>> all = () -> targets;
        CanarySettings settings = new CanarySettings(
                PromptPool.DEFAULT,
                Map.of(CanaryKind.PING, 4, CanaryKind.RATE, 8, CanaryKind.IDENTITY, 4),
                0,
                60,
                1,
                0,
                42);
        probes.putAll(
                new Probes(client, Clock.systemUTC(), System::nanoTime, new SplittableRandom(7), settings).byId());
        probes.put(RouterMinersProbe.ID, new ListedMiners(new RouterMinersProbe(client.http(), all), acts));
        probes.put(NodeCountersProbe.ID, new NodeCountersProbe(client.http(), nanos::get, all));
    }

    @Test
    void aMinerThatAnswersAndIsNotListedIsTold() throws Exception {
        await().atMost(Duration.ofMinutes(5)).until(() -> canary("miner-2").isOk());
        assertThat(list())
                .containsEntry(Signal.ROUTER_MINERS_UNLISTED, 0.0)
                .containsEntry(Signal.ROUTER_UNLISTED_ALIVE_MINERS, 0.0);
        String fault = inject("router.miners-lie", "router", "{\"hide\":\"miner-2\"}");
        chainRead = true;
        Map<Signal, Double> signals = list();
        assertThat(signals)
                .as("the list alone says nothing")
                .containsEntry(Signal.ROUTER_MINERS_UNLISTED, 1.0)
                .containsEntry(Signal.ROUTER_UNLISTED_ALIVE_MINERS, 0.0);
        for (int i = 0; i < 8; i++) {
            now = now.plusSeconds(30);
            assertThat(canary("miner-2")).isEqualTo(Outcome.ok());
            signals = list();
        }
        assertThat(signals)
                .containsEntry(Signal.ROUTER_UNLISTED_ALIVE_MINERS, 1.0)
                .containsEntry(Signal.ROUTER_UNLISTED_ACTIVE_MINERS, 1.0)
                .containsEntry(Signal.ROUTER_LISTED_DEAD_MINERS, 0.0);
        assertThat(signals.get(Signal.ROUTER_MINERS_DIFFER_SECONDS)).isGreaterThan(120);
        assertThat(fired).contains("RouterMinersDiffer");
        end(fault);
        assertThat(list()).containsEntry(Signal.ROUTER_UNLISTED_ALIVE_MINERS, 0.0);
    }

    @Test
    void aMinerThatIsListedAndDeadIsToldAndATrueListIsNot() throws Exception {
        await().atMost(Duration.ofMinutes(5)).until(() -> canary("miner-1").isOk());
        String cut = inject("tcp.reset", "miner-1", "{}");
        await().atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(list()).containsEntry(Signal.ROUTER_MINERS_UNLISTED, 1.0));
        Map<Signal, Double> signals = Map.of();
        for (int i = 0; i < 8; i++) {
            signals = failed("miner-1");
        }
        assertThat(signals).as("the router says so itself").containsEntry(Signal.ROUTER_LISTED_DEAD_MINERS, 0.0);
        assertThat(fired).doesNotContain("RouterMinersDiffer");
        String lie = inject("router.miners-lie", "router", "{}");
        for (int i = 0; i < 8; i++) {
            signals = failed("miner-1");
        }
        end(lie);
        end(cut);
        assertThat(signals)
                .containsEntry(Signal.ROUTER_MINERS_UNLISTED, 0.0)
                .containsEntry(Signal.ROUTER_LISTED_DEAD_MINERS, 1.0);
        assertThat(fired).contains("RouterMinersDiffer");
        await().atMost(Duration.ofMinutes(5)).until(() -> canary("miner-1").isOk());
        assertThat(list()).containsEntry(Signal.ROUTER_LISTED_DEAD_MINERS, 0.0);
    }

    @Test
    void theChainsCountOfANodeIsHeldAgainstOurs() throws Exception {
        await().atMost(Duration.ofMinutes(5)).until(() -> canary("miner-3").isOk());
        settled("miner-3");
        double before = counters("miner-3").finding().measurements().getOrDefault(Measurement.ONCHAIN_TASKS, -1.0);
        for (int i = 0; i < 5; i++) {
            assertThat(canary("miner-3")).isEqualTo(Outcome.ok());
        }
        await().atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(counters("miner-3").finding().measurements())
                        .containsEntry(Measurement.ONCHAIN_TASKS, before + 5));
        assertThat(see(counters("miner-3")))
                .containsEntry(Signal.ONCHAIN_SUCCESS_GAP, 0.0)
                .containsEntry(Signal.ONCHAIN_SUCCESS_RATIO, 1.0)
                .containsEntry(Signal.ONCHAIN_MEASURED_SAMPLES, 5.0)
                .containsEntry(Signal.ONCHAIN_LEVEL, 3.0)
                .containsEntry(Signal.ONCHAIN_SCORE, 0.6);

        String reset = inject("chain.new-phase", "chain", "{}");
        String fault = inject("chain.miscount", "miner-3", "{}");
        await().atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(counters("miner-3").finding().measurements())
                        .containsEntry(Measurement.ONCHAIN_TASKS, 0.0));
        assertThat(see(counters("miner-3")))
                .as("a reset is no error, and begins anew")
                .containsEntry(Signal.ONCHAIN_SINCE_RESET_SECONDS, 0.0)
                .containsEntry(Signal.ONCHAIN_WINDOW_TASKS, 0.0)
                .doesNotContainKey(Signal.ONCHAIN_SUCCESS_GAP);
        for (int i = 0; i < 12; i++) {
            assertThat(canary("miner-3")).isEqualTo(Outcome.ok());
        }
        await().atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(counters("miner-3").finding().measurements())
                        .containsEntry(Measurement.ONCHAIN_TASKS, 12.0));
        assertThat(fired).doesNotContain("ChainCountersDiffer");
        Map<Signal, Double> signals = Map.of();
        for (int i = 0; i < 6; i++) {
            now = now.plusSeconds(30);
            signals = see(counters("miner-3"));
        }
        end(fault);
        end(reset);
        assertThat(signals)
                .containsEntry(Signal.ONCHAIN_SUCCESS_RATIO, 0.0)
                .containsEntry(Signal.ONCHAIN_MEASURED_RATIO, 1.0);
        assertThat(signals.get(Signal.ONCHAIN_SUCCESS_GAP)).isGreaterThan(0.1);
        assertThat(fired).contains("ChainCountersDiffer");
    }

    @Test
    void whoHasStakedTooLittleIsNotEligibleAndTheShippedFileAsksTheLabsPool() {
        Target shipped = ShippedFiles.load().networks().get(0).targets().stream()
                .filter(target -> target.kind() == TargetKind.MINER)
                .findFirst()
                .flatMap(Target::witness)
                .orElseThrow();
        assertThat(shipped.parameters().get(StakeProbe.POOL))
                .isEqualToIgnoringCase(lab.manifest().contracts().get("StakingPool"));

        assertThat(eligibility("miner-1"))
                .isEqualTo(new Eligibility.Check("stake", Eligibility.Answer.YES, "10000.00 COR staked, 10000 needed"));
        assertThat(eligibility("miner-3"))
                .isEqualTo(new Eligibility.Check("stake", Eligibility.Answer.NO, "9000.00 COR staked, 10000 needed"));
    }

    private Eligibility.Check eligibility(String miner) {
        Finding finding = ask(StakeProbe.ID, miner).finding();
        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        Eligibility eligibility = Eligibility.of(
                new Eligibility.Known(
                        new TargetId(miner),
                        "lab",
                        OptionalDouble.of(
                                Objects.requireNonNull(finding.measurements().get(Measurement.STAKE_AMOUNT))),
                        Optional.empty(),
                        Map.of(),
                        null,
                        List.of()),
                Eligibility.Terms.PUBLIC,
                now);
        return eligibility.checks().get(0);
    }

    /** A canary that fails, which the miner is charged with, and then the router's list. */
    private Map<Signal, Double> failed(String miner) {
        now = now.plusSeconds(30);
        way();
        assertThat(canary(miner).kind()).isEqualTo(Outcome.Kind.FAILED);
        now = now.plusSeconds(2);
        way();
        return list();
    }

    private void way() {
        double second = now.getEpochSecond();
        Target rpc = target(new TargetId("rpc-a"));
        see(Observation.of(
                RpcHeadProbe.ID,
                rpc,
                new Vantage("here"),
                now,
                now,
                now,
                new Finding(
                        Outcome.ok(),
                        Map.<Phase, Duration>of(),
                        Map.of(Measurement.RPC_HEAD_NUMBER, second, Measurement.RPC_HEAD_TIMESTAMP, second),
                        Map.of())));
        see(ask(RouterStatusProbe.ID, "router"));
    }

    private Map<Signal, Double> list() {
        return see(ask(RouterMinersProbe.ID, "router"));
    }

    private Outcome canary(String miner) {
        Observation observation = ask(CanaryKind.RATE.id(), miner);
        see(observation);
        return observation.outcome();
    }

    /** Asks the chain anew, whatever is kept; the observation is not judged yet. */
    private Observation counters(String miner) {
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        return ask(NodeCountersProbe.ID, miner);
    }

    /** Waits until everything that the node did is counted, and begins to compare there. */
    private void settled(String miner) {
        AtomicLong last = new AtomicLong(-1);
        await().pollInterval(Duration.ofSeconds(3))
                .atMost(Duration.ofMinutes(5))
                .until(() -> {
                    long tasks = counters(miner)
                            .finding()
                            .measurements()
                            .getOrDefault(Measurement.ONCHAIN_TASKS, -2.0)
                            .longValue();
                    return last.getAndSet(tasks) == tasks;
                });
        see(counters(miner));
    }

    private Observation ask(ProbeId id, String target) {
        now = now.plusMillis(100);
        Target asked = target(new TargetId(target));
        Finding finding =
                Objects.requireNonNull(probes.get(id)).run(asked, TIMEOUT).join();
        return Observation.of(id, asked, new Vantage("here"), now, now, now, finding);
    }

    private Target target(TargetId id) {
        return targets.stream().filter(one -> one.id().equals(id)).findFirst().orElseThrow();
    }

    private Map<Signal, Double> see(Observation observation) {
        Fleet.Batch batch = fleet.apply(List.of(observation));
        AlertBook.Changes changes = alerts.evaluate(batch.assessments());
        fleet.commit(batch);
        alerts.commit(changes);
        changes.transitions().stream()
                .filter(transition -> transition.kind() == Transition.Kind.FIRED)
                .forEach(transition -> fired.add(transition.alert().rule()));
        return batch.assessments().stream()
                .filter(one -> one.key().probe().equals(observation.probe())
                        && one.key().target().equals(observation.target()))
                .findFirst()
                .map(Assessment::signals)
                .orElse(Map.of());
    }

    private static Target target(
            String id, TargetKind kind, URI url, Map<String, String> labels, Map<String, String> parameters) {
        return new Target(
                new TargetId(id),
                kind,
                new NetworkId("lab"),
                SecretUrl.parse(url.toString()),
                kind == TargetKind.RPC
                        ? Optional.empty()
                        : Optional.of(new Secret(lab.manifest().routerToken())),
                labels,
                parameters);
    }

    private String inject(String type, String target, String args) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(lab.manifest().faults().resolve("/faults"))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"" + type + "\",\"target\":\"" + target
                                + "\",\"args\":" + args + ",\"lease\":\"10m\"}"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return new ObjectMapper().readTree(answer.body()).path("id").asText();
    }

    private void end(String fault) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(lab.manifest().faults().resolve("/faults/" + fault))
                        .DELETE()
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    }
}
