package network.litewatch.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.Mode;
import network.litewatch.controlplane.drill.Scenes;
import network.litewatch.controlplane.store.AuditLog.Actor;
import network.litewatch.controlplane.store.DrillSkips;
import network.litewatch.controlplane.store.DrillSwitch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may begin what: the API before drills that only remember. */
class DrillPeopleApiIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
    private static final AuthSettings TWO =
            new AuthSettings(List.of(entry("ann", "operator"), entry("ben", "operator")));

    private final HttpClient http = HttpClient.newHttpClient();
    private GuardedApi api;

    @BeforeEach
    void start() throws Exception {
        Remembering drills = new Remembering();
        api = GuardedApi.start(TWO, List.of(new DrillsResource(drills), new DrillStopResource(drills)));
    }

    @AfterEach
    void stop() {
        api.close();
    }

    @Test
    void anotherPersonApprovesWhatOneWants() throws Exception {
        JsonNode run = json(200, post("ann", "/api/v1/drills/runs", "{\"drill\":\"real\"}"));
        assertThat(run.path("needsTwoPeople").asBoolean()).isTrue();
        String approve = "/api/v1/drills/runs/" + run.path("id").asText() + "/approve";

        assertThat(json(409, post("ann", approve, "{}")).path("message").asText())
                .contains("you are the one who wanted it");
        assertThat(post("nobody", approve, "{}").statusCode()).isEqualTo(401);
        assertThat(json(200, post("ben", approve, "{}")).path("id").asText())
                .isEqualTo(run.path("id").asText());
        assertThat(post("ben", "/api/v1/drills/runs/nothing/approve", "{}").statusCode())
                .isEqualTo(404);
    }

    @Test
    void whatOnePersonBeginsNeedsNoSecond() throws Exception {
        JsonNode run = json(200, post("ann", "/api/v1/drills/runs", "{\"drill\":\"lab\"}"));
        assertThat(run.path("needsTwoPeople").asBoolean()).isFalse();

        assertThat(json(400, post("ben", "/api/v1/drills/runs/" + run.path("id").asText() + "/approve", "{}"))
                        .path("message")
                        .asText())
                .contains("needs no second person");
        JsonNode rehearsal =
                json(200, post("ann", "/api/v1/drills/runs", "{\"drill\":\"real\",\"mode\":\"actionless\"}"));
        assertThat(rehearsal.path("needsTwoPeople").asBoolean()).isFalse();
    }

    @Test
    void rulesOfProductionAreNotBroken() throws Exception {
        assertThat(json(400, post("ann", "/api/v1/drills/runs", "{\"drill\":\"real\",\"mode\":\"rule_off\"}"))
                        .path("message")
                        .asText())
                .contains("rules of production are not broken");
    }

    @Test
    void withoutTokensEverybodyIsTheSamePerson() throws Exception {
        try (GuardedApi open = GuardedApi.start(AuthSettings.NONE, List.of(new DrillsResource(new Remembering())))) {
            HttpResponse<String> answer = send(open.port(), "", "POST", "/api/v1/drills/runs", "{\"drill\":\"real\"}");
            assertThat(json(400, answer).path("message").asText()).contains("two people", "auth.tokens");
            assertThat(send(open.port(), "", "POST", "/api/v1/drills/runs", "{\"drill\":\"lab\"}")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void whileDrillsAreStoppedNoneBeginsAndWhoStoppedThemIsSaid() throws Exception {
        assertThat(json(200, send("ann", "GET", "/api/v1/drills/stop", null))
                        .path("stopped")
                        .asBoolean())
                .isFalse();
        for (String bad : List.of("{}", "{\"reason\":\" \"}", "{\"reason\":\"x\",\"since\":\"now\"}", "[]", "null")) {
            assertThat(post("ben", "/api/v1/drills/stop", bad).statusCode())
                    .as(bad)
                    .isEqualTo(400);
        }
        JsonNode stop = json(200, post("ben", "/api/v1/drills/stop", "{\"reason\":\"a real outage\"}"));
        assertThat(stop.path("by").asText()).isEqualTo("ben");

        assertThat(json(409, post("ann", "/api/v1/drills/runs", "{\"drill\":\"lab\"}"))
                        .path("message")
                        .asText())
                .contains("stopped by ben", "a real outage", "litewatch drill release");
        assertThat(json(200, send("ann", "DELETE", "/api/v1/drills/stop", null))
                        .path("stopped")
                        .asBoolean())
                .isFalse();
        assertThat(send("ann", "DELETE", "/api/v1/drills/stop", null).statusCode())
                .isEqualTo(404);
        json(200, post("ann", "/api/v1/drills/runs", "{\"drill\":\"lab\"}"));
    }

    private static AuthSettings.Entry entry(String name, String role) {
        return new AuthSettings.Entry(
                name,
                role,
                Hashing.sha256().hashString(token(name), StandardCharsets.UTF_8).toString());
    }

    private static String token(String name) {
        return "lw_token-of-" + name;
    }

    private static JsonNode json(int status, HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return JSON.readTree(answer.body());
    }

    private HttpResponse<String> post(String who, String path, String body) throws Exception {
        return send(who, "POST", path, body);
    }

    private HttpResponse<String> send(String who, String method, String path, @Nullable String body) throws Exception {
        return send(api.port(), token(who), method, path, body);
    }

    private HttpResponse<String> send(int port, String token, String method, String path, @Nullable String body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** Plans what it is told to, and runs nothing. */
    private static final class Remembering implements DrillActions {
        private final Map<String, DrillRun> runs = new HashMap<>();
        private final Map<String, String> wantedBy = new HashMap<>();
        private Optional<DrillSwitch.Stop> stop = Optional.empty();

        @Override
        public List<Drill> drills() {
            Drill.Schedule weekly = new Drill.Schedule(Duration.ofDays(7), Optional.empty(), Set.of());
            return List.of(
                    Scenes.scheduled("real", Drill.Tier.PRODUCTION, weekly),
                    Scenes.scheduled("lab", Drill.Tier.CI, weekly));
        }

        @Override
        public Map<String, DrillRun> proved() {
            return Map.of();
        }

        @Override
        public Blast blast(Drill drill) {
            return new Blast(Set.of(), Set.of(), "lab/rpc");
        }

        @Override
        public List<String> refusals(Drill drill) {
            return List.of();
        }

        @Override
        public DrillRun plan(Drill drill, Mode mode, Actor actor) {
            DrillRun run = DrillRun.planned(drill.id() + "-" + runs.size(), drill, mode, NOW);
            runs.put(run.id(), run);
            wantedBy.put(run.id(), actor.name());
            return run;
        }

        @Override
        public boolean abort(String run, Actor actor) {
            return runs.containsKey(run);
        }

        @Override
        public boolean approve(String run, Actor actor) {
            return !actor.name().equals(wantedBy.get(run));
        }

        @Override
        public DrillSwitch.Stop stopAll(String reason, Actor actor) {
            stop = Optional.of(new DrillSwitch.Stop(NOW, actor.name(), reason));
            return stop.get();
        }

        @Override
        public boolean release(Actor actor) {
            boolean stood = stop.isPresent();
            stop = Optional.empty();
            return stood;
        }

        @Override
        public Optional<DrillSwitch.Stop> stop() {
            return stop;
        }

        @Override
        public List<DrillSkips.Skip> skips(int limit, int offset) {
            return List.of();
        }

        @Override
        public List<DrillRun> runs(int limit, int offset) {
            return List.copyOf(runs.values());
        }

        @Override
        public Optional<DrillRun> run(String id) {
            return Optional.ofNullable(runs.get(id));
        }

        @Override
        public Optional<String> journal(String run) {
            return Optional.empty();
        }

        @Override
        public String key() {
            return "";
        }
    }
}
