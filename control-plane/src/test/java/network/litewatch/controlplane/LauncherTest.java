package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** {@code bin/litewatch} knows what the jar can do. */
class LauncherTest {
    @Test
    void everyCommandCanBeGivenAndIsInTheHelp() throws IOException {
        String script = Files.readString(Path.of("bin/litewatch"));
        ControlPlaneApplication application =
                new ControlPlaneApplication(Clock.systemUTC(), new Random(1), name -> null);
        Bootstrap<ControlPlaneConfiguration> bootstrap = new Bootstrap<>(application);
        application.addDefaultCommands(bootstrap);
        List<String> commands =
                bootstrap.getCommands().stream().map(Command::getName).toList();

        assertThat(commands).contains("bench", "slo", "detect", "reputation", "agent");
        for (String command : commands) {
            assertThat(script)
                    .as("the case of " + command)
                    .containsPattern("(?m)^  ([a-z]+\\|)*" + command + "(\\|[a-z]+)*\\)$");
            assertThat(script).as("the help of " + command).containsPattern("(?m)^  " + command + " ");
        }
    }
}
