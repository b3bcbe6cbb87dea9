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
                .hasSize(5)
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
            nanos.addAndGet(Duration.ofSeconds(2).toNanos());
            return routes.get(request.url().reveal().getPath());
        });
        run(slowPing, nanos, Duration.ofSeconds(5));
        assertThat(slowPing.requests().stream().map(HttpRequest::deadline))
                .containsExactly(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(3));
    }

    @Test
    void withNoTimeLeftTheRestTimesOutUnasked() {
        AtomicLong nanos = new AtomicLong();
        FakeExchanger slowPing = new FakeExchanger(request -> {
            nanos.addAndGet(Duration.ofSeconds(2).toNanos());
            return routes.get(request.url().reveal().getPath());
        });
        assertOutcome(run(slowPing, nanos, Duration.ofSeconds(2)), Kind.FAILED, Reason.TIMEOUT);
        assertThat(slowPing.requests()).hasSize(1);
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
