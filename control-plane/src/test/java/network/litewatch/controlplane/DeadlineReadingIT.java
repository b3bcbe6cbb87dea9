package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.StringReader;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.controlplane.ingest.elastic.ChainEventSearch;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.controlplane.ingest.elastic.Templates;
import network.litewatch.controlplane.reputation.EvidenceReader;
import network.litewatch.controlplane.reputation.Formula;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Tasks are found, judged once each, and not twice after a restart. */
class DeadlineReadingIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String SELF = "0x00000000000000000000000000000000000000aa";
    private static final String OTHER = "0x00000000000000000000000000000000000000bb";
    private static final Instant NOON = Instant.parse("2026-04-05T12:00:00Z");
    private static final List<String> INDICES =
            List.of("litewatch-chain-events-2026.04.05", "litewatch-observations-2026.04.05");

    private final ElasticsearchClient elasticsearch = SharedStores.get().elasticsearch();
    private final Target miner = new Target(
            new TargetId("deadline-miner"),
            TargetKind.MINER,
            new NetworkId("deadlines"),
            SecretUrl.parse("http://router.example.org"),
            Optional.empty(),
            Map.of(),
            Map.of(DeadlineReading.ADDRESS, SELF));
    private int written;

    @BeforeEach
    void templates() throws IOException {
        Templates.put(elasticsearch, 0);
        user(1, 0, "TaskAssigned", SELF, OTHER);
        user(1, 10, "TaskAcked", SELF);
        user(1, 30, "TaskPrecommitted", OTHER);
        user(1, 200, "TaskPrecommitted", SELF);
        network(7, 5, "SessionStarted", SELF, OTHER);
        network(7, 20, "SessionPrecommitted", SELF);
        // Not over when the first reading is made.
        user(2, 600, "TaskAssigned", SELF, OTHER);
        user(2, 610, "TaskAcked", OTHER);
        elasticsearch.indices().refresh(r -> r.index(INDICES.get(0)));
    }

    @AfterEach
    void delete() throws IOException {
        elasticsearch.indices().delete(d -> d.index(INDICES).ignoreUnavailable(true));
    }

    @Test
    void eachTaskIsJudgedOnceAlsoAfterARestart() throws IOException {
        Instant first = NOON.plusSeconds(10 * 60 - 30);
        Finding one = reading(first, 0).of(miner);
        assertThat(one.outcome()).isEqualTo(Outcome.ok());
        assertThat(one.measurements())
                .containsEntry(Measurement.TASKS_KEPT, 2.0)
                .containsEntry(Measurement.TASKS_MISSED, 1.0)
                .containsEntry(Measurement.TASKS_PRECOMMITTED, 1.0)
                .containsEntry(Measurement.TASKS_ASSIGNED, 1.0);
        store(one, first);

        Finding two = reading(NOON.plusSeconds(20 * 60), 0).of(miner);
        assertThat(two.evidence()).containsEntry("from", one.evidence().get("until"));
        assertThat(two.measurements())
                .containsEntry(Measurement.TASKS_KEPT, 0.0)
                .containsEntry(Measurement.TASKS_MISSED, 1.0)
                .containsEntry(Measurement.TASKS_ASSIGNED, 0.0);
    }

    @Test
    void aChainThatWasNotReadUpToNowSaysNothing() {
        assertThat(reading(NOON.plusSeconds(600), 61).of(miner).outcome().kind())
                .isEqualTo(Outcome.Kind.INCONCLUSIVE);
    }

    @Test
    void whoLatelyAckedATaskIsFoundAndWithoutAReadChainNobodyIs() {
        Instant now = NOON.plusSeconds(60);
        Map<TargetId, String> nodes = Map.of(miner.id(), SELF, new TargetId("idle"), OTHER.replace("bb", "cc"));
        try (ChainActs acts = acts(now, 0);
                ChainActs late = acts(NOON.plus(Duration.ofHours(1)), 0);
                ChainActs blind = acts(now, 61)) {
            Duration limit = Duration.ofSeconds(20);
            assertThat(acts.of(miner.network(), nodes, limit).join().orElseThrow())
                    .containsOnly(Map.entry(miner.id(), NOON.plusSeconds(10)));
            assertThat(late.of(miner.network(), Map.of(miner.id(), SELF), limit)
                            .join()
                            .orElseThrow())
                    .isEmpty();
            assertThat(blind.of(miner.network(), nodes, limit).join()).isEmpty();
        }
    }

    private ChainActs acts(Instant now, double gap) {
        return new ChainActs(
                new ChainEventSearch(elasticsearch)::search,
                network -> OptionalDouble.of(gap),
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private DeadlineReading reading(Instant now, double gap) {
        return new DeadlineReading(
                new ChainEventSearch(elasticsearch)::search,
                new ObservationSearch(elasticsearch)::search,
                network -> OptionalDouble.of(gap),
                () -> Formula.DEADLINES,
                Clock.fixed(now, ZoneOffset.UTC));
    }

    private void store(Finding finding, Instant slot) throws IOException {
        Document document = ObservationDocuments.of(new Observation(
                EvidenceReader.DEADLINES,
                miner.id(),
                miner.kind(),
                miner.network(),
                new Vantage("here"),
                miner.labels(),
                slot,
                slot,
                Duration.ofMillis(50),
                finding));
        elasticsearch.index(
                r -> r.index(document.index()).id(document.id()).withJson(new StringReader(document.json())));
        elasticsearch.indices().refresh(r -> r.index(document.index()));
    }

    private void user(int task, int second, String event, String... nodes) throws IOException {
        ObjectNode document = event(second, "SessionQueueV2", event, nodes);
        document.withObject("/cortensor").put("session_id", "1").put("task_id", Integer.toString(task));
        index(document);
    }

    private void network(int id, int second, String event, String... nodes) throws IOException {
        ObjectNode document = event(second, "Cognitive", event, nodes);
        document.withObject("/cortensor").put("cognitive_id", Integer.toString(id));
        index(document);
    }

    private ObjectNode event(int second, String contract, String event, String... nodes) {
        ObjectNode document = JSON.createObjectNode()
                .put("@timestamp", NOON.plusSeconds(second).toString());
        ObjectNode own = document.putObject("cortensor")
                .put("id", "deadline-" + written)
                .put("network", "deadlines")
                .put("contract", contract)
                .put("event", event)
                .put("state", "added")
                .put("block_hash", "0x" + second)
                .put("log_index", written)
                .put("position", "%016d-%08d".formatted(second, written++));
        for (String node : nodes) {
            own.withArray("addresses").add(node);
        }
        return document;
    }

    private void index(ObjectNode document) throws IOException {
        elasticsearch.index(r -> r.index(INDICES.get(0))
                .id(document.at("/cortensor/id").asText())
                .withJson(new StringReader(document.toString())));
    }
}
