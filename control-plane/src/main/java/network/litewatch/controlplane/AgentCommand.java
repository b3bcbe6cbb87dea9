package network.litewatch.controlplane;

import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.agent.Agent;
import network.litewatch.controlplane.agent.AgentConfig;
import network.litewatch.controlplane.agent.AgentConfigReader;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;

/** {@code agent}: asks from here what the control plane wants asked, until it is stopped. */
final class AgentCommand extends Command {
    private final Placeholders placeholders;
    private final Clock clock;
    private final RandomGenerator random;

    AgentCommand(Placeholders placeholders, Clock clock, RandomGenerator random) {
        super("agent", "runs the probes of a vantage elsewhere, and delivers what they saw to the control plane");
        this.placeholders = placeholders;
        this.clock = clock;
        this.random = random;
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("--config").required(true).help("the agent's configuration");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws Exception {
        AgentConfigReader.Loaded loaded =
                AgentConfigReader.load(Path.of(arguments.getString("config")).toAbsolutePath(), placeholders);
        AgentConfig config = loaded.config()
                .orElseThrow(() -> new IllegalArgumentException(
                        loaded.problems().stream().map(Problem::toString).collect(Collectors.joining("\n"))));
        try (Agent agent = new Agent(config, clock, random, this::say);
                StopHook hook = new StopHook(() -> stop(agent))) {
            agent.run();
        }
    }

    private void stop(Agent agent) {
        try {
            agent.close();
            say("stopped; what was not delivered waits on the disk");
        } catch (IOException e) {
            say("did not stop as it should: " + e.getMessage());
        }
    }

    private void say(String line) {
        System.out.println(clock.instant().truncatedTo(ChronoUnit.SECONDS) + " " + line);
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        if (e instanceof Agent.RefusedException || e instanceof IllegalArgumentException || e instanceof IOException) {
            cli.getStdErr().println(e.getMessage());
        } else {
            super.onError(cli, namespace, e);
        }
    }
}
