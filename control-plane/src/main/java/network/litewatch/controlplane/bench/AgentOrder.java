package network.litewatch.controlplane.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * An agent that is to be cut off.
 *
 * @param cut for how long
 * @param targets what it asks, each once a second
 * @param program how to run us, without the command's own arguments
 * @param config the service's configuration
 * @param apiPort where the service listens on loopback
 * @param environment the service's, for its ports and its stores
 */
public record AgentOrder(
        Duration cut, int targets, List<String> program, Path config, int apiPort, Map<String, String> environment) {
    public AgentOrder {
        program = List.copyOf(program);
        environment = Map.copyOf(environment);
    }
}
