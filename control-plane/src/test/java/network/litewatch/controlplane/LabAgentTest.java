package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.agent.AgentConfig;
import network.litewatch.controlplane.agent.AgentConfigReader;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.auth.Caller;
import network.litewatch.controlplane.auth.Tokens;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.network.NetworkLoader;
import network.litewatch.controlplane.vantage.VantageSettings;
import org.junit.jupiter.api.Test;

/** What the agent of a lab is given, against the files that ship. */
class LabAgentTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private final ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
    private final LabAgent agent =
            LabAgent.of(new ServicePorts(1, 2), List.of("java"), ROOT, Path.of("/home"), RandomGenerator.getDefault());

    @Test
    void theServiceKnowsItAndThereIsWhatItAsks() throws Exception {
        List<VantageSettings.Agent> agents =
                List.of(yaml.readValue(agent.variables().get("LITEWATCH_AGENTS"), VantageSettings.Agent[].class));
        AuthSettings auth = auth();

        assertThat(new VantageSettings(List.of(), agents)
                        .problems(
                                "local",
                                auth,
                                List.of(new NetworkLoader(new Placeholders(name -> null), Files.PROBES)
                                        .load(ROOT.resolve("control-plane/config/networks/lab.yml"))
                                        .network()
                                        .orElseThrow())))
                .isEmpty();
        assertThat(auth.forPeople()).as("people need no token because of it").isFalse();
    }

    @Test
    void itsOwnConfigurationIsTheShippedOneAndItsTokenTheOneThatIsKnown() throws Exception {
        List<String> command = agent.watcher().agent();
        AgentConfig config = AgentConfigReader.load(
                        Path.of(command.get(command.indexOf("--config") + 1)),
                        new Placeholders(agent.watcher().environment()::get))
                .config()
                .orElseThrow();

        String token = Objects.requireNonNull(agent.watcher().environment().get("LITEWATCH_AGENT_TOKEN"));
        assertThat(new Tokens(auth()).caller(token))
                .map(Caller::name)
                .hasValue(config.vantage().value());
        assertThat(agent.variables().toString()).doesNotContain(token);
    }

    private AuthSettings auth() throws Exception {
        return new AuthSettings(
                List.of(yaml.readValue(agent.variables().get("LITEWATCH_TOKENS"), AuthSettings.Entry[].class)));
    }
}
