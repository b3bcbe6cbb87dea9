package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.probe.Reason;
import network.litewatch.probe.router.RouterExposureProbe;
import network.litewatch.probe.router.RouterSessionsProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** What can be wrong with a router that is up, made at the lab's router, seen by the real probes and judged by the shipped rules. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class RouterFaultsIT {
    @TempDir
    private static Path home;

    private static RouterTrial trial;

    @BeforeAll
    static void start() {
        Files files = ShippedFiles.load();
        trial = new RouterTrial(home, files.rules());
    }

    @AfterAll
    static void stop() {
        if (trial != null) {
            trial.close();
        }
    }

    @BeforeEach
    void healthy() {
        trial.restart();
        trial.rounds(1);
        assertThat(trial.fired()).as("a healthy router").isEmpty();
        assertThat(trial.signal(Signal.ROUTER_DEFAULT_TOKEN_ACCEPTED)).contains(0.0);
        assertThat(trial.signal(Signal.ROUTER_OPEN_ROUTES)).contains(0.0);
        assertThat(trial.signal(Signal.ROUTER_EXPOSED_ROUTES)).contains(0.0);
        assertThat(trial.signal(Signal.ROUTER_CHAIN_SESSIONS)).contains(4.0);
        assertThat(trial.signal(Signal.ROUTER_SESSIONS_DIFFERENCE)).contains(0.0);
        assertThat(trial.signal(Signal.ROUTER_PRIVATE_ENDPOINTS)).contains(0.0);
    }

    @Test
    void aSessionIsMissingFromTheRoutersList() throws Exception {
        String fault = trial.inject("router.hide-session", "{\"session\":2}");
        trial.rounds(4);
        assertThat(trial.signal(Signal.ROUTER_SESSIONS_DIFFERENCE)).contains(1.0);
        assertThat(trial.evidence()).containsEntry("not_on_the_router", "2");
        assertThat(trial.fired()).as("a minute may be a race").isEmpty();

        trial.rounds(6);
        assertThat(trial.fired()).containsExactly("RouterSessionsDiffer");

        trial.parameter(RouterSessionsProbe.ADDRESS, "0x00000000000000000000000000000000000000aa");
        trial.rounds(1);
        trial.end(fault);
        assertThat(trial.signal(Signal.ROUTER_SESSIONS_DIFFERENCE))
                .as("sessions of other routers are not this one's to list")
                .contains(0.0);
    }

    @Test
    void aChainThatDoesNotAnswerSaysNothingOfTheRouter() throws Exception {
        String fault = trial.inject("rpc.error", "rpc-a", "{}");
        trial.restart();
        trial.rounds(10);
        trial.end(fault);

        assertThat(trial.signal(Signal.ROUTER_SESSIONS_DIFFERENCE)).isEmpty();
        assertThat(trial.fired()).isEmpty();
    }

    @Test
    @Order(Integer.MAX_VALUE) // What is on the chain stays there.
    void aPrivateEndpointIsRegistered() throws Exception {
        trial.register(4, "http://192.168.1.20:5010");
        trial.rounds(1);

        assertThat(trial.fired()).containsExactly("RouterEndpointPrivate");
        assertThat(trial.evidence()).containsEntry("private_endpoints", "http://192.168.1.20:5010");
    }

    @Test
    void theDefaultTokenIsTaken() throws Exception {
        String fault = trial.inject("router.default-token", "{}");
        trial.rounds(1);
        trial.end(fault);

        assertThat(trial.fired()).containsExactly("RouterDefaultToken");
        assertThat(trial.evidence()).containsEntry("default_token_routes", "/api/v1/status /api/v1/info");
        trial.rounds(1);
        assertThat(trial.signal(Signal.ROUTER_DEFAULT_TOKEN_ACCEPTED)).contains(0.0);
    }

    @Test
    void anybodyIsAnswered() throws Exception {
        String fault = trial.inject("router.open", "{}");
        trial.rounds(1);
        trial.end(fault);

        assertThat(trial.fired()).containsExactly("RouterOpen");
        assertThat(trial.signal(Signal.ROUTER_OPEN_ROUTES)).contains(4.0);
    }

    @Test
    void aHiddenPathAnswers() throws Exception {
        String fault = trial.inject("router.expose", "{\"path\":\"/api/v3/completions\"}");
        trial.rounds(1);

        assertThat(trial.fired()).containsExactly("RouterExposed");
        assertThat(trial.evidence()).containsEntry("exposed_routes", "/api/v3/completions=401");

        trial.restart();
        trial.parameter(RouterExposureProbe.EXPOSED, "/api/v3/completions");
        trial.rounds(1);
        trial.end(fault);
        assertThat(trial.fired()).as("the network file says that it is meant").isEmpty();
    }

    @Test
    void aRouterThatIsDownSaysNothingOfItsDoors() throws Exception {
        String fault = trial.inject("router.5xx", "{}");
        trial.rounds(3);
        trial.end(fault);

        assertThat(trial.fired()).containsExactly("RouterUnavailable");
    }

    @Test
    void aFieldHasAnotherName() throws Exception {
        String fault = trial.inject("router.shape", "{}");
        trial.rounds(3);
        trial.end(fault);

        assertThat(trial.status().outcome().reason()).isEqualTo(Reason.SHAPE_CHANGED);
        assertThat(trial.status().outcome().detail()).contains("connected_miners");
        assertThat(trial.fired()).containsExactly("RouterUnavailable");
    }
}
