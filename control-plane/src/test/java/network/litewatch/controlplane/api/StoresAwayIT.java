package network.litewatch.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import network.litewatch.controlplane.TestIncidents;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.auth.RawHttp;
import network.litewatch.controlplane.ingest.elastic.ElasticsearchSettings;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.controlplane.store.AlertStore;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The real clients of both stores against ports where nothing listens. */
class StoresAwayIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final AtomicReference<IOException> FAILURE = new AtomicReference<>();

    private static ElasticsearchClient elasticsearch;
    private static GuardedApi server;

    @BeforeAll
    static void start() throws Exception {
        Jdbi away = Jdbi.create("jdbc:postgresql://127.0.0.1:1/hidden?user=u&password=hunter2");
        AlertStore alerts = new AlertStore(away, JSON);
        elasticsearch = new ElasticsearchSettings("http://127.0.0.1:1", null, "elastic", "hunter2", null, 0).connect();
        ObservationSearch search = new ObservationSearch(elasticsearch);
        List<Object> resources = new ArrayList<>(TestIncidents.resources(away, JSON, InstantSource.system()));
        resources.addAll(List.of(
                new TargetsResource(Samples::targets),
                new NetworksResource(() -> List.of(Samples.network("lab"))),
                new ObservationsResource(new DocumentPages(
                        query -> {
                            try {
                                return search.search(query);
                            } catch (IOException e) {
                                FAILURE.set(e);
                                throw e;
                            }
                        },
                        "observations")),
                new PagesResource(() -> Map.of("rpc-head-stalled", Samples.runbook()), runbook -> {
                    alerts.alive();
                    throw new AssertionError("the database answered");
                })));
        server = GuardedApi.start(AuthSettings.NONE, resources);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
        elasticsearch._transport().close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api/v1/alerts",
                "/api/v1/alerts?state=firing&network=lab&limit=5&cursor=10",
                "/api/v1/alerts/f1",
                "/api/v1/alerts/f1/explain",
                "/api/v1/incidents",
                "/api/v1/incidents/4b1f3b4e-0000-4000-8000-000000000001",
                "/api/v1/incidents/4b1f3b4e-0000-4000-8000-000000000001/explain",
                "/api/v1/audit",
                "/api/v2/alerts",
                "/api/v2/alerts/groups",
                "/api/v2/silences",
                "/api/v2/silence/4b1f3b4e-0000-4000-8000-000000000001",
                "/api/v1/observations",
                "/api/v1/observations?kind=rpc&from=2026-11-20T10:00:00Z"
            })
    void aStoreThatIsAwayIs503WithoutInternals(String path) throws IOException {
        RawHttp.Answer answer = server.api().get(path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(503);
        assertThat(answer.head()).contains("Content-Type: application/json", "Retry-After: 5");
        JsonNode error = JSON.readTree(answer.body());
        assertThat(error.path("code").asInt()).isEqualTo(503);
        assertThat(error.path("message").asText()).contains("cannot be asked now");
        assertThat(error.properties()).hasSize(2);
        assertThat(answer.body())
                .doesNotContainIgnoringCase("127.0.0.1")
                .doesNotContainIgnoringCase("exception")
                .doesNotContainIgnoringCase("hunter2")
                .doesNotContainIgnoringCase("jdbc")
                .doesNotContainIgnoringCase("refused");
    }

    @Test
    void theRealClientFailedAndNotTheTest() throws IOException {
        server.api().get("/api/v1/observations");
        assertThat(FAILURE.get()).hasRootCauseInstanceOf(java.net.ConnectException.class);
    }

    @Test
    void aRunbookIsShownThoughTheDatabaseIsAway() throws IOException {
        RawHttp.Answer answer = server.api().get("/runbooks/rpc-head-stalled");
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        assertThat(answer.body())
                .contains("It stands still", "is not known: the database cannot be asked")
                .doesNotContain("No alert that links here");
    }

    @Test
    void whatNeedsNoStoreIsServed() throws IOException {
        for (String path : List.of("/", "/openapi.yaml", "/api/v1/targets", "/api/v1/networks", "/runbooks")) {
            assertThat(server.api().get(path).status()).as(path).isEqualTo(200);
        }
    }
}
