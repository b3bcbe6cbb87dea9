package network.litewatch.controlplane.auth;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.servlet.http.HttpServletRequest;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/runbooks", "/runbooks/", "/runbooks/rpc-head.stalled_2~", "/..x/...", "/.well-known/x"})
    void aPathOfPlainSegmentsIsTakenAsItStands(String path) {
        assertThat(PlainPath.of(request("", path, path, null))).contains(path);
        assertThat(PlainPath.of(request("", path, "", path))).contains(path);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "runbooks",
                "//runbooks",
                "/runbooks//x",
                "/runbooks/..",
                "/runbooks/../x",
                "/./runbooks",
                "/runbooks/.",
                "/runbooks;x=y",
                "/runbooks/..;/x",
                "/runbooks/%2e%2e/x",
                "/runbooks%2fx",
                "/%72unbooks",
                "/runbooks\\..\\x",
                "/runbooks/\u00e9",
                "/runbooks/ x",
                "/runbooks\n",
                "/runbooks#x",
                "http://localhost/runbooks"
            })
    void aPathThatTwoCouldReadDifferentlyIsNone(String path) {
        assertThat(PlainPath.of(request("", path, path, null))).isEmpty();
    }

    @Test
    void theContainerMustHaveReadTheSame() {
        assertThat(PlainPath.of(request("", "/runbooks/x", "/api", "/v1/targets")))
                .isEmpty();
        assertThat(PlainPath.of(request("/app", "/app/runbooks", "/runbooks", null)))
                .as("below a context path")
                .contains("/runbooks");
        assertThat(PlainPath.of(request("/app", "/runbooks", "/runbooks", null)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /health-check, ",
        "HEAD, /health-check, ",
        "GET, /health-check/, viewer",
        "GET, /health-check/x, viewer",
        "GET, /runbooks, ",
        "GET, /runbooks/x, ",
        "GET, /runbooksx, viewer",
        "GET, /Runbooks, viewer",
        "GET, /, viewer",
        "GET, /api/v1/runbooks, viewer",
        "POST, /runbooks, viewer",
        "OPTIONS, /runbooks, viewer",
        "get, /runbooks, viewer",
        "GET, /api/v1/agents/east/plan, agent",
        "POST, /api/v1/agents/east/observations, agent",
        "PUT, /api/v1/agents/east/plan, viewer",
        "GET, /api/v1/agentsx, viewer",
        "GET, , viewer"
    })
    void theApiOpensHealthAndRunbooksForReading(String method, @Nullable String path, @Nullable String role) {
        assertThat(Access.API.needed(method, Optional.ofNullable(path)).map(Role::label))
                .isEqualTo(Optional.ofNullable(role));
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /metrics, viewer",
        "HEAD, /metrics, viewer",
        "POST, /metrics, admin",
        "GET, /metrics/, admin",
        "GET, /metricsx, admin",
        "GET, /, admin",
        "GET, /threads, admin",
        "POST, /tasks/gc, admin",
        "GET, , admin"
    })
    void theAdminConnectorLetsAViewerReadMetricsOnly(String method, @Nullable String path, String role) {
        assertThat(Access.ADMIN.needed(method, Optional.ofNullable(path)).map(Role::label))
                .contains(role);
    }

    private static HttpServletRequest request(String context, String uri, String servlet, @Nullable String info) {
        Map<String, String> answers =
                Map.of("getContextPath", context, "getRequestURI", uri, "getServletPath", servlet);
        return (HttpServletRequest) Proxy.newProxyInstance(
                AccessTest.class.getClassLoader(),
                new Class<?>[] {HttpServletRequest.class},
                (self, method, arguments) ->
                        method.getName().equals("getPathInfo") ? info : answers.get(method.getName()));
    }
}
