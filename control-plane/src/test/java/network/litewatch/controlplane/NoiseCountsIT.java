package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch.core.bulk.BulkOperation;
import co.elastic.clients.util.BinaryData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.IncidentSamples;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.controlplane.ingest.elastic.FiringSearch;
import network.litewatch.controlplane.ingest.elastic.Templates;
import network.litewatch.controlplane.noise.Fired;
import network.litewatch.controlplane.store.Migrations;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Firings counted in the history of alerts as the service writes it, in a year of their own. */
class NoiseCountsIT {
    private static final Instant DAY = Instant.parse("2031-03-04T10:00:00Z");
    private static final String INDEX = Templates.ALERTS_PREFIX + "2031.*";

    private final ElasticsearchClient elasticsearch = SharedStores.get().elasticsearch();
    private final List<String> indices = new ArrayList<>();

    @AfterEach
    void remove() throws Exception {
        if (!indices.isEmpty()) {
            elasticsearch
                    .indices()
                    .delete(b -> b.index(indices.stream().distinct().toList()).ignoreUnavailable(true));
        }
    }

    @Test
    void firingsAreCountedByAlertAndTargetWithoutDrillsEndsAndWhatIsOlder() throws Exception {
        Templates.put(elasticsearch, 0);
        fired(IncidentSamples.firing("Down", "a", "critical", DAY));
        fired(IncidentSamples.firing("Down", "a", "critical", DAY.plusSeconds(60)));
        fired(IncidentSamples.firing("Down", "b", "critical", DAY));
        fired(IncidentSamples.firing("Slow", "a", "warning", DAY));
        fired(IncidentSamples.firing("Down", "a", "critical", DAY.minus(Duration.ofDays(1))));
        fired(IncidentSamples.drilled(IncidentSamples.firing("Down", "a", "critical", DAY.plusSeconds(120)), "run-1"));
        write(List.of(new Transition(
                Transition.Kind.RESOLVED,
                IncidentSamples.resolved(IncidentSamples.firing("Down", "a", "critical", DAY), DAY.plusSeconds(300)))));

        assertThat(since(DAY))
                .containsExactlyInAnyOrder(
                        new Fired("Down", "lab", "a", 2),
                        new Fired("Down", "lab", "b", 1),
                        new Fired("Slow", "lab", "a", 1));
    }

    @Test
    void whatSeveralVantagesSawOfATargetIsCountedOnce() throws Exception {
        Templates.put(elasticsearch, 0);
        for (String vantage : List.of("here", "berlin")) {
            fired(IncidentSamples.seenFrom(vantage, IncidentSamples.firing("Down", "a", "critical", DAY)));
            fired(IncidentSamples.seenFrom(
                    vantage, IncidentSamples.firing("Down", "a", "critical", DAY.plusSeconds(60))));
        }
        fired(IncidentSamples.seenFrom(
                "berlin", IncidentSamples.firing("Down", "a", "critical", DAY.plusSeconds(120))));

        assertThat(since(DAY)).containsExactly(new Fired("Down", "lab", "a", 3));
    }

    @Test
    void nothingIsKnownBeforeTheDatabaseBeganNorOfWhatIsDeleted() {
        Jdbi jdbi = SharedStores.get().database("noise_counts");
        Instant began = Migrations.began(jdbi);

        assertThat(new NoiseCounts(elasticsearch, jdbi, Duration.ofDays(3_650)).knownSince(Instant.now()))
                .isEqualTo(began)
                .isBefore(Instant.now());
        Instant later = began.plus(Duration.ofDays(100));
        assertThat(new NoiseCounts(elasticsearch, jdbi, Duration.ofDays(14)).knownSince(later))
                .isEqualTo(later.minus(Duration.ofDays(14)));
    }

    @Test
    void beforeTheFirstAlertNothingFired() throws Exception {
        assertThat(new FiringSearch(elasticsearch, Templates.ALERTS_PREFIX + "of-nobody-*").since(DAY))
                .isEmpty();
    }

    @Test
    void moreTargetsThanOneAnswerHoldsAreAllThere() throws Exception {
        Templates.put(elasticsearch, 0);
        write(IntStream.range(0, 1_001)
                .mapToObj(i -> new Transition(
                        Transition.Kind.FIRED, IncidentSamples.firing("Down", "t-" + i, "critical", DAY)))
                .toList());

        assertThat(since(DAY)).hasSize(1_001);
    }

    private List<Fired> since(Instant from) throws Exception {
        elasticsearch.indices().refresh(r -> r.index(INDEX));
        return new FiringSearch(elasticsearch).since(from);
    }

    private void fired(Alert alert) throws IOException {
        write(List.of(new Transition(Transition.Kind.FIRED, alert)));
    }

    private void write(List<Transition> transitions) throws IOException {
        List<Document> documents = transitions.stream().map(AlertDocuments::of).toList();
        documents.forEach(document -> indices.add(document.index()));
        boolean refused = elasticsearch
                .bulk(b -> b.operations(documents.stream()
                        .map(document -> BulkOperation.of(o -> o.index(i -> i.index(document.index())
                                .id(document.id())
                                .document(BinaryData.of(
                                        document.json().getBytes(StandardCharsets.UTF_8), "application/json")))))
                        .toList()))
                .errors();
        assertThat(refused).isFalse();
    }
}
