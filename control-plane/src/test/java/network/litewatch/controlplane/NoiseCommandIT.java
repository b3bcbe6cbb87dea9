package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.api.GuardedApi;
import network.litewatch.controlplane.api.NoiseResource;
import network.litewatch.controlplane.api.NoiseSamples;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.noise.Fired;
import network.litewatch.controlplane.runbook.Runbook;
import org.junit.jupiter.api.Test;

/** The command against an API that answers as the service's does. */
class NoiseCommandIT {
    private static final Map<String, Runbook> RUNBOOKS = Map.of(
            "rpc-head-stalled",
            new Runbook(
                    "rpc-head-stalled",
                    "An RPC stands still",
                    List.of("RpcHeadStalled", "RpcHeadAway"),
                    "critical",
                    Map.of("expected_rate", "<= 1/week per RPC"),
                    List.of(),
                    ""));

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void whatFiresMoreOftenThanExpectedIsNamedWithItsChance() throws Exception {
        assertThat(run(new NoiseSamples())).isTrue();

        assertThat(out.toString(StandardCharsets.UTF_8))
                .containsPattern(
                        "NOISY +RpcHeadStalled: fired 15, of which 14 at lab-rpc-a; expected: <= 1/week per RPC"
                                + " \\(4.3 in 30.0 days; as many by chance: 0.000[0-9]+\\); called false: 3 incidents of rpc-head-stalled")
                .contains("in 30.0 days 1 of 2 alerts fired, 1 of them more often than expected; drills are left out")
                .doesNotContain("RpcHeadAway");
        out.reset();
        assertThat(run(new NoiseSamples(), "--all")).isTrue();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("ok       RpcHeadAway: fired 0; expected: <= 1/week per RPC");
    }

    @Test
    void aYoungHistoryIsNotTakenForAMonth() throws Exception {
        assertThat(run(sixTimesIn(Duration.ofDays(7)))).isTrue();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("NOISY", "(1.0 in 7.0 days; as many by chance: 0.00059)", "in 7.0 days 1 of 2 alerts fired");

        assertThat(run(sixTimesIn(Duration.ofMinutes(90)))).isTrue();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("in 1.5 hours 1 of 2 alerts fired");
    }

    private static NoiseResource.Counts sixTimesIn(Duration known) {
        return new NoiseResource.Counts() {
            @Override
            public Instant knownSince(Instant now) {
                return now.minus(known);
            }

            @Override
            public List<Fired> fired(Instant since) {
                return List.of(new Fired("RpcHeadStalled", "lab", "lab-rpc-a", 6));
            }

            @Override
            public Map<String, Integer> falseAlarms(Instant since) {
                return Map.of();
            }
        };
    }

    @Test
    void aStoreThatIsAwayIsSaid() throws Exception {
        assertThat(run(new NoiseResource.Counts() {
                    @Override
                    public Instant knownSince(Instant now) {
                        return now.minus(Duration.ofDays(90));
                    }

                    @Override
                    public List<Fired> fired(Instant since) throws IOException {
                        throw new IOException("gone");
                    }

                    @Override
                    public Map<String, Integer> falseAlarms(Instant since) {
                        return Map.of();
                    }
                }))
                .isFalse();

        assertThat(err.toString(StandardCharsets.UTF_8)).contains("HTTP 503", "Elasticsearch cannot be asked now");
    }

    private boolean run(NoiseResource.Counts counts, String... line) throws Exception {
        NoiseResource resource = new NoiseResource(() -> RUNBOOKS, counts, InstantSource.system());
        Bootstrap<ControlPlaneConfiguration> bootstrap = new Bootstrap<>(new Application<>() {
            @Override
            public void run(ControlPlaneConfiguration configuration, Environment env) {}
        });
        Map<String, String> environment = new HashMap<>();
        bootstrap.addCommand(new NoiseCommand(
                new Placeholders(environment::get),
                environment::get,
                new PrintStream(out, true, StandardCharsets.UTF_8)));
        try (GuardedApi api = GuardedApi.start(AuthSettings.NONE, List.of(resource))) {
            List<String> arguments = new ArrayList<>(
                    List.of("noise", "--url", "http://127.0.0.1:" + api.api().port()));
            arguments.addAll(List.of(line));
            return new Cli(new JarLocation(NoiseCommandIT.class), bootstrap, out, err)
                    .run(arguments.toArray(String[]::new))
                    .isEmpty();
        }
    }
}
