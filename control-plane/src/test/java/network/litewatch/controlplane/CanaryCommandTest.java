package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanaryCommandTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @Test
    void aPlanIsAPageOfTables() {
        assertThat(run("--nodes 350 --per-day 96")).isTrue();

        assertThat(text(out))
                .startsWith("# Canary plan: 350 nodes, 96 canaries for each a day")
                .contains("in the fleet of 350 nodes | 1,648, 19 fail | 1.2 h |")
                .contains("at one node | 1,648, 19 fail | 17 d |")
                .contains("at one node | 91, 6 fail | 23 h |");
        assertThat(text(err)).isEmpty();
    }

    @Test
    void whatTrustedMinersGetOnTopIsSaid() {
        assertThat(run("--nodes 350 --per-day 96 --trusted 8")).isTrue();
        assertThat(text(out))
                .contains("8 trusted nodes get 4 times the identity canaries of the others: 16 for each a day")
                .contains("| 4 | 6 h | 18 h | 1,496 |");
    }

    @Test
    void aBudgetIsSaid() {
        assertThat(run("--nodes 350 --per-day 96 --tokens-per-day 1000000 --cv 0.2 --rho 0.3"))
                .isTrue();

        assertThat(text(out)).contains("The tokens pay for 45 of them", "scatters by 20 %");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nodes 0 --per-day 96",
                "--nodes x --per-day 96",
                "--nodes 350 --per-day -1",
                "--nodes 350 --per-day 96 --cv NaN",
                "--nodes 350 --per-day 96 --rho 1",
                "--nodes 350 --per-day 96 --class-nodes 351",
                "--nodes 350 --per-day 96 --trusted 351",
                "--nodes 350 --per-day 96 --tokens-per-day 0",
                "--per-day 96 --nodes",
            })
    void whatIsWrongIsNamedByItsOption(String line) {
        assertThat(run(line)).isFalse();

        String option = line.contains("--nodes 350 --per-day 96")
                ? line.replaceFirst("--nodes 350 --per-day 96 ", "").split(" ", 2)[0]
                : line.contains("-1") ? "--per-day" : "--nodes";
        assertThat(text(out) + text(err)).contains(option).doesNotContain("\tat ");
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(run("--per-day 96")).isFalse();

        assertThat(text(err)).contains("--nodes");
    }

    @Test
    void helpNamesEveryOption() {
        assertThat(run("--help")).isTrue();

        assertThat(text(out) + text(err))
                .contains("--nodes", "--per-day", "--class-nodes", "--cv", "--rho", "--tokens-per-day");
    }

    /** Whether the command {@code plan} ended well. */
    private boolean run(String line) {
        PrintStream to = new PrintStream(out, true, StandardCharsets.UTF_8);
        Application<ControlPlaneConfiguration> alone = new Application<>() {
            @Override
            public void run(ControlPlaneConfiguration configuration, Environment environment) {}
        };
        Bootstrap<ControlPlaneConfiguration> bootstrap = new Bootstrap<>(alone);
        bootstrap.addCommand(new CanaryCommand(to));
        List<String> arguments = new ArrayList<>(List.of("canary", "plan"));
        arguments.addAll(List.of(line.split(" ", -1)));
        Cli cli =
                new Cli(new JarLocation(getClass()), bootstrap, to, new PrintStream(err, true, StandardCharsets.UTF_8));
        return cli.run(arguments.toArray(new String[0])).isEmpty();
    }

    private static String text(ByteArrayOutputStream written) {
        return written.toString(StandardCharsets.UTF_8);
    }
}
