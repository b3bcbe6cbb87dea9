package network.litewatch.controlplane.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.TestIncidents;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.auth.RawHttp;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What nobody should ask, over bare sockets; nothing of it may reach a store, which would answer 503 here. */
class BadRequestsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> LISTS = List.of(
            "/api/v1/targets",
            "/api/v1/observations",
            "/api/v1/chain-events",
            "/api/v1/alerts",
            "/api/v1/incidents",
            "/api/v1/audit",
            "/api/v1/networks",
            "/api/v1/reputation",
            "/api/v1/eligibility",
            "/api/v1/vantages");

    private static GuardedApi server;

    @BeforeAll
    static void start() throws Exception {
        Jdbi away = Jdbi.create("jdbc:postgresql://127.0.0.1:1/none");
        List<Object> incidents = TestIncidents.resources(away, JSON, InstantSource.system());
        server = GuardedApi.start(AuthSettings.NONE, Samples.resources(incidents, query -> {
            if (query.cursor() != null) {
                throw new IllegalArgumentException("is no cursor of this API");
            }
            return new ObservationSearch.Page(List.of(), Optional.empty());
        }));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "0",
                "501",
                "2147483648",
                "99999999999999999999",
                "NaN",
                "Infinity",
                "1e2",
                "1.0",
                "0x10",
                "",
                "%20",
                "+1+",
                "ten",
                "%D9%A1%D9%A2",
                "null",
                "%00",
                "1%0a"
            })
    void aLimitIsAWholeNumberFromOneTo500(String limit) throws IOException {
        for (String list : LISTS) {
            assertRefused(list + "?limit=" + limit, 400, "limit must ");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1000001", "NaN", "abc", "", "%00", "9223372036854775808", "'%20OR%201=1"})
    void aCursorIsOneOfOurs(String cursor) throws IOException {
        for (String list : LISTS) {
            assertRefused(list + "?cursor=" + cursor, 400, "cursor ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/api/v1/incidents?state=firing, 'state must be one of open, closed'",
        "/api/v2/alerts?active=1, 'active must be true or false'",
        "/api/v2/alerts?receiver=(, 'receiver must be a regular expression'",
        "/api/v2/alerts?filter=nonsense, 'a matcher is written'",
        "/api/v2/silences?filter=a%3D~(, 'no regular expression'",
        "/api/v1/alerts?state=inactive, 'state must be one of pending, firing, resolved'",
        "/api/v1/alerts?state=FIRING, 'state must be one of pending, firing, resolved'",
        "/api/v1/alerts?state=, 'state must be one of'",
        "/api/v1/targets?kind=gpu, 'kind must be one of rpc, '",
        "/api/v1/eligibility?answer=perhaps, 'answer must be one of yes, no, unknown'",
        "/api/v1/reputation?by=town, 'by must be one of node, operator'",
        "/api/v1/observations?kind=gpu, 'kind must be one of rpc, '",
        "/api/v1/observations?outcome=good, 'outcome must be one of ok, failed, inconclusive, not_run'",
        "/api/v1/observations?reason=bad_luck, 'reason must be one of '"
    })
    void aLabelIsOneOfThoseThatThereAre(String path, String message) throws IOException {
        assertRefused(path, 400, message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "yesterday",
                "NaN",
                "",
                "0",
                "1732096800",
                "2026-11-20",
                "2026-11-20T10:00:00",
                "2026-13-01T00:00:00Z",
                "2026-02-30T00:00:00Z",
                "%2B1000000000-12-31T23:59:59Z",
                "-1000000000-01-01T00:00:00Z",
                "now-1h"
            })
    void aTimeIsAnInstantThatCanBeSearched(String time) throws IOException {
        assertRefused("/api/v1/observations?from=" + time, 400, "from must be an instant in UTC");
        assertRefused("/api/v1/observations?to=" + time, 400, "to must be an instant in UTC");
    }

    @Test
    void aFilterThatDoesNotExistIsNotIgnored() throws IOException {
        assertRefused("/api/v1/alerts?sate=firing", 400, "there are cursor, limit, network, state");
        assertRefused("/api/v1/networks?network=lab", 400, "there are cursor, limit");
        assertRefused("/api/v1/targets/lab-rpc-1?verbose=1", 400, "there are no parameters here");
        assertRefused("/api/v1/observations?_source=secret", 400, "there are cursor, from, kind, limit,");
        assertRefused("/runbooks?x=1", 400, "there are no parameters here");
        assertRefused("/api/v1/alerts?state=firing&state=pending", 400, "state must be given once");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "%0a", "%1b[31m", "%7f", "a%00b", "%c2%85"})
    void controlCharactersReachNoStore(String text) throws IOException {
        for (String path : List.of(
                "/api/v1/alerts?network=" + text,
                "/api/v1/observations?target=" + text,
                "/api/v1/targets?network=" + text,
                "/runbooks/rpc-head-stalled?alert=" + text)) {
            assertRefused(path, 400, "must have no control characters");
        }
        for (String path : List.of("/api/v1/alerts/", "/api/v1/targets/", "/runbooks/")) {
            RawHttp.Answer answer = server.api().get(path + text);
            assertThat(answer.status()).as(path + text).isIn(400, 404);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"%ff", "%c3%28", "%ed%a0%80", "%zz", "%", "%u0000", "<script>alert(1)</script>", "a|b"})
    void whatIsNoTextIsNoServerError(String text) throws IOException {
        for (String path : List.of(
                "/api/v1/observations?target=",
                "/api/v1/targets?network=",
                "/api/v1/targets/",
                "/runbooks/",
                "/runbooks/rpc-head-stalled?alert=")) {
            RawHttp.Answer answer = server.api().get(path + text);
            assertThat(answer.status())
                    .as("%s%s: %s", path, text, answer.body())
                    .isLessThan(500);
            assertThat(answer.body()).doesNotContain("<script>", "Exception", "\tat ");
        }
    }

    @Test
    void endlessIdsAreRefused() throws IOException {
        String long600 = "a".repeat(600);
        for (String path : List.of("/api/v1/alerts/", "/api/v1/targets/", "/api/v1/alerts?network=", "/runbooks/")) {
            assertRefused(path + long600, 400, "must have at most 512 characters");
            RawHttp.Answer answer = server.api().get(path + "a".repeat(10_240));
            assertThat(answer.status()).as("10 kB at " + path).isIn(400, 414, 431);
        }
    }

    @Test
    void whatIsNotThereIs404InJson() throws IOException {
        assertRefused("/api/v1/targets/no-such", 404, "no target has this id");
        assertRefused("/api/v1/nothing", 404, "");
        assertRefused("/api/v3/alerts", 404, "");
        assertRefused("/api/v1/targets/lab-rpc-1/probes", 404, "");
        assertThat(JSON.readTree(server.api().send("POST", "/api/v1/targets").body())
                        .path("code")
                        .asInt())
                .isEqualTo(405);
    }

    private static void assertRefused(String path, int status, String message) throws IOException {
        RawHttp.Answer answer = server.api().get(path);
        assertThat(answer.status()).as("%s: %s", path, answer.body()).isEqualTo(status);
        assertThat(answer.head()).as(path).contains("Content-Type: application/json");
        JsonNode error = JSON.readTree(answer.body());
        assertThat(error.path("code").asInt()).isEqualTo(status);
        assertThat(error.path("message").asText()).as(path).contains(message).doesNotContain("Exception", "network.");
    }
}
