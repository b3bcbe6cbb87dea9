package network.litewatch.controlplane.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * How to start the service beside parts that run.
 *
 * @param program command line of our own program, without arguments
 * @param config configuration file
 * @param apiPort where its API will listen on loopback
 * @param environment variables that name the parts
 * @param faults base URL of the lab's faults; empty without a lab
 */
public record ServiceOrder(
        List<String> program, Path config, int apiPort, Map<String, String> environment, String faults) {}
