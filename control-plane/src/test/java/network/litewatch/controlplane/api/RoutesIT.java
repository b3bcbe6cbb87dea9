package network.litewatch.controlplane.api;

import static network.litewatch.controlplane.api.Samples.AT;
import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import network.litewatch.controlplane.TestIncidents;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.auth.RawHttp;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.index.ChainSamples;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.controlplane.ingest.elastic.ChainEventSearch;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.controlplane.ingest.elastic.Templates;
import network.litewatch.controlplane.store.AlertStore;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each route's answers over a real PostgreSQL and a real Elasticsearch. */
class RoutesIT {
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    private static final String INDEX = ObservationDocuments.dailyIndex(ObservationDocuments.INDEX_PREFIX, AT);

    private static final String CHAIN_INDEX = ObservationDocuments.dailyIndex(Templates.CHAIN_EVENTS_PREFIX, AT);

    private static final OpenApi OPEN_API = new OpenApi();

    private static GuardedApi server;

    @BeforeAll
    static void start() throws Exception {
        Jdbi jdbi = SharedStores.get().database("routes");
        AlertStore alerts = new AlertStore(jdbi, JSON);
        List<Alert> stored = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            stored.add(Samples.alert("firing-" + i, Alert.State.FIRING, "lab", AT.plusSeconds(i)));
        }
        stored.add(Samples.alert("pending-0", Alert.State.PENDING, "lab", AT.plusSeconds(10)));
        stored.add(Samples.alert("resolved-0", Alert.State.RESOLVED, "other", AT.plusSeconds(11)));
        jdbi.useTransaction(handle -> alerts.save(handle, new AlertBook.Changes(stored, List.of(), List.of())));
        ElasticsearchClient elasticsearch = SharedStores.get().elasticsearch();
        Templates.put(elasticsearch, 0);
        List<Document> documents = new ArrayList<>(ChainSamples.documents());
        Samples.observations().stream().map(ObservationDocuments::of).forEach(documents::add);
        for (Document document : documents) {
            elasticsearch.index(
                    r -> r.index(document.index()).id(document.id()).withJson(new StringReader(document.json())));
        }
        elasticsearch.indices().refresh(r -> r.index(INDEX, CHAIN_INDEX));
        server = GuardedApi.start(
                AuthSettings.NONE,
                Samples.resources(
                        TestIncidents.resources(jdbi, JSON, InstantSource.system()),
                        new ObservationSearch(elasticsearch)::search,
                        new ChainEventSearch(elasticsearch)::search));
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        SharedStores.get()
                .elasticsearch()
                .indices()
                .delete(d -> d.index(INDEX, CHAIN_INDEX).ignoreUnavailable(true));
    }

    @Test
    void targetsAreListedFilteredAndFound() throws IOException {
        assertThat(ids("/api/v1/targets", "id")).hasSize(7);
        assertThat(ids("/api/v1/targets?network=other", "id")).containsExactly("lab-rpc-6");
        assertThat(ids("/api/v1/targets?kind=miner", "id")).containsExactly("lab-rpc-7");
        assertThat(ids("/api/v1/targets?kind=miner&network=other", "id")).isEmpty();
        JsonNode one = get("/api/v1/targets/lab-rpc-1");
        assertThat(one.at("/probes/rpc.head/at").asText()).isEqualTo("2026-11-20T10:00:00Z");
        assertThat(one.at("/probes/rpc.head/signals/rpc_head_lag_seconds").asDouble())
                .isEqualTo(1.5);
    }

    @Test
    void networksAreListed() throws IOException {
        assertThat(ids("/api/v1/networks", "id")).containsExactly("lab", "other", "third");
        JsonNode first = get("/api/v1/networks?limit=1").at("/items/0");
        assertThat(first.path("chainId").asLong()).isEqualTo(42161);
        assertThat(first.path("blockTimeSeconds").asDouble()).isEqualTo(0.25);
    }

    @Test
    void alertsAreListedByLatestChangeFilteredAndFound() throws IOException {
        assertThat(ids("/api/v1/alerts", "fingerprint"))
                .containsExactly("resolved-0", "pending-0", "firing-4", "firing-3", "firing-2", "firing-1", "firing-0");
        assertThat(ids("/api/v1/alerts?state=pending", "fingerprint")).containsExactly("pending-0");
        assertThat(ids("/api/v1/alerts?network=other", "fingerprint")).containsExactly("resolved-0");
        assertThat(ids("/api/v1/alerts?state=firing&network=other", "fingerprint"))
                .isEmpty();
        JsonNode one = get("/api/v1/alerts/firing-1");
        assertThat(one.path("state").asText()).isEqualTo("firing");
        assertThat(one.at("/labels/target").asText()).isEqualTo("lab-rpc-b");
        RawHttp.Answer missing = server.api().get("/api/v1/alerts/no-such");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.body()).contains("no alert has this fingerprint");
    }

    @Test
    void reputationsAreRankedByTheirLowerEndsFilteredAndPooled() throws IOException {
        assertThat(ids("/api/v1/reputation", "node"))
                .as("the eighth has next to no evidence, and a perfect record of it")
                .containsExactly("node-7", "node-6", "node-5", "node-4", "node-3", "node-2", "node-1", "node-8");
        assertThat(ids("/api/v1/reputation?network=other", "node")).containsExactly("node-6");
        assertThat(ids("/api/v1/reputation?operator=odd", "node")).containsExactly("node-7", "node-5", "node-3");
        JsonNode operators = get("/api/v1/reputation?by=operator");
        assertThat(operators.at("/items")).hasSize(2);
        assertThat(operators.at("/items/0/operator").asText()).isEqualTo("odd");
        assertThat(operators.at("/items/0/nodes").asInt()).isEqualTo(3);
        assertThat(get("/api/v1/reputation").at("/items/7").has("interval")).isFalse();
    }

    @Test
    void eligibilityIsAnsweredWithReasons() throws IOException {
        assertThat(ids("/api/v1/eligibility", "answer")).containsExactly("yes", "no", "unknown");
        assertThat(ids("/api/v1/eligibility?answer=no", "node")).containsExactly("node-no");
        assertThat(ids("/api/v1/eligibility?network=other", "node")).isEmpty();
        assertThat(get("/api/v1/eligibility/node-yes").at("/checks/0/why").asText())
                .isEqualTo("because");
        assertThat(server.api().get("/api/v1/eligibility/no-such").status()).isEqualTo(404);
    }

    @Test
    void aReputationNamesItsEvidenceAndWhatChanged() throws IOException {
        JsonNode one = get("/api/v1/reputation/node-2");
        JsonNode availability = one.at("/components/0");
        assertThat(availability.path("component").asText()).isEqualTo("availability");
        assertThat(availability.path("pieces").asInt()).isEqualTo(22);
        assertThat(availability.path("evidence")).hasSize(15);
        assertThat(availability.at("/evidence/0/id").asText()).isEqualTo("id-0");
        assertThat(availability.at("/evidence/0/observation").asText())
                .isEqualTo("/api/v1/observations?target=node-2&probe=miner.ping&from=2026-11-20T10:00:00Z"
                        + "&to=2026-11-20T10:00:00.001Z");
        get(availability.at("/evidence/0/observation").asText());
        assertThat(one.at("/yesterday/at").asText()).isEqualTo("2026-11-20T00:00:00Z");
        assertThat(one.at("/yesterday/components")).hasSize(5);
        assertThat(get("/api/v1/reputation/node-3").has("yesterday")).isFalse();
        assertThat(server.api().get("/api/v1/reputation/no-such").status()).isEqualTo(404);
    }

    @Test
    void observationsAreFiltered() throws IOException {
        assertThat(get("/api/v1/observations?network=routes&limit=500").path("items"))
                .hasSize(12);
        assertThat(get("/api/v1/observations?network=routes&target=rpc-2").path("items"))
                .hasSize(4);
        assertThat(get("/api/v1/observations?network=routes&vantage=east").path("items"))
                .hasSize(6);
        assertThat(get("/api/v1/observations?network=routes&outcome=failed&reason=timeout&probe=rpc.head&kind=rpc")
                        .path("items"))
                .hasSize(4);
        assertThat(get("/api/v1/observations?network=routes&outcome=ok&reason=timeout")
                        .path("items"))
                .isEmpty();
        assertThat(get("/api/v1/observations?network=routes&from=2026-11-20T10:00:05Z")
                        .path("items"))
                .hasSize(6);
        assertThat(get("/api/v1/observations?network=routes&to=2026-11-20T10:00:05Z")
                        .path("items"))
                .as("to is not included")
                .hasSize(6);
        assertThat(get("/api/v1/observations?network=no-such").path("items")).isEmpty();
        assertThat(get("/api/v1/observations?from=0000-01-01T00:00:00Z&to=9999-12-31T23:59:59Z&network=routes")
                        .path("items"))
                .hasSize(12);
    }

    @Test
    void chainEventsAreFiltered() throws IOException {
        assertThat(get("/api/v1/chain-events?network=lab").path("items")).hasSize(4);
        assertThat(get("/api/v1/chain-events?network=lab&state=removed").path("items"))
                .hasSize(1);
        assertThat(get("/api/v1/chain-events?session_id=7&task_id=3").path("items"))
                .hasSize(1);
        JsonNode level = get("/api/v1/chain-events?contract=CognitiveLevel&event=NodeLevelChanged");
        assertThat(level.at("/items/0/cortensor/args/newLevel_name").asText()).isEqualTo("expert");
        assertThat(get("/api/v1/chain-events?from=2026-11-21T00:00:00Z").path("items"))
                .isEmpty();
        assertThat(get("/api/v1/chain-events/tasks/lab/7/3").path("miners").isArray())
                .isTrue();
        assertThat(server.api().get("/api/v1/chain-events/tasks/lab/7/4").status())
                .isEqualTo(404);
        assertThat(server.api().get("/api/v1/chain-events/tasks/lab/7/x").status())
                .isEqualTo(400);
        RawHttp.Answer answer = server.api().get("/api/v1/chain-events?state=gone");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.body()).contains("state must be one of added, removed");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 11, 12, 500})
    void pagesHoldEverythingOnceInOneOrder(int limit) throws IOException {
        for (String list : List.of(
                "/api/v1/targets?",
                "/api/v1/networks?",
                "/api/v1/vantages?",
                "/api/v1/eligibility?",
                "/api/v1/reputation?",
                "/api/v1/reputation?by=operator&",
                "/api/v1/alerts?",
                "/api/v1/observations?network=routes&",
                "/api/v1/chain-events?network=lab&")) {
            List<String> all = new ArrayList<>();
            get(list + "limit=500").path("items").forEach(item -> all.add(item.toString()));
            List<String> paged = new ArrayList<>();
            JsonNode page = get(list + "limit=" + limit);
            while (true) {
                assertThat(page.path("items").size()).isLessThanOrEqualTo(limit);
                page.path("items").forEach(item -> paged.add(item.toString()));
                if (!page.has("next") || paged.size() > 100) {
                    break;
                }
                page = get(
                        list + "limit=" + limit + "&cursor=" + page.path("next").asText());
            }
            assertThat(paged).as(list).isNotEmpty().containsExactlyElementsOf(all);
        }
    }

    @Test
    void aCursorBehindTheEndIsAnEmptyPage() throws IOException {
        for (String list : List.of("/api/v1/targets", "/api/v1/networks", "/api/v1/alerts", "/api/v1/vantages")) {
            JsonNode page = get(list + "?cursor=1000000");
            assertThat(page.path("items")).isEmpty();
            assertThat(page.has("next")).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "l1",
                "l1\nsa\nsb",
                "sx\nsa\nsb\nsc",
                "l1\nl2\nl3\nl4",
                "lNaN\nsa\nsb\nsc",
                "l99999999999999999999\nsa\nsb\nsc",
                "l1\nsa\nsb\nsc\nsd"
            })
    void aForgedCursorIsRefused(String forged) throws IOException {
        String cursor = Base64.getUrlEncoder().withoutPadding().encodeToString(forged.getBytes(StandardCharsets.UTF_8));
        RawHttp.Answer answer = server.api().get("/api/v1/observations?cursor=" + cursor);
        assertThat(answer.status()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains("cursor is no cursor of this API");
    }

    @ParameterizedTest
    @ValueSource(strings = {"l9223372036854775807\nsa\nsb\nsc", "l-9223372036854775808\nsa\nsb\nsc", "l0\ns\ns\ns"})
    void aCursorFromTheEndsOfTimeIsNoServerError(String forged) throws IOException {
        String cursor = Base64.getUrlEncoder().withoutPadding().encodeToString(forged.getBytes(StandardCharsets.UTF_8));
        assertThat(server.api().get("/api/v1/observations?cursor=" + cursor).status())
                .isIn(200, 400);
    }

    @Test
    void pagesForPeopleAreHtmlAndTheRestIsWhatItSays() throws IOException {
        assertThat(server.api().get("/runbooks").head()).contains("Content-Type: text/html");
        assertThat(server.api().get("/runbooks/rpc-head-stalled?alert=f1").body())
                .contains("lab-rpc-b", "▶", "<tr data-network=\"lab\" data-target=\"lab-rpc-b\" class=\"shown\">");
        assertThat(server.api().get("/runbooks/rpc-head-stalled").head())
                .contains("Content-Security-Policy: default-src 'none'", "script-src 'self'");
        RawHttp.Answer script = server.api().get("/runbooks/page.mjs");
        assertThat(script.head()).contains("Content-Type: text/javascript");
        assertThat(script.body()).contains("export function question");
        RawHttp.Answer missing = server.api().get("/runbooks/no-such");
        assertThat(missing.status()).isEqualTo(404);
        assertThat(missing.body()).contains("There is no runbook of that name", "rpc-head-stalled");
        assertThat(server.api().get("/openapi.yaml").head()).contains("Content-Type: application/yaml");
        JsonNode root = get("/");
        for (JsonNode link : root) {
            assertThat(server.api().get(link.asText()).status())
                    .as(link.asText())
                    .isEqualTo(200);
        }
    }

    private static List<String> ids(String path, String field) throws IOException {
        List<String> ids = new ArrayList<>();
        get(path).path("items").forEach(item -> ids.add(item.path(field).asText()));
        return ids;
    }

    private static JsonNode get(String path) throws IOException {
        RawHttp.Answer answer = server.api().get(path);
        assertThat(answer.status()).as("%s: %s", path, answer.body()).isEqualTo(200);
        assertThat(answer.head()).contains("Content-Type: application/json");
        JsonNode body = JSON.readTree(answer.body());
        String operation = "GET "
                + path.replaceAll("\\?.*", "")
                        .replaceAll("/targets/.+", "/targets/{id}")
                        .replaceAll("/tasks/.+", "/tasks/{network}/{session}/{task}")
                        .replaceAll("/eligibility/.+", "/eligibility/{node}")
                        .replaceAll("/reputation/.+", "/reputation/{node}")
                        .replaceAll("/alerts/.+", "/alerts/{fingerprint}");
        assertThat(OPEN_API.problems(OPEN_API.answer(operation, 200), body))
                .as("%s against openapi.yaml: %s", path, body)
                .isEmpty();
        return body;
    }
}
