package network.litewatch.controlplane.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.ingest.elastic.Templates;
import network.litewatch.controlplane.schedule.VirtualTime;
import network.litewatch.probe.Finding;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MinuteSummariesIT {
    private static final Instant T0 = Instant.parse("2026-11-20T10:00:00Z");

    private final VirtualTime time = new VirtualTime(T0);
    private Jdbi jdbi;
    private Outbox outbox;
    private MinuteSummaries summaries;

    @BeforeEach
    void fresh() {
        jdbi = SharedStores.get().database("minute_summaries");
        outbox = new Outbox(jdbi, time);
        summaries = new MinuteSummaries(jdbi, outbox, time);
    }

    @Test
    void everyRunOfAMinuteIsCountedOnceWhateverTheBatches() throws IOException {
        for (int second = 0; second < 60; second++) {
            Outcome outcome = second % 3 == 0 ? Outcome.failed(Reason.TIMEOUT, "") : Outcome.ok();
            add(List.of(run(second, outcome, 100), run(second, outcome, 200)), second % 2 == 0);
        }
        time.advance(Duration.ofMinutes(3));

        assertThat(summaries.close()).isEqualTo(2);
        List<JsonNode> documents = documents();
        assertThat(documents)
                .extracting(d -> d.at("/cortensor/outcome").asText() + " "
                        + d.at("/cortensor/runs").asLong() + " "
                        + d.at("/cortensor/stored").asLong())
                .containsExactlyInAnyOrder("ok 80 40", "failed 40 20");
        assertThat(documents).allSatisfy(document -> {
            assertThat(document.at("/@timestamp").asText()).isEqualTo(T0.toString());
            assertThat(document.at("/cortensor/bucket_seconds")).hasSize(2);
        });
        assertThat(documents)
                .filteredOn(d -> d.at("/cortensor/outcome").asText().equals("failed"))
                .singleElement()
                .satisfies(
                        d -> assertThat(d.at("/cortensor/elapsed_seconds_sum").asDouble())
                                .isEqualTo(20 * 0.1 + 20 * 0.2));
    }

    @Test
    void anOpenMinuteIsNotClosedAndALateRunGetsADocumentMore() throws IOException {
        add(List.of(run(0, Outcome.ok(), 10)), true);
        time.advance(Duration.ofSeconds(179));
        assertThat(summaries.close()).isZero();

        time.advance(Duration.ofSeconds(1));
        assertThat(summaries.close()).isEqualTo(1);
        assertThat(summaries.close()).isZero();

        add(List.of(run(59, Outcome.ok(), 10)), true);
        time.advance(Duration.ofSeconds(20));
        assertThat(summaries.close()).isEqualTo(1);
        assertThat(ids()).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void aBatchThatIsRolledBackCountsNothing() {
        try {
            jdbi.useTransaction(handle -> {
                summaries.add(handle, List.of(run(0, Outcome.ok(), 10)), List.of());
                throw new IllegalStateException("rolled back");
            });
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("rolled back");
        }
        time.advance(Duration.ofMinutes(5));

        assertThat(summaries.close()).isZero();
    }

    @Test
    void elasticsearchTakesThemWithTheirPercentiles() throws IOException {
        List<Observation> runs = new ArrayList<>();
        for (int i = 1; i <= 100; i++) {
            runs.add(run(i % 60, Outcome.ok(), i * 10));
        }
        add(runs, true);
        time.advance(Duration.ofMinutes(6));
        summaries.close();
        ElasticsearchClient client = SharedStores.get().elasticsearch();
        Templates.put(client, 0);

        Document document =
                outbox.claim(1, Duration.ofMinutes(1)).get(0).documents().get(0);
        client.index(b -> b.index(document.index()).id(document.id()).withJson(new StringReader(document.json())));

        JsonNode own = new ObjectMapper().readTree(document.json()).path("cortensor");
        assertThat(own.at("/elapsed_seconds/p50").asDouble()).isBetween(0.44, 0.56);
        assertThat(own.at("/elapsed_seconds/p99").asDouble()).isBetween(0.88, 1.11);
        assertThat(own.path("bucket_runs")).hasSameSizeAs(own.path("bucket_seconds"));
    }

    @Test
    void aBucketIsWithinTwelvePercentOfWhatItHolds() {
        for (double seconds = 0.0011; seconds < 300; seconds *= 1.01) {
            double middle = MinuteSummaries.middle(MinuteSummaries.bucket(seconds));
            assertThat(Math.abs(middle - seconds) / seconds).isLessThan(0.12);
        }
    }

    private void add(List<Observation> runs, boolean kept) {
        jdbi.useTransaction(handle -> summaries.add(handle, runs, kept ? runs : List.of()));
    }

    private List<JsonNode> documents() throws IOException {
        List<JsonNode> documents = new ArrayList<>();
        for (Outbox.Row row : outbox.claim(10, Duration.ofMinutes(1))) {
            for (Document document : row.documents()) {
                documents.add(new ObjectMapper().readTree(document.json()));
            }
        }
        return documents;
    }

    private List<String> ids() {
        return outbox.claim(10, Duration.ofMinutes(1)).stream()
                .flatMap(row -> row.documents().stream())
                .map(Document::id)
                .toList();
    }

    private static Observation run(int second, Outcome outcome, int millis) {
        return new Observation(
                new ProbeId("http"),
                new TargetId("a"),
                TargetKind.ENDPOINT,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of(),
                T0.plusSeconds(second),
                T0.plusSeconds(second),
                Duration.ofMillis(millis),
                Finding.of(outcome));
    }
}
