package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.probe.Reason;
import network.litewatch.probe.router.RouterExposureProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be wrong with a router that is up, made at the lab's router, seen by the real probes and judged by the shipped rules. */
class RouterFaultsIT {
    @TempDir
    private static Path home;

    private static RouterTrial trial;

    @BeforeAll
    static void start() {
        Files files = Files.load(
                Path.of("config").toAbsolutePath(),
                new ControlPlaneConfiguration.FilesSection(
                        List.of(Path.of("networks/lab.yml")),
                        Path.of("../../alert-rules/network"),
                        Path.of("../../runbooks")),
                new Placeholders(name -> null));
        assertThat(files.problems()).isEmpty();
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
