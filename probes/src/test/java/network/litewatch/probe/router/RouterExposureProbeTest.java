package network.litewatch.probe.router;

import static network.litewatch.probe.http.FakeExchanger.failure;
import static network.litewatch.probe.http.FakeExchanger.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Outcome.Kind;
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
import org.junit.jupiter.params.provider.ValueSource;

final class RouterExposureProbeTest {
    private static final Set<String> ROUTES =
            Set.of("/api/v1/ping", "/api/v1/status", "/api/v1/info", "/api/v1/miners", "/api/v1/sessions");

    /** Tokens that the router takes; "" is none. */
    private final Set<String> taken = new java.util.HashSet<>(Set.of("ours"));

    private final Map<String, HttpResult> special = new HashMap<>();
    private final FakeExchanger exchanger = new FakeExchanger(this::answer);

    @Test
    void aClosedRouterIsAllZeros() {
        Finding finding = run(Map.of());
        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertMeasured(finding, 0, 0, 0);
        assertThat(finding.evidence()).isEmpty();
    }

    @Test
    void onlyGetsAndOurTokenForPingAlone() {
        run(Map.of());
        assertThat(exchanger.requests()).allMatch(r -> r.method().equals("GET"));
        assertThat(exchanger.requests().stream()
                        .filter(r -> bearer(r).equals("ours"))
                        .map(r -> r.url().reveal().getPath()))
                .containsExactly("/api/v1/ping");
    }

    @Test
    void theDefaultToken() {
        taken.add("default-dev-token");
        Finding finding = run(Map.of());
        assertMeasured(finding, 1, 0, 0);
        assertThat(finding.evidence()).containsOnly(Map.entry("default_token_routes", "/api/v1/status /api/v1/info"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "litewatch-no-such-token"})
    void aRouterThatLetsAnybodyInIsOpenAndSaysNothingOfTheDefaultToken(String token) {
        taken.add(token);
        taken.add("default-dev-token");
        Finding finding = run(Map.of());
        assertMeasured(finding, 0, token.isEmpty() ? 4 : 2, 0);
        assertThat(finding.evidence().get("open_routes")).contains("/api/v1/status", "/api/v1/info");
    }

    @Test
    void anIdleRouterThatFailsBehindTheDoorIsOpenToo() {
        taken.add("");
        special.put("/api/v1/status", response(500, "{\"error\":\"Failed to get router status: 'total_count'\"}"));
        assertMeasured(run(Map.of()), 0, 4, 0);
    }

    @Test
    void hiddenRoutesThatAnswer() {
        special.put("/api/v1/delegate", response(405, ""));
        special.put("/api/v3/completions", response(401, ""));
        Finding finding = run(Map.of());
        assertMeasured(finding, 0, 0, 2);
        assertThat(finding.evidence())
                .containsOnly(Map.entry("exposed_routes", "/api/v1/delegate=405 /api/v3/completions=401"));
    }

    @Test
    void whatTheNetworkFileAllowsIsNoFinding() {
        taken.add("");
        special.put("/api/v1/delegate", response(405, ""));
        special.put("/api/v1/validate", response(403, ""));
        Finding finding = run(Map.of(
                RouterExposureProbe.OPEN, "status info miners  sessions",
                RouterExposureProbe.EXPOSED, "/api/v1/delegate",
                RouterExposureProbe.HIDDEN_STATUS, "403 404"));
        assertMeasured(finding, 0, 0, 0);
        assertThat(exchanger.requests())
                .noneMatch(r -> r.url().reveal().getPath().equals("/api/v1/delegate"));
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 429, 502, 503})
    void anAnswerThatSaysNothingIsNoZero(int status) {
        special.put("/api/v1/delegate", response(status, ""));
        Finding finding = run(Map.of());
        assertThat(finding.outcome().kind()).isEqualTo(Kind.INCONCLUSIVE);
        assertThat(finding.measurements())
                .containsOnlyKeys(Measurement.ROUTER_OPEN_ROUTES, Measurement.ROUTER_DEFAULT_TOKEN_ACCEPTED);
    }

    @Test
    void aFindingStandsWhateverElseWasNotAnswered() {
        special.put("/api/v1/delegate", failure(Reason.TIMEOUT, Stage.WAITING));
        special.put("/api/v1/validate", response(400, ""));
        assertMeasured(run(Map.of()), 0, 0, 1);
    }

    @Test
    void aRouterThatIsDownIsNotJudged() {
        special.put("/api/v1/ping", failure(Reason.CONNECTION_REFUSED, Stage.STARTED));
        Finding finding = run(Map.of());
        assertThat(finding.outcome().reason()).isEqualTo(Reason.PATH_UNHEALTHY);
        assertThat(finding.outcome().kind()).isEqualTo(Kind.INCONCLUSIVE);
        assertThat(finding.measurements()).isEmpty();
        assertThat(exchanger.requests()).hasSize(1);
    }

    private HttpResult answer(HttpRequest request) {
        String path = request.url().reveal().getPath();
        if (ROUTES.contains(path) && !taken.contains(bearer(request))) {
            return response(401, "{\"error\":\"Invalid Authorization header format\"}");
        }
        return special.getOrDefault(path, response(ROUTES.contains(path) ? 200 : 404, "{}"));
    }

    private static String bearer(HttpRequest request) {
        return request.bearer().map(Secret::reveal).orElse("");
    }

    private static void assertMeasured(Finding finding, double token, double open, double exposed) {
        assertThat(finding.measurements())
                .containsOnly(
                        Map.entry(Measurement.ROUTER_DEFAULT_TOKEN_ACCEPTED, token),
                        Map.entry(Measurement.ROUTER_OPEN_ROUTES, open),
                        Map.entry(Measurement.ROUTER_EXPOSED_ROUTES, exposed));
    }

    private Finding run(Map<String, String> parameters) {
        Target router = new Target(
                new TargetId("router-1"),
                TargetKind.ROUTER,
                new NetworkId("lab"),
                SecretUrl.parse("http://router.example"),
                Optional.of(new Secret("ours")),
                Map.of(),
                parameters);
        return new RouterExposureProbe(exchanger, new AtomicLong()::get)
                .run(router, Duration.ofSeconds(5))
                .join();
    }
}
