package network.litewatch.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import network.litewatch.controlplane.TestIncidents;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.IncidentSamples;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.store.AlertStore;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What people and amtool ask about incidents and silences, over HTTP and a real PostgreSQL. */
class IncidentsApiIT {
    private static final ObjectMapper JSON = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final OpenApi OPEN_API = new OpenApi();

    private static Jdbi jdbi;
    private static GuardedApi server;

    @BeforeAll
    static void start() throws Exception {
        jdbi = SharedStores.get().database("incidents_api");
        server = GuardedApi.start(AuthSettings.NONE, TestIncidents.resources(jdbi, JSON, InstantSource.system()));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void alerts() {
        jdbi.useTransaction(handle -> {
            handle.execute("DELETE FROM incident; DELETE FROM alert; DELETE FROM silence");
            List<Alert> firing = List.of(
                    IncidentSamples.firing("a", "critical", now()),
                    IncidentSamples.firing("b", "warning", now()),
                    IncidentSamples.firing("SuccessDropped", "c", "warning", now()));
            List<Transition> fired = firing.stream()
                    .map(alert -> new Transition(Transition.Kind.FIRED, alert))
                    .toList();
            new AlertStore(jdbi, JSON).save(handle, new AlertBook.Changes(firing, List.of(), fired));
            TestIncidents.log(jdbi, JSON, InstantSource.system()).turned(handle, fired);
        });
    }

    private static Instant now() {
        return InstantSource.system().instant();
    }

    @Test
    void aSilenceAsAmtoolMakesItHidesWhatItMatchesAndIsEndedByItsId() throws Exception {
        JsonNode made = post("/api/v2/silences", silence("target", "a", false), 200);
        String id = made.path("silenceID").asText();
        assertDescribed("POST /api/v2/silences", made);

        assertThat(targets("/api/v2/alerts?active=true&silenced=false&inhibited=false"))
                .containsExactly("b", "c");
        JsonNode silenced = get("/api/v2/alerts?active=false&silenced=true", 200);
        assertThat(silenced).hasSize(1);
        assertThat(silenced.at("/0/status/state").asText()).isEqualTo("suppressed");
        assertThat(silenced.at("/0/status/silencedBy/0").asText()).isEqualTo(id);
        assertThat(silenced.at("/0/annotations/runbook_url").asText())
                .isEqualTo("http://litewatch/runbooks/RpcHeadStalled-book");
        assertDescribed("GET /api/v2/alerts", silenced);
        JsonNode listed = get("/api/v2/silences?filter=target%3D%22a%22&filter=target%3D~%22.%22", 200);
        assertThat(listed.at("/0/status/state").asText()).isEqualTo("active");
        assertDescribed("GET /api/v2/silences", listed);
        assertThat(get("/api/v2/silences?filter=target%3D%22b%22", 200)).isEmpty();

        assertThat(send("DELETE", "/api/v2/silence/" + id, "").statusCode()).isEqualTo(200);

        assertThat(get("/api/v2/silence/" + id, 200).at("/status/state").asText())
                .isEqualTo("expired");
        assertThat(targets("/api/v2/alerts?filter=severity%3D%22critical%22")).containsExactly("a");
    }

    @Test
    void groupsAreIncidents() throws Exception {
        JsonNode groups = get("/api/v2/alerts/groups", 200);

        assertDescribed("GET /api/v2/alerts/groups", groups);
        assertThat(groups)
                .extracting(group -> group.at("/labels/failure_class").asText() + " "
                        + group.at("/receiver/name").asText() + " "
                        + group.path("alerts").size())
                .containsExactly(
                        "RpcHeadStalled-book slack 2", "RpcHeadStalled-book pager 1", "SuccessDropped-book slack 1");
        assertDescribed("GET /api/v2/status", get("/api/v2/status", 200));
        JsonNode receivers = get("/api/v2/receivers", 200);
        assertDescribed("GET /api/v2/receivers", receivers);
        assertThat(receivers.findValuesAsText("name")).containsExactly("slack", "pager");
        assertThat(targets("/api/v2/alerts?receiver=pager")).containsExactly("a");
        assertThat(get("/api/v2/alerts?receiver=page", 200)).isEmpty();
        assertThat(get("/api/v2/alerts?receiver=sl.*", 200)).hasSize(3);
        assertThat(get("/api/v2/alerts/groups?receiver=pa.*", 200)).hasSize(1);
        assertThat(get("/api/v2/alerts?receiver=%5B", 400).path("message").asText())
                .contains("receiver");
    }

    @Test
    void anIncidentIsTakenExplainedAndGivenBack() throws Exception {
        JsonNode page = get("/api/v1/incidents", 200);
        assertDescribed("GET /api/v1/incidents", page);
        assertThat(page.path("items")).hasSize(2);
        String incident = "/api/v1/incidents/" + page.at("/items/0/id").asText();

        JsonNode taken = post(incident + "/ack", "{\"lasts\":\"30m\"}", 200);
        assertThat(taken.at("/taken/by").asText()).isEqualTo("local");
        assertDescribed("POST /api/v1/incidents/{id}/ack", taken);
        assertThat(post(incident + "/false-alarm", "", 200).path("falseAlarm").asText())
                .isEqualTo("local");
        JsonNode explained = get(incident + "/explain", 200);
        assertDescribed("GET /api/v1/incidents/{id}/explain", explained);
        assertThat(explained.path("steps").toString()).contains("alert(s) fire", "a message is sent");
        JsonNode back = JSON.readTree(send("DELETE", incident + "/ack", "").body());
        assertThat(back.has("taken")).isFalse();
        JsonNode alert = get("/api/v1/alerts/RpcHeadStalled-a/explain", 200);
        assertDescribed("GET /api/v1/alerts/{fingerprint}/explain", alert);
        assertThat(alert.path("steps").toString()).contains("the rule RpcHeadStalled", "a message is sent");
        JsonNode deeds = get("/api/v1/audit?limit=2", 200);
        assertDescribed("GET /api/v1/audit", deeds);
        assertThat(deeds.at("/items/0/action").asText()).isEqualTo("incident.release");
        assertThat(get("/api/v1/audit?limit=2&cursor=" + deeds.path("next").asText(), 200)
                        .at("/items/0/action")
                        .asText())
                .isEqualTo("incident.ack");
    }

    @Test
    void whatPrometheusAndAlertmanagerSendIsAnAlertLikeOurOwn() throws Exception {
        String firing = "[{\"labels\":{\"alertname\":\"DiskFull\",\"instance\":\"db-1\",\"severity\":\"warning\"},"
                + "\"annotations\":{\"summary\":\"disk full\"},\"startsAt\":\"" + now()
                + "\",\"generatorURL\":\"http://p/\"}]";
        for (int i = 0; i < 3; i++) {
            assertThat(send("POST", "/api/v2/alerts", firing).statusCode()).isEqualTo(200);
        }

        assertThat(targets("/api/v2/alerts?filter=alertname%3D%22DiskFull%22")).containsExactly("db-1");
        assertThat(get("/api/v1/incidents", 200).path("items")).hasSize(3);
        assertThat(get("/api/v1/alerts?state=firing", 200).toString()).contains("disk full");
        String ended = "{\"version\":\"4\",\"status\":\"resolved\",\"alerts\":[{\"status\":\"resolved\",\"labels\":"
                + "{\"alertname\":\"DiskFull\",\"instance\":\"db-1\",\"severity\":\"warning\"},\"endsAt\":\"" + now()
                + "\"}]}";
        assertThat(send("POST", "/api/v1/webhooks/alertmanager", ended).statusCode())
                .isEqualTo(200);

        assertThat(targets("/api/v2/alerts?filter=alertname%3D%22DiskFull%22")).isEmpty();
        assertThat(get("/api/v1/alerts?state=resolved", 200).toString()).contains("it was sent as ended");
    }

    @Test
    void labelsOfAnyLengthAndASenderFromTheFutureAreTaken() throws Exception {
        String longest = "n".repeat(4_000);
        String sent = "[{\"labels\":{\"alertname\":\"Long\",\"network\":\"" + longest + "\",\"odd\":\"\\ud800\"},"
                + "\"startsAt\":\"2098-01-01T00:00:00Z\",\"endsAt\":\"2099-01-01T00:00:00Z\"}]";

        assertThat(send("POST", "/api/v2/alerts", sent).statusCode()).isEqualTo(200);

        JsonNode incident = get("/api/v1/incidents", 200).at("/items/0");
        assertThat(incident.path("network").asText()).isEqualTo(longest);
        assertThat(Instant.parse(incident.path("openedAt").asText())).isBeforeOrEqualTo(now());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            /api/v2/alerts | {}                                            | JSON
            /api/v2/alerts | [{}]                                          | alert 1 of 1: labels are missing
            /api/v2/alerts | [{"labels":{"a":"b"}}]                        | alert 1 of 1: an alert needs the label alertname
            /api/v2/alerts | [null]                                        | alert 1 of 1: labels are missing
            /api/v2/alerts | [{"labels":{"alertname":"a"},"startsAt":"x"}] | startsAt must be a time
            /api/v2/alerts | [{"labels":{"alertname":"a\\u0000"}}]          | U+0000
            /api/v1/webhooks/alertmanager | {"version":"3","alerts":[]}    | version must be
            /api/v1/webhooks/alertmanager | []                             | JSON
            /api/v1/webhooks/alertmanager | {"version":"4"}                | the body must be a list
            """)
    void anAlertThatCannotBeIsRefusedWhole(String path, String body, String says) throws Exception {
        HttpResponse<String> answer = send("POST", path, body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(says);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {}                                                                | startsAt is missing
            nonsense                                                          | JSON
            []                                                                | JSON
            {"matchers":[{"name":"a","value":"b"}],"startsAt":"now","endsAt":"2099-01-01T00:00:00Z","createdBy":"a","comment":"b"} | startsAt must be a time
            {"matchers":[{"name":"a","value":"b"}],"startsAt":"2026-01-01T00:00:00Z","endsAt":"2026-01-02T00:00:00Z","createdBy":"a","comment":"b"} | endsAt must be in the future
            {"matchers":[{"name":"a","value":"b"}],"startsAt":"2026-01-01T00:00:00Z","endsAt":"2099-01-01T00:00:00Z","createdBy":"a","comment":""} | comment
            {"matchers":[],"startsAt":"2026-01-01T00:00:00Z","endsAt":"2099-01-01T00:00:00Z","createdBy":"a","comment":"b"} | matcher
            {"matchers":[{"name":"a","value":"(","isRegex":true}],"startsAt":"2026-01-01T00:00:00Z","endsAt":"2099-01-01T00:00:00Z","createdBy":"a","comment":"b"} | regular expression
            {"matchers":[{"name":"a","value":"b\\u0000"}],"startsAt":"2026-01-01T00:00:00Z","endsAt":"2099-01-01T00:00:00Z","createdBy":"a","comment":"b"} | U+0000
            {"matchers":[{"name":"a","value":"b"}],"startsAt":"2026-01-01T00:00:00Z","endsAt":"+200000-01-01T00:00:00Z","createdBy":"a","comment":"b"} | 10000
            {"matchers":[{"value":"b"}],"startsAt":"2026-01-01T00:00:00Z","endsAt":"2099-01-01T00:00:00Z","createdBy":"a","comment":"b"} | name is missing
            """)
    void aSilenceThatCannotBeIsRefusedWithAReason(String body, String says) throws Exception {
        HttpResponse<String> answer = send("POST", "/api/v2/silences", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(says);
        assertThat(get("/api/v2/silences", 200)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            {"lasts":"1m"}    | lasts must be from 5m to 1d
            {"lasts":"2d"}    | lasts must be from 5m to 1d
            {"lasts":"soon"}  | lasts must be a duration
            {"last":"1h"}     | nothing but lasts
            """)
    void anAckThatCannotBeIsRefusedWithAReason(String body, String says) throws Exception {
        String id = get("/api/v1/incidents", 200).at("/items/0/id").asText();
        HttpResponse<String> answer = send("POST", "/api/v1/incidents/" + id + "/ack", body);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        assertThat(answer.body()).contains(says);
    }

    @Test
    void whatIsNotThereIs404() throws Exception {
        String nobody = "4b1f3b4e-0000-4000-8000-000000000001";
        get("/api/v1/incidents/" + nobody, 404);
        get("/api/v1/incidents/nonsense", 404);
        get("/api/v2/silence/" + nobody, 404);
        get("/api/v1/alerts/nobody/explain", 404);
        assertThat(send("DELETE", "/api/v2/silence/" + nobody, "").statusCode()).isEqualTo(404);
        assertThat(send("POST", "/api/v1/incidents/" + nobody + "/ack", "{}").statusCode())
                .isEqualTo(404);
        assertThat(send(
                                "POST",
                                "/api/v2/silences",
                                silence("a", "b", false)
                                        .replace("{", "{\"id\":\"" + nobody + "\",")
                                        .replace("[{\"id\":\"" + nobody + "\",", "[{"))
                        .statusCode())
                .isEqualTo(404);
    }

    /** As amtool 0.25 writes it. */
    private static String silence(String name, String value, boolean regex) {
        Instant from = now();
        return """
                {"comment":"deploy","createdBy":"ann","endsAt":"%s","matchers":[{"isEqual":true,"isRegex":%s,"name":"%s","value":"%s"}],"startsAt":"%s"}
                """.formatted(from.plusSeconds(3600), regex, name, value, from);
    }

    private static List<String> targets(String path) throws Exception {
        return get(path, 200).findValuesAsText("target").stream().sorted().toList();
    }

    private static void assertDescribed(String route, JsonNode body) {
        assertThat(OPEN_API.problems(OPEN_API.answer(route, 200), body)).isEmpty();
    }

    private static JsonNode get(String path, int status) throws Exception {
        HttpResponse<String> answer = send("GET", path, "");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private static JsonNode post(String path, String body, int status) throws Exception {
        HttpResponse<String> answer = send("POST", path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private static HttpResponse<String> send(String method, String path, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + server.api().port() + path))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!body.isEmpty()) {
            request.header("Content-Type", "application/json");
        }
        return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
