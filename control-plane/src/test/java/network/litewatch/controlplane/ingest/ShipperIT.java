package network.litewatch.controlplane.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.ingest.BulkTarget.Verdict;
import network.litewatch.controlplane.ingest.elastic.BulkWriter;
import network.litewatch.controlplane.ingest.elastic.Templates;
import network.litewatch.controlplane.schedule.VirtualTime;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ShipperIT {
    private static final Instant T0 = Instant.parse("2026-03-04T23:59:59Z");

    private final ElasticsearchClient elasticsearch = SharedStores.get().elasticsearch();
    private final Jdbi jdbi = SharedStores.get().database("shipper");
    private final VirtualTime time = new VirtualTime(T0);
    private final Outbox outbox = new Outbox(jdbi, time);
    private final List<Verdict> verdicts = new ArrayList<>();

    @BeforeEach
    void templates() throws IOException {
        Templates.put(elasticsearch, 0);
    }

    @AfterEach
    void clear() throws IOException {
        elasticsearch
                .indices()
                .delete(d -> d.index("litewatch-observations-2026.03.04").ignoreUnavailable(true));
    }

    @Test
    void everyDocumentLandsOnceAlsoWhenItIsSentAgainDaysLater() throws IOException {
        append(observation("rpc-a", T0), observation("rpc-b", T0));
        Shipper shipper = shipper(new BulkWriter(elasticsearch));
        assertThat(shipper.shipOnce()).isEqualTo(1);

        time.advance(Duration.ofDays(8));
        append(observation("rpc-a", T0), observation("rpc-c", T0));
        assertThat(shipper.shipOnce()).isEqualTo(1);

        assertThat(stored()).isEqualTo(3);
        assertThat(verdicts).filteredOn(Verdict.Duplicate.class::isInstance).hasSize(1);
        assertThat(outbox.backlog().rows()).isZero();
    }

    @Test
    void aPoisonDocumentIsBuriedAndItsBatchMatesAreStored() throws IOException {
        Document poison = new Document(
                "litewatch-observations-2026.03.04",
                "poison",
                "{\"@timestamp\":\"2026-03-04T00:00:00Z\",\"invented\":{\"field\":1}}");
        jdbi.useTransaction(handle -> outbox.append(
                handle,
                List.of(
                        ObservationDocuments.of(observation("rpc-a", T0)),
                        poison,
                        ObservationDocuments.of(observation("rpc-b", T0)))));

        shipper(new BulkWriter(elasticsearch)).shipOnce();

        assertThat(stored()).isEqualTo(2);
        List<String> dead =
                jdbi.withHandle(h -> h.createQuery("SELECT document_id || ' ' || error_type FROM dead_letter")
                        .mapTo(String.class)
                        .list());
        assertThat(dead).containsExactly("poison strict_dynamic_mapping_exception");
    }

    @Test
    void backPressureKeepsOnlyWhatWasRefusedAndWaits() throws IOException {
        append(observation("rpc-a", T0), observation("rpc-b", T0));
        BulkWriter real = new BulkWriter(elasticsearch);
        List<BulkTarget> answers = new ArrayList<>(List.<BulkTarget>of(
                docs -> List.of(real.write(docs.subList(0, 1)).get(0), new Verdict.Retry("429")), real));
        Shipper shipper = shipper(docs -> answers.remove(0).write(docs));

        assertThat(shipper.shipOnce()).isZero();
        assertThat(shipper.shipOnce()).as("not due yet").isZero();
        assertThat(outbox.backlog().documents()).isEqualTo(1);
        time.advance(Duration.ofSeconds(61));
        assertThat(shipper.shipOnce()).isEqualTo(1);

        assertThat(stored()).isEqualTo(2);
        assertThat(verdicts).noneMatch(Verdict.Duplicate.class::isInstance);
    }

    @Test
    void aClaimOfAShipperThatDiedLapses() throws IOException {
        append(observation("rpc-a", T0));
        assertThat(outbox.claim(10, Duration.ofMinutes(2))).hasSize(1);
        assertThat(outbox.claim(10, Duration.ofMinutes(2))).isEmpty();

        time.advance(Duration.ofMinutes(3));

        assertThat(shipper(new BulkWriter(elasticsearch)).shipOnce()).isEqualTo(1);
        assertThat(stored()).isEqualTo(1);
    }

    @Test
    void anElasticsearchThatIsAwayLosesNothing() throws IOException {
        append(observation("rpc-a", T0));
        ElasticsearchClient nowhere = new network.litewatch.controlplane.ingest.elastic.ElasticsearchSettings(
                        "http://127.0.0.1:1", null, null, null, null, 0)
                .connect();
        Shipper away = shipper(new BulkWriter(nowhere));

        assertThat(away.shipOnce()).isZero();

        assertThat(away.status().trouble()).contains("cannot be reached");
        assertThat(outbox.backlog().documents()).isEqualTo(1);
        nowhere._transport().close();
    }

    private Shipper shipper(BulkTarget target) {
        return new Shipper(outbox, target, time, new Random(7), verdicts::add);
    }

    private void append(Observation... observations) {
        List<Document> documents =
                List.of(observations).stream().map(ObservationDocuments::of).toList();
        jdbi.useTransaction(handle -> outbox.append(handle, documents));
    }

    private long stored() throws IOException {
        elasticsearch.indices().refresh(r -> r.index("litewatch-observations-2026.03.*"));
        return elasticsearch
                .count(c -> c.index("litewatch-observations-2026.03.*"))
                .count();
    }

    static Observation observation(String target, Instant slot) {
        return new Observation(
                new ProbeId("rpc.head"),
                new TargetId(target),
                TargetKind.RPC,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of("operator", "lab"),
                slot,
                slot.plusMillis(2),
                Duration.ofMillis(25),
                new Finding(
                        Outcome.ok(),
                        Map.of(Phase.CONNECT, Duration.ofMillis(1)),
                        Map.of(Measurement.RPC_HEAD_NUMBER, 42.0),
                        Map.of("client_version", "anvil/v1.7.1")));
    }
}
