package network.litewatch.controlplane.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.core.server.DefaultServerFactory;
import io.dropwizard.core.server.SimpleServerFactory;
import io.dropwizard.jetty.ConnectorFactory;
import io.dropwizard.jetty.HttpConnectorFactory;
import io.dropwizard.jetty.HttpsConnectorFactory;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullAndEmptySource;
import org.junit.jupiter.params.provider.ValueSource;

class BindGuardTest {
    private static final ConnectorFactory LOOPBACK = http("127.0.0.1");

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "127.8.9.10", "::1", "[::1]", "0:0:0:0:0:0:0:1", "localhost", "LOCALHOST"})
    void loopbackNeedsNoToken(String host) {
        assertThat(BindGuard.problems(server(http(host), http(host)), false)).isEmpty();
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(
            strings = {
                " ",
                "0.0.0.0",
                "::",
                "[::]",
                "192.168.1.20",
                "10.0.0.1",
                "fd00::1",
                "::ffff:10.0.0.1",
                "localhost.example.org",
                "localtest.me",
                "2130706433",
                "not a host"
            })
    void anythingElseIsRefusedOnTheApiAndOnTheAdminConnector(@Nullable String host) {
        assertThat(BindGuard.problems(server(http(host), LOOPBACK), false))
                .singleElement()
                .satisfies(problem -> saysWhatToDo(problem, "server.applicationConnectors", host));
        assertThat(BindGuard.problems(server(LOOPBACK, http(host)), false))
                .singleElement()
                .satisfies(problem -> saysWhatToDo(problem, "server.adminConnectors", host));
        assertThat(BindGuard.problems(server(http(host), http(host)), false)).hasSize(2);
    }

    @ParameterizedTest
    @NullAndEmptySource
    @ValueSource(strings = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "::", "192.168.1.20"})
    void withTokensEveryAddressMayBeListenedOn(@Nullable String host) {
        assertThat(BindGuard.problems(server(http(host), http(host)), true)).isEmpty();
    }

    @Test
    void everyConnectorIsLookedAt() {
        DefaultServerFactory server = server(LOOPBACK, LOOPBACK);
        server.setApplicationConnectors(List.of(LOOPBACK, http("0.0.0.0"), LOOPBACK));
        assertThat(BindGuard.problems(server, false))
                .singleElement()
                .asString()
                .contains("applicationConnectors", "0.0.0.0");
    }

    @Test
    void encryptionIsNoAuthentication() {
        HttpsConnectorFactory https = new HttpsConnectorFactory();
        https.setBindHost("192.168.1.20");
        assertThat(BindGuard.problems(server(https, LOOPBACK), false)).hasSize(1);
    }

    @Test
    void whatDropwizardAddsByItselfListensEverywhereAndIsRefused() {
        assertThat(BindGuard.problems(new DefaultServerFactory(), false))
                .hasSize(2)
                .allSatisfy(problem -> assertThat(problem).contains("all interfaces", "bindHost: 127.0.0.1"));
    }

    @Test
    void aServerOfAnotherTypeIsRefusedAlsoOnLoopback() {
        SimpleServerFactory simple = new SimpleServerFactory();
        simple.setConnector(LOOPBACK);
        assertThat(BindGuard.problems(simple, false))
                .singleElement()
                .asString()
                .contains("server.type must be default");
    }

    private static void saysWhatToDo(String problem, String where, @Nullable String host) {
        assertThat(problem)
                .startsWith(where + ": would listen on " + (host == null || host.isBlank() ? "all interfaces" : host)
                        + " without authentication")
                .contains("bindHost: 127.0.0.1", "auth.tokens", "litewatch token NAME ROLE");
    }

    private static DefaultServerFactory server(ConnectorFactory api, ConnectorFactory admin) {
        DefaultServerFactory server = new DefaultServerFactory();
        server.setApplicationConnectors(List.of(api));
        server.setAdminConnectors(List.of(admin));
        return server;
    }

    private static ConnectorFactory http(@Nullable String host) {
        HttpConnectorFactory connector = new HttpConnectorFactory();
        connector.setBindHost(host);
        return connector;
    }
}
