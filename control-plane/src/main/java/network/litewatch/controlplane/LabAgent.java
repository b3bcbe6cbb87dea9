package network.litewatch.controlplane;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.auth.Tokens;
import network.litewatch.controlplane.embedded.LocalStack;

/**
 * The agent that runs beside a lab: a vantage that can be silent, behind, or wrong about the time. It asks what no drill breaks, so that
 * its word is nobody's second opinion.
 *
 * @param variables of the service that it delivers to
 */
record LabAgent(LocalStack.Watcher watcher, Map<String, String> variables) {
    private static final String NAME = "lab-agent";

    /**
     * An agent of the service at {@code ports}.
     *
     * @param program command line of our own program, without arguments
     * @param home where its buffer is
     * @param random cryptographically strong
     */
    static LabAgent of(ServicePorts ports, List<String> program, Path root, Path home, RandomGenerator random) {
        Tokens.Minted token = Tokens.mint(random);
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(
                "agent",
                "--config",
                root.resolve("control-plane/config/agent.yml").toString()));
        Map<String, String> own = Map.of(
                "LITEWATCH_AGENT_TOKEN", token.token(),
                "LITEWATCH_VANTAGE", NAME,
                "LITEWATCH_BUFFER", home.resolve("agent").toString(),
                "LITEWATCH_PARENT", Long.toString(ProcessHandle.current().pid()));
        return new LabAgent(
                new LocalStack.Watcher(ports.apiPort(), command, own),
                Map.of(
                        "LITEWATCH_TOKENS",
                        "[{name: " + NAME + ", role: agent, sha256: " + token.sha256() + "}]",
                        "LITEWATCH_AGENTS",
                        "[{name: " + NAME + ", networks: [lab], probes: [http], targets: [lab-injector]}]"));
    }
}
