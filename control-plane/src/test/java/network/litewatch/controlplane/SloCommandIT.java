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
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.api.GuardedApi;
import network.litewatch.controlplane.api.Samples;
import network.litewatch.controlplane.api.SlosResource;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.auth.People;
import network.litewatch.controlplane.config.Placeholders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command against an API that answers as the service's does. */
class SloCommandIT {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final Map<String, String> environment = new HashMap<>();

    private static List<?> resources() {
        return List.of(new SlosResource(Samples::slos, Samples::status));
    }

    @Test
    void everySloIsShownWithItsIntervalAndSamples() throws Exception {
        try (GuardedApi api = GuardedApi.start(AuthSettings.NONE, resources())) {
            assertThat(run("--url", "http://127.0.0.1:" + api.api().port())).isTrue();
        }

        assertThat(text(out))
                .contains("rpc-availability  lab-rpc-1 (lab)")
                .contains("rpc-availability  net-3")
                .contains("objective    99 % over 30d, occurrences (ours)")
                .contains("good         88.095 % [", ", 840 samples")
                .contains("budget left  ")
                .containsPattern("burn         page   over 1h and 5m, limit 14.4: 66.67 \\[[0-9.]+ to [0-9.]+] over 1h,"
                        + " 83.33 over 5m, 120 samples  FIRING")
                .contains("good         not known yet, 0 samples")
                .contains("burn         too few samples to say");
        assertThat(text(err)).isEmpty();
    }

    @Test
    void onlyTheNetworkThatIsAskedFor() throws Exception {
        try (GuardedApi api = GuardedApi.start(AuthSettings.NONE, resources())) {
            String url = "http://127.0.0.1:" + api.api().port() + "/";
            assertThat(run("--url", url, "--network", "net-2")).isTrue();
            assertThat(text(out)).contains("rpc-availability  net-2").doesNotContain("lab-rpc", "net-3");

            out.reset();
            assertThat(run("--url", url, "--network", "nowhere")).isTrue();
            assertThat(text(out)).startsWith("no SLOs");
        }
    }

    @Test
    void aTokenIsWantedAndTakenFromAFileOrTheEnvironmentAndNeverShown(@TempDir Path folder) throws Exception {
        String token = People.VIEWER.headers()[0].replace("Authorization: Bearer ", "");
        Path file = java.nio.file.Files.writeString(folder.resolve("token"), token + "\n");
        try (GuardedApi api = GuardedApi.start(People.settings(), resources())) {
            String url = "http://127.0.0.1:" + api.api().port();
            assertThat(run("--url", url)).isFalse();
            assertThat(text(err)).contains("wants a viewer's token", "LITEWATCH_TOKEN", "--token-file");

            assertThat(run("--url", url, "--token-file", file.toString())).isTrue();
            environment.put("LITEWATCH_TOKEN", token);
            assertThat(run("--url", url)).isTrue();
        }
        assertThat(text(out)).contains("rpc-availability  net-1").doesNotContain(token);
        assertThat(text(err)).doesNotContain(token);
    }

    @Test
    void aServiceThatIsNotThereIsNamed() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }

        assertThat(run("--url", "http://127.0.0.1:" + free)).isFalse();

        assertThat(text(err).strip())
                .startsWith("no service answers at http://127.0.0.1:" + free)
                .contains("litewatch up", "--url")
                .hasLineCount(1);
    }

    @Test
    void whatIsNoUrlIsRefusedAndSecretsInItAreNotShown() {
        for (String url : List.of("127.0.0.1:8080", "ftp://host", "http://me:secret@host", "http://host?key=secret")) {
            err.reset();
            assertThat(run("--url", url)).as(url).isFalse();
            assertThat(text(err))
                    .contains("--url must be as http://127.0.0.1:8080")
                    .doesNotContain("secret");
        }
    }

    private boolean run(String... line) {
        List<String> arguments = new ArrayList<>(List.of("slo"));
        arguments.addAll(List.of(line));
        Bootstrap<ControlPlaneConfiguration> bootstrap = new Bootstrap<>(new Application<>() {
            @Override
            public void run(ControlPlaneConfiguration configuration, Environment env) {}
        });
        bootstrap.addCommand(new SloCommand(
                new Placeholders(environment::get),
                environment::get,
                new PrintStream(out, true, StandardCharsets.UTF_8)));
        return new Cli(new JarLocation(SloCommandIT.class), bootstrap, out, err)
                .run(arguments.toArray(String[]::new))
                .isEmpty();
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
