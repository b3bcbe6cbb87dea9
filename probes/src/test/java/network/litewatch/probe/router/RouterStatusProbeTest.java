package network.litewatch.probe.router;

import static network.litewatch.probe.http.FakeExchanger.failure;
import static network.litewatch.probe.http.FakeExchanger.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Outcome.Kind;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.FakeExchanger;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.WireTrace.Stage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RouterStatusProbeTest {
    private static final Target ROUTER = new Target(
            new TargetId("router-1"),
            TargetKind.ROUTER,
            new NetworkId("lab"),
            SecretUrl.parse("http://router.example"),
            Optional.of(new Secret("t")),
            Map.of(),
            Map.of());

    private final Map<String, HttpResult> routes = new HashMap<>(Map.of(
            "/api/v1/ping", response(200, "pong"),
            "/api/v1/info", response(200, "{\"version\":\"1.2\",\"brand_new\":{}}"),
            "/api/v1/status",
                    response(200, "{\"active_sessions\":2,\"connected_miners\":3,\"uptime\":77.5,\"cpu_usage\":1}"),
            "/api/v1/miners", response(200, "{\"nodes\":{\"a\":{},\"b\":{},\"c\":{}},\"stats\":{}}"),
            "/api/v1/about", response(200, "{}"),
            "/api/v1/sessions", response(200, "{\"count\":4,\"sessions\":[]}")));
    private final FakeExchanger exchanger =
            new FakeExchanger(request -> routes.get(request.url().reveal().getPath()));

    @Test
    void measuresAHealthyRouter() {
        Finding finding = run();
        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsOnly(
                        Map.entry(Measurement.ROUTER_MINERS, 3.0),
                        Map.entry(Measurement.ROUTER_CONNECTED_MINERS, 3.0),
                        Map.entry(Measurement.ROUTER_ACTIVE_SESSIONS, 2.0),
                        Map.entry(Measurement.ROUTER_SESSIONS, 4.0),
                        Map.entry(Measurement.ROUTER_UPTIME, 77.5));
        assertThat(finding.evidence()).containsOnly(Map.entry("version", "1.2"));
        assertThat(finding.phases()).containsKey(Phase.CONNECT);
        assertThat(exchanger.requests())
                .hasSize(6)
                .allMatch(request -> request.bearer().isPresent());
    }

    @Test
    void noConnectedMinersIsAStateAndNoOutage() {
        routes.put("/api/v1/status", response(200, "{\"active_sessions\":0,\"connected_miners\":0}"));
        assertOutcome(run(), Kind.OK, Reason.NO_MINERS);
    }

    @ParameterizedTest
    @CsvSource({"200", "400", "500", "503"})
    void theKeyErrorsOfAnIdleRouterAreAStateAtAnyStatus(int status) {
        routes.put("/api/v1/info", response(status, "{\"error\":\"Failed to get router information: 'total'\"}"));
        routes.put("/api/v1/status", response(status, "{\"error\":\"Failed to get router status: 'total_count'\"}"));
        routes.put("/api/v1/miners", response(200, "{\"nodes\":{},\"stats\":{}}"));
        Finding finding = run();
        assertOutcome(finding, Kind.OK, Reason.NO_MINERS);
        assertThat(finding.measurements())
                .containsEntry(Measurement.ROUTER_MINERS, 0.0)
                .doesNotContainKey(Measurement.ROUTER_CONNECTED_MINERS);
    }

    @Test
    void theCountOfConnectedMinersOutweighsAKeyError() {
        routes.put("/api/v1/info", response(500, "Failed to get router information: 'total'"));
        assertThat(run().outcome()).isEqualTo(Outcome.ok());
    }

    @Test
    void anotherKeyErrorIsAFailure() {
        routes.put("/api/v1/status", response(500, "Failed to get router status: 'cpu'"));
        assertOutcome(run(), Kind.FAILED, Reason.HTTP_STATUS);
    }

    @ParameterizedTest
    @CsvSource({
        "500, FAILED, HTTP_STATUS", "404, FAILED, HTTP_STATUS", "302, FAILED, HTTP_STATUS",
        "401, FAILED, UNAUTHORIZED", "403, FAILED, UNAUTHORIZED", "429, INCONCLUSIVE, RATE_LIMITED"
    })
    void pingDecidesAndNothingElseIsAsked(int status, Kind kind, Reason reason) {
        routes.put("/api/v1/ping", response(status, ""));
        Finding finding = run();
        assertOutcome(finding, kind, reason);
        assertThat(finding.evidence()).containsEntry("failing_route", "/api/v1/ping");
        assertThat(exchanger.requests()).hasSize(1);
    }

    @Test
    void anUnreachableRouterIsDown() {
        routes.put("/api/v1/ping", failure(Reason.CONNECTION_REFUSED, Stage.STARTED));
        assertOutcome(run(), Kind.FAILED, Reason.CONNECTION_REFUSED);
    }

    @Test
    void namesTheRoutesThatFail() {
        routes.put("/api/v1/status", response(502, "<html>"));
        routes.put("/api/v1/sessions", failure(Reason.TIMEOUT, Stage.WAITING));
        Finding finding = run();
        assertOutcome(finding, Kind.FAILED, Reason.HTTP_STATUS);
        assertThat(finding.outcome().detail()).isEqualTo("/api/v1/status answered HTTP 502");
        assertThat(finding.evidence()).containsEntry("failing_route", "/api/v1/status /api/v1/sessions");
        assertThat(finding.measurements()).containsEntry(Measurement.ROUTER_MINERS, 3.0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/api/v1/status  |{\"active_sessions\":1}                          |SHAPE_CHANGED",
                "/api/v1/status  |{\"active_sessions\":1,\"connected_miners\":\"3\"}|SHAPE_CHANGED",
                "/api/v1/status  |{\"active_sessions\":1,\"connected_miners\":-3}  |SHAPE_CHANGED",
                "/api/v1/status  |[]                                               |SHAPE_CHANGED",
                "/api/v1/info    |[]                                               |SHAPE_CHANGED",
                "/api/v1/miners  |{\"stats\":{}}                                   |SHAPE_CHANGED",
                "/api/v1/sessions|{\"sessions\":[]}                                |SHAPE_CHANGED",
                "/api/v1/miners  |<html>                                           |PROTOCOL_ERROR"
            })
    void saysWhenAnAnswerLacksWhatIsNeeded(String route, String body, Reason reason) {
        routes.put(route, response(200, body));
        Finding finding = run();
        assertOutcome(finding, Kind.FAILED, reason);
        assertThat(finding.outcome().detail()).startsWith(route);
    }

    @Test
    void whatPingLeavesOfTheDeadlineIsForTheRest() {
        AtomicLong nanos = new AtomicLong();
        FakeExchanger slowPing = new FakeExchanger(request -> {
            if (request.url().reveal().getPath().equals("/api/v1/ping")) {
                nanos.addAndGet(Duration.ofSeconds(2).toNanos());
            }
            return routes.get(request.url().reveal().getPath());
        });
        run(slowPing, nanos, Duration.ofSeconds(5));
        assertThat(slowPing.requests().stream().map(HttpRequest::deadline))
                .containsExactly(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(3));
    }

    @Test
    void withNoTimeLeftTheRestTimesOutUnasked() {
        AtomicLong nanos = new AtomicLong();
        FakeExchanger slowPing = new FakeExchanger(request -> {
            if (request.url().reveal().getPath().equals("/api/v1/ping")) {
                nanos.addAndGet(Duration.ofSeconds(2).toNanos());
            }
            return routes.get(request.url().reveal().getPath());
        });
        assertOutcome(run(slowPing, nanos, Duration.ofSeconds(2)), Kind.FAILED, Reason.TIMEOUT);
        assertThat(slowPing.requests()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\":\"7\"}                 |[{\"task_id\":1},{\"taskId\":\"2\"}]|",
                "{\"session\":{\"session_id\":7}}|{\"tasks\":[{\"id\":1},{\"id\":2}]} |",
                "{\"name\":\"s\"}               |{\"tasks\":[{\"id\":1},{\"id\":2}]} |/sessions/{sid} has no id",
                "{\"id\":\"7\"}                 |{\"data\":[]}                       |/tasks/{sid} has no tasks",
                "{\"id\":\"7\"}                 |[{\"task_id\":1},{\"number\":2}]     |/tasks/{sid} has a task without task_id"
            })
    void asksAboutTheFirstSessionAndItsTasksInEitherShape(String session, String tasks, @Nullable String wrong) {
        routes.put("/api/v1/sessions", response(200, "{\"count\":2,\"sessions\":[{\"id\":\"7\"},{\"id\":\"8\"}]}"));
        routes.put("/api/v1/sessions/7", response(200, session));
        routes.put("/api/v1/tasks/7", response(200, tasks));
        routes.put("/api/v1/tasks/7/2", response(200, "{\"status\":4,\"results\":{}}"));
        Finding finding = run();
        if (wrong == null) {
            assertThat(finding.outcome()).isEqualTo(Outcome.ok());
            assertThat(finding.measurements()).containsEntry(Measurement.ROUTER_TASKS, 2.0);
        } else {
            assertOutcome(finding, Kind.FAILED, Reason.SHAPE_CHANGED);
            assertThat(finding.outcome().detail()).isEqualTo("/api/v1" + wrong);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"status\":2,\"assigned_miners\":[]}      | NONE",
                "200 | {\"task\":{\"finished_at\":null}}           | NONE",
                "502 | Failed to read from the blockchain        | NONE",
                "200 | {\"status\":\"done\"}                       | SHAPE_CHANGED",
                "200 | <html>                                    | PROTOCOL_ERROR"
            })
    void asksAboutTheNewestTaskOfTheSession(int status, String body, Reason reason) {
        routes.put("/api/v1/sessions", response(200, "{\"count\":1,\"sessions\":[{\"id\":\"7\"}]}"));
        routes.put("/api/v1/sessions/7", response(200, "{\"id\":7}"));
        routes.put("/api/v1/tasks/7", response(200, "[{\"task_id\":1},{\"task_id\":12}]"));
        routes.put("/api/v1/tasks/7/12", response(status, body));

        assertThat(run().outcome().reason()).isEqualTo(reason);
    }

    @Test
    void aTasksNameThatWouldLeaveItsPathIsNotAskedFor() {
        routes.put("/api/v1/sessions", response(200, "{\"count\":1,\"sessions\":[{\"id\":\"7\"}]}"));
        routes.put("/api/v1/sessions/7", response(200, "{\"id\":7}"));
        routes.put("/api/v1/tasks/7", response(200, "[{\"task_id\":\"../../create\"}]"));

        assertThat(run().outcome()).isEqualTo(Outcome.ok());
        assertThat(exchanger.requests()).hasSize(8);
    }

    @Test
    void aSessionThatTheChainDoesNotGiveAndAnOldRouterWithoutAboutAreNoFailure() {
        routes.put("/api/v1/sessions", response(200, "{\"count\":1,\"sessions\":[{\"id\":\"7\"}]}"));
        routes.put("/api/v1/sessions/7", response(502, "Failed to read from the blockchain"));
        routes.put("/api/v1/tasks/7", failure(Reason.BODY_TOO_LARGE, Stage.RECEIVING));
        routes.put("/api/v1/about", response(404, ""));
        Finding finding = run();
        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.evidence())
                .containsEntry("unread_routes", "/api/v1/about /api/v1/sessions/{sid} /api/v1/tasks/{sid}");
    }

    @Test
    void aSessionsNameThatWouldLeaveItsPathIsNotAskedFor() {
        routes.put("/api/v1/sessions", response(200, "{\"count\":1,\"sessions\":[{\"id\":\"../create\"}]}"));
        assertThat(run().outcome()).isEqualTo(Outcome.ok());
        assertThat(exchanger.requests()).hasSize(6);
    }

    @Test
    void theConfiguredSessionGatewayAndAgentAreAsked() {
        routes.put("/api/v1/sessions/12", response(200, "{\"id\":12}"));
        routes.put("/api/v1/tasks/12", response(200, "[]"));
        routes.put("/api/v1/x402/ping", response(200, "pong"));
        routes.put("/.well-known/agent.json", response(200, "{\"name\":\"router agent\"}"));
        Target configured = new Target(
                ROUTER.id(),
                ROUTER.kind(),
                ROUTER.network(),
                ROUTER.url(),
                ROUTER.token(),
                Map.of(),
                Map.of("session", "12", "x402_ping", "true", "agent_json", "true"));
        Finding good = run(configured);
        assertThat(good.outcome()).isEqualTo(Outcome.ok());
        assertThat(good.evidence()).containsEntry("agent", "router agent").containsEntry("x402_ping", "ok");

        routes.put("/api/v1/x402/ping", response(404, ""));
        assertOutcome(run(configured), Kind.FAILED, Reason.HTTP_STATUS);
        routes.put("/api/v1/x402/ping", response(200, "pong"));
        routes.put("/.well-known/agent.json", response(200, "{\"title\":\"\"}"));
        assertOutcome(run(configured), Kind.FAILED, Reason.SHAPE_CHANGED);
    }

    private Finding run(Target target) {
        return new RouterStatusProbe(exchanger, new AtomicLong()::get)
                .run(target, Duration.ofSeconds(5))
                .join();
    }

    private Finding run() {
        return run(exchanger, new AtomicLong(), Duration.ofSeconds(5));
    }

    private static Finding run(FakeExchanger exchanger, AtomicLong nanos, Duration timeout) {
        return new RouterStatusProbe(exchanger, nanos::get).run(ROUTER, timeout).join();
    }

    private static void assertOutcome(Finding finding, Kind kind, Reason reason) {
        assertThat(finding.outcome().reason()).as(finding.outcome().toString()).isEqualTo(reason);
        assertThat(finding.outcome().kind()).isEqualTo(kind);
    }
}
