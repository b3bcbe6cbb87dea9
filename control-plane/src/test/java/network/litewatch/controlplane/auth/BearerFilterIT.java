package network.litewatch.controlplane.auth;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.TestIncidents;
import network.litewatch.controlplane.api.GuardedApi;
import network.litewatch.controlplane.api.Samples;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every person at every door of a server with tokens, over bare sockets. */
class BearerFilterIT {
    private static GuardedApi server;

    @BeforeAll
    static void start() throws Exception {
        server = GuardedApi.start(People.settings(), resources());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static List<Object> resources() {
        // Nothing listens on port 1: alerts answer 503, which is past the guards too.
        Jdbi away = Jdbi.create("jdbc:postgresql://127.0.0.1:1/none");
        return Samples.resources(
                TestIncidents.resources(away, new ObjectMapper(), InstantSource.system()),
                query -> new ObservationSearch.Page(List.of(), Optional.empty()));
    }

    @ParameterizedTest
    @CsvSource({
        "/, 200",
        "/openapi.yaml, 200",
        "/api/v1/targets, 200",
        "/api/v1/targets/lab-rpc-1, 200",
        "/api/v1/observations, 200",
        "/api/v1/alerts, 503",
        "/api/v1/alerts/f1, 503",
        "/api/v1/networks, 200",
        "/api/v1/vantages, 200",
        "/nothing-here, 404",
        "/application.wadl, 404",
        "/favicon.ico, 404",
        "/metrics, 404",
        "/health-check/, 404",
        "/health-checks, 404",
        "/runbooksandmore, 404",
        "/RUNBOOKS, 404",
        "/Health-Check, 404"
    })
    void theApiNeedsAViewer(String path, int ok) throws IOException {
        for (People person : People.values()) {
            assertStatus(server.api(), "GET", path, person, person.expected(Role.VIEWER, ok));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/v1/agents/east/plan, 200",
        "POST, /api/v1/agents/east/observations, 400",
        "GET, /api/v1/agents/west/plan, 403",
        "POST, /api/v1/agents/west/observations, 403",
        "GET, /api/v1/agents, 404",
        "GET, /api/v1/agents/east/secrets, 404"
    })
    void theAgentsRoutesNeedTheAgentOfThatVantage(String method, String path, int ok) throws IOException {
        for (People person : People.values()) {
            assertStatus(server.api(), method, path, person, person.expected(Role.AGENT, ok));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /api/v2/silences, 400",
        "DELETE, /api/v2/silence/4b1f3b4e-0000-4000-8000-000000000001, 503",
        "POST, /api/v1/incidents/4b1f3b4e-0000-4000-8000-000000000001/ack, 503",
        "DELETE, /api/v1/incidents/4b1f3b4e-0000-4000-8000-000000000001/ack, 503",
        "POST, /api/v1/incidents/4b1f3b4e-0000-4000-8000-000000000001/false-alarm, 503",
        "GET, /api/v1/audit, 503"
    })
    void whatPeopleDoNeedsAnOperator(String method, String path, int ok) throws IOException {
        for (People person : People.values()) {
            assertStatus(server.api(), method, path, person, person.expected(Role.OPERATOR, ok));
        }
    }

    @Test
    void anAgentsTokenAloneLeavesThisMachineOpenToPeople() throws Exception {
        AuthSettings agents = new AuthSettings(People.settings().tokens().stream()
                .filter(token -> token.role().equals(Role.DELIVER))
                .toList());
        try (GuardedApi local = GuardedApi.start(agents, resources())) {
            assertThat(local.api().get("/api/v1/targets").status()).isEqualTo(200);
            assertThat(local.api().get("/api/v1/agents/east/plan").status()).isEqualTo(403);
            assertThat(local.api()
                            .get("/api/v1/agents/east/plan", People.AGENT.headers())
                            .status())
                    .isEqualTo(200);
            assertThat(local.api()
                            .get("/api/v1/targets", People.AGENT.headers())
                            .status())
                    .isEqualTo(403);
            assertThat(local.api()
                            .get("/api/v1/agents/east/plan", People.UNKNOWN.headers())
                            .status())
                    .isEqualTo(403);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/health-check, 200",
        "/health-check?type=alive, 200",
        "/runbooks, 200",
        "/runbooks/, 200",
        "/runbooks/rpc-head-stalled, 200",
        "/runbooks/no-such, 404"
    })
    void healthAndRunbooksAreOpenToEverybody(String path, int ok) throws IOException {
        for (People person : People.values()) {
            assertStatus(server.api(), "GET", path, person, ok);
        }
    }

    @Test
    void whatIsOpenForReadingIsNotForWriting() throws IOException {
        assertStatus(server.api(), "POST", "/runbooks", People.NOBODY, 401);
        assertStatus(server.api(), "DELETE", "/health-check", People.NOBODY, 401);
        assertStatus(server.api(), "OPTIONS", "/api/v1/targets", People.NOBODY, 401);
        assertStatus(server.api(), "POST", "/api/v1/targets", People.ADMIN, 405);
        assertStatus(server.api(), "TRACE", "/api/v1/targets", People.ADMIN, 405);
    }

    @Test
    void anOpenRunbookTellsNothingOfAlertsToThoseWhoMayNotSeeThem() throws IOException {
        for (People person : People.values()) {
            String page = server.api()
                    .get("/runbooks/rpc-head-stalled", person.headers())
                    .body();
            boolean may = person.expected(Role.VIEWER, 200) == 200;
            assertThat(page.contains("lab-rpc-b")).as("%s sees alerts", person).isEqualTo(may);
            assertThat(page.contains("with a token only"))
                    .as("%s is told why not", person)
                    .isEqualTo(!may);
            assertThat(page).doesNotContain("No alert that links here");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /, 200",
        "GET, /ping, 200",
        "GET, /healthcheck, 200",
        "GET, /threads, 200",
        "GET, /metrics/, 200",
        "GET, /metricsandmore, 200",
        "GET, /tasks, 200",
        "GET, /nothing-here, 404",
        "POST, /tasks/gc, 200",
        "POST, /tasks/no-such, 404",
        "POST, /metrics, 200"
    })
    void theAdminConnectorNeedsAnAdmin(String method, String path, int ok) throws IOException {
        for (People person : People.values()) {
            assertStatus(server.admin(), method, path, person, person.expected(Role.ADMIN, ok));
        }
    }

    @Test
    void prometheusScrapesWithAViewerToken() throws IOException {
        for (People person : People.values()) {
            assertStatus(server.admin(), "GET", "/metrics", person, person.expected(Role.VIEWER, 200));
        }
        assertStatus(server.admin(), "GET", "/metrics?name[]=x", People.VIEWER, 200);
        assertThat(server.admin().get("/metrics", People.VIEWER.headers()).head())
                .contains("text/plain")
                .contains("version=0.0.4");
    }

    @Test
    void aRefusalSaysWhatIsNeededAndNothingElse() throws IOException {
        RawHttp.Answer unknown = server.api().get("/api/v1/targets", People.UNKNOWN.headers());
        assertThat(unknown.head())
                .contains("WWW-Authenticate: Bearer realm=\"litewatch\"", "Content-Type: application/json");
        assertThat(unknown.body())
                .isEqualTo("{\"code\":401,\"message\":\"needs a token: Authorization: Bearer lw_...\"}");
        RawHttp.Answer viewer = server.admin().get("/threads", People.VIEWER.headers());
        assertThat(viewer.body()).isEqualTo("{\"code\":403,\"message\":\"needs the role admin\"}");
    }

    @Test
    void aTokenCountsInTheOneAuthorizationHeaderOnly() throws IOException {
        String token = People.VIEWER.headers()[0].substring("Authorization: Bearer ".length());
        assertThat(status("Authorization: bearer " + token)).isEqualTo(200);
        assertThat(status("Authorization: Bearer  " + token + " ")).isEqualTo(200);
        assertThat(status("Authorization: " + token)).isEqualTo(401);
        assertThat(status("Authorization: Bearer")).isEqualTo(401);
        assertThat(status("Authorization: Bearer ")).isEqualTo(401);
        assertThat(status("Authorization: Bearer " + token + "x")).isEqualTo(401);
        assertThat(status("Authorization: Bearer " + token.substring(0, token.length() - 1)))
                .isEqualTo(401);
        assertThat(status("Authorization: Bearer " + token + ", Bearer " + token))
                .isEqualTo(401);
        assertThat(status("Authorization: Bearer lw_wrong", "Authorization: Bearer " + token))
                .isEqualTo(401);
        assertThat(status("Cookie: Authorization=" + token, "X-Authorization: Bearer " + token))
                .isEqualTo(401);
        assertThat(server.api().get("/api/v1/networks?access_token=" + token).status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/open-by-mistake", "/runbooks/undeclared"})
    void aRouteThatDeclaresNoRoleIsNobodys(String path) throws Exception {
        List<Object> undeclared = List.of(new Undeclared(), new UndeclaredBelowRunbooks());
        try (GuardedApi tokens = GuardedApi.start(People.settings(), undeclared);
                GuardedApi local = GuardedApi.start(AuthSettings.NONE, undeclared)) {
            for (People person : List.of(People.VIEWER, People.OPERATOR, People.ADMIN)) {
                RawHttp.Answer answer = tokens.api().get(path, person.headers());
                assertThat(answer.status()).isEqualTo(403);
                assertThat(answer.body()).contains("declares no role").doesNotContain("secret");
            }
            assertThat(tokens.api().get(path).status()).isIn(401, 403);
            assertThat(local.api().get(path).status()).isEqualTo(403);
        }
    }

    @Test
    void aRouteBelowAnOpenPathKeepsItsOwnRole() throws Exception {
        try (GuardedApi more = GuardedApi.start(People.settings(), List.of(new ProtectedBelowRunbooks()))) {
            for (People person : People.values()) {
                assertStatus(more.api(), "GET", "/runbooks/for-operators", person, person.expected(Role.OPERATOR, 200));
            }
        }
    }

    private static int status(String... headers) throws IOException {
        return server.api().get("/api/v1/networks", headers).status();
    }

    private static void assertStatus(RawHttp door, String method, String path, People person, int expected)
            throws IOException {
        RawHttp.Answer answer = door.send(method, path, person.headers());
        assertThat(answer.status())
                .as("%s %s as %s: %s", method, path, person, answer.body())
                .isEqualTo(expected);
    }

    /** Somebody forgot the role. */
    @Path("/open-by-mistake")
    public static final class Undeclared {
        @GET
        public String secret() {
            return "secret";
        }
    }

    /** Somebody forgot the role where the filter asks for none. */
    @Path("/runbooks/undeclared")
    public static final class UndeclaredBelowRunbooks {
        @GET
        public String secret() {
            return "secret";
        }
    }

    /** Where the filter asks for less than the route. */
    @Path("/runbooks/for-operators")
    public static final class ProtectedBelowRunbooks {
        @GET
        @RolesAllowed("operator")
        public String secret() {
            return "secret";
        }
    }
}
