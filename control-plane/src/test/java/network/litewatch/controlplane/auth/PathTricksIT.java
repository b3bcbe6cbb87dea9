package network.litewatch.controlplane.auth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.api.GuardedApi;
import org.eclipse.jetty.http.UriCompliance;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Paths that a client would tidy up, at containers that are strict, lenient, and take anything. */
class PathTricksIT {
    private static final Map<UriCompliance, GuardedApi> SERVERS = new LinkedHashMap<>();

    /** What leads out of a folder, or seems to, in the ways that servers have fallen for. */
    private static final List<String> UP = List.of(
            "/..",
            "/..;",
            "/..;x=y",
            "/;/..",
            "/%2e%2e",
            "/%2E%2E",
            "/.%2e",
            "/%2e.",
            "/%2e%2e;x",
            "/%252e%252e",
            "/..%2f",
            "/..%2F..",
            "%2f..",
            "%2f%2e%2e",
            "/..%5c",
            "\\..",
            "/.//..",
            "/x/../..",
            "/x//../..",
            "/%u002e%u002e",
            "/%c0%ae%c0%ae",
            "/..%00",
            "//..");

    @BeforeAll
    static void start() throws Exception {
        for (UriCompliance compliance :
                List.of(UriCompliance.DEFAULT, UriCompliance.RFC3986, UriCompliance.LEGACY, UriCompliance.UNSAFE)) {
            SERVERS.put(compliance, GuardedApi.start(People.settings(), BearerFilterIT.resources(), compliance));
        }
    }

    @AfterAll
    static void stop() {
        SERVERS.values().forEach(GuardedApi::close);
    }

    private static List<String> targets() {
        List<String> targets = new ArrayList<>();
        for (String open : List.of("/runbooks", "/health-check", "/runbooks/rpc-head-stalled")) {
            for (String up : UP) {
                targets.add(open + up + "/servlet/x");
                targets.add(open + up + up + "/servlet/x");
                targets.add(open + up + "/api/v1/targets");
                targets.add(open + up + up + "/api/v1/targets");
                // Where the trick ends with a slash of its own.
                targets.add(open + up + "api/v1/targets");
                targets.add(open + up + "/openapi.yaml");
            }
        }
        targets.addAll(List.of(
                "//api/v1/targets",
                "/;/api/v1/targets",
                "/runbooks;/../api/v1/targets",
                "/api/v1/targets/",
                "/api/v1/targets;x=/runbooks",
                "/api;/v1;a=b/targets",
                "/api/v1//targets",
                "/api/v1/./targets",
                "/api/v1/%74argets",
                "/%61pi/v1/targets",
                "/API/v1/targets",
                "/api/v1/targets%2f",
                "/api/v1/targets%00",
                "/api/v1/targets?/runbooks",
                "/api/v1/targets#/runbooks",
                "http://127.0.0.1/api/v1/targets",
                "http://127.0.0.1/runbooks/../api/v1/targets",
                "/runbooks//../../api/v1/targets",
                "/Runbooks/../api/v1/targets",
                "/servlet/x",
                "/servlet;x=/runbooks",
                "/%73ervlet/x",
                "/api/v1/targets/../../../runbooks/../api/v1/targets"));
        return targets;
    }

    @Test
    void nothingProtectedIsReachedThroughAnOpenPath() throws IOException {
        for (Map.Entry<UriCompliance, GuardedApi> server : SERVERS.entrySet()) {
            for (String target : targets()) {
                RawHttp.Answer answer = server.getValue().api().get(target);
                assertThat(answer.status())
                        .as("%s at %s: %s", target, server.getKey().getName(), answer.body())
                        .isIn(400, 401, 404);
                assertThat(answer.body()).doesNotContain("behind the servlet", "rpc1.example.org", "openapi:");
            }
        }
    }

    /** Without this the test above could pass because no trick leads anywhere. */
    @Test
    void someOfThesePathsDoLeadSomewhereForThoseWhoMay() throws IOException {
        for (Map.Entry<UriCompliance, GuardedApi> server : SERVERS.entrySet()) {
            int reached = 0;
            for (String target : targets()) {
                RawHttp.Answer answer = server.getValue().api().get(target, People.VIEWER.headers());
                assertThat(answer.status())
                        .as("%s at %s: %s", target, server.getKey().getName(), answer.body())
                        .isLessThan(500);
                if (answer.body().contains("behind the servlet")) {
                    reached++;
                }
            }
            assertThat(reached).as("reached at %s", server.getKey().getName()).isGreaterThan(5);
        }
    }

    @Test
    void aViewerReachesNothingOfTheAdminConnectorThroughItsMetrics() throws IOException {
        List<String> targets = new ArrayList<>(List.of(
                "/metrics/",
                "/metrics;x=y",
                "/metrics/x",
                "/metricsx",
                "//metrics",
                "/./metrics",
                "/%6detrics",
                "/METRICS",
                "/metrics%00",
                "/metrics/threads",
                "/threads?/metrics",
                "/threads;/metrics",
                "/tasks/gc;/metrics"));
        for (String up : UP) {
            targets.add("/metrics" + up + "/threads");
            targets.add("/metrics" + up + "/healthcheck");
            targets.add("/metrics" + up + "threads");
        }
        for (Map.Entry<UriCompliance, GuardedApi> server : SERVERS.entrySet()) {
            for (String target : targets) {
                for (String method : List.of("GET", "POST")) {
                    RawHttp.Answer answer = server.getValue().admin().send(method, target, People.VIEWER.headers());
                    assertThat(answer.status())
                            .as("%s %s at %s", method, target, server.getKey().getName())
                            .isIn(400, 403);
                }
            }
        }
    }
}
