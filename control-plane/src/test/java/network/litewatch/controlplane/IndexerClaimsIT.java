package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.lab.Lab;
import network.litewatch.lab.LabOptions;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.NettyExchanger;
import network.litewatch.probe.indexer.IndexerClaimsProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.datatypes.Function;

/** What the lab's indexer can claim wrong, seen by the real probe and judged by the shipped rules. */
class IndexerClaimsIT {
    @TempDir
    private static Path home;

    private static Lab lab;
    private static NettyExchanger exchanger;
    private static List<Rule> rules = List.of();

    private final HttpClient http = HttpClient.newHttpClient();
    private final Fleet fleet = Fleet.of(List.of());
    private final AlertBook alerts = new AlertBook(rules, List.of());
    private final Set<String> fired = new TreeSet<>();
    private Instant now = Instant.parse("2026-11-21T00:00:00Z");

    @BeforeAll
    static void start() {
        Files files = ShippedFiles.load();
        rules = files.rules();
        lab = Lab.start(LabOptions.forTests(home));
        exchanger = new NettyExchanger(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 16);
    }

    @AfterAll
    static void stop() {
        if (exchanger != null) {
            exchanger.close();
        }
        if (lab != null) {
            lab.close();
        }
    }

    @BeforeEach
    void healthy() {
        await().atMost(Duration.ofMinutes(5)).until(() -> {
            Map<Measurement, Double> seen = ask().measurements();
            return Objects.equals(seen.get(Measurement.INDEXER_SESSIONS), seen.get(Measurement.INDEXER_CHAIN_SESSIONS))
                    && Objects.equals(
                            // Before the first network task the indexer has none to name.
                            seen.getOrDefault(Measurement.INDEXER_NETWORK_TASK, 0.0),
                            seen.get(Measurement.INDEXER_CHAIN_NETWORK_TASK));
        });
        Finding finding = ask();
        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsEntry(Measurement.INDEXER_SESSIONS, 4.0)
                .containsEntry(Measurement.INDEXER_CHAIN_SESSIONS, 4.0)
                .containsEntry(Measurement.INDEXER_NODES, 3.0)
                .containsEntry(Measurement.INDEXER_ACTIVE_NODES, 3.0)
                .containsKeys(Measurement.INDEXER_TASKS, Measurement.INDEXER_CHAIN_NETWORK_TASK);
        round(finding);
        assertThat(fired).isEmpty();
    }

    @Test
    void aClaimOfSessionsThatThereAreNotIsTold() throws Exception {
        String fault = inject("indexer.lie", "{\"sessions\":100}");
        Map<Signal, Double> signals = rounds(1);
        assertThat(signals).containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE, 100.0);
        assertThat(fired).as("it may be a race").isEmpty();
        rounds(10);
        end(fault);
        assertThat(fired).containsExactly("IndexerClaimsDiffer");
        assertThat(rounds(1)).containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE, 0.0);
    }

    @Test
    void aResetIsNoError() throws Exception {
        String fault = inject("indexer.reset", "{}");
        Map<Signal, Double> signals = rounds(20);
        end(fault);
        assertThat(signals)
                .containsEntry(Signal.INDEXER_SESSIONS, 0.0)
                .containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE, 0.0)
                .containsKey(Signal.INDEXER_SINCE_RESET_SECONDS);
        assertThat(rounds(20)).containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE, 0.0);
        assertThat(fired).isEmpty();
    }

    @Test
    void aClaimThatStandsStillWhileTheChainGoesOnIsTold() throws Exception {
        String fault = inject("indexer.stale", "{}");
        rounds(30);
        assertThat(fired).as("nothing happens on the chain").isEmpty();

        EvmClient chain =
                new EvmClient(Objects.requireNonNull(lab.manifest().rpcs().get("rpc-a")), Duration.ofSeconds(20));
        String cognitive = Objects.requireNonNull(lab.manifest().contracts().get("Cognitive"));
        var unused = chain.awaitReceipt(
                chain.send(Accounts.OPERATOR, cognitive, new Function("request", List.of(), List.of())),
                Duration.ofSeconds(20));
        rounds(30);
        end(fault);
        assertThat(fired).containsExactly("IndexerStale");
        await().atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(rounds(1)).containsEntry(Signal.INDEXER_STALE_SECONDS, 0.0));
    }

    private Map<Signal, Double> rounds(int count) {
        Map<Signal, Double> last = Map.of();
        for (int i = 0; i < count; i++) {
            last = round(ask());
        }
        return last;
    }

    private Map<Signal, Double> round(Finding finding) {
        now = now.plusSeconds(15);
        Fleet.Batch batch = fleet.apply(
                List.of(Observation.of(IndexerClaimsProbe.ID, indexer(), new Vantage("test"), now, now, now, finding)));
        AlertBook.Changes changes = alerts.evaluate(batch.assessments());
        fleet.commit(batch);
        alerts.commit(changes);
        changes.transitions().stream()
                .filter(transition -> transition.kind() == Transition.Kind.FIRED)
                .forEach(transition -> fired.add(transition.alert().rule()));
        return batch.assessments().get(0).signals();
    }

    private static Finding ask() {
        return new IndexerClaimsProbe(exchanger, Instant::now, System::nanoTime)
                .run(indexer(), Duration.ofSeconds(20))
                .join();
    }

    private static Target indexer() {
        NetworkId network = new NetworkId("trial");
        Map<String, String> contracts = lab.manifest().contracts();
        Target rpc = new Target(
                new TargetId("rpc-a"),
                TargetKind.RPC,
                network,
                SecretUrl.parse(Objects.requireNonNull(lab.manifest().rpcs().get("rpc-a"))
                        .toString()),
                Optional.empty(),
                Map.of(),
                Map.of());
        return new Target(
                        new TargetId("indexer"),
                        TargetKind.INDEXER,
                        network,
                        SecretUrl.parse(lab.manifest().indexer().toString()),
                        Optional.empty(),
                        Map.of(),
                        Map.of(
                                IndexerClaimsProbe.SESSIONS,
                                contracts.getOrDefault("SessionV2", ""),
                                IndexerClaimsProbe.COGNITIVE,
                                contracts.getOrDefault("Cognitive", "")))
                .withWitness(rpc);
    }

    private String inject(String type, String args) throws Exception {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(lab.manifest().faults().resolve("/faults"))
                        .POST(HttpRequest.BodyPublishers.ofString("{\"type\":\"" + type
                                + "\",\"target\":\"indexer\",\"args\":" + args + ",\"lease\":\"5m\"}"))
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
