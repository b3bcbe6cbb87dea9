package network.litewatch.controlplane.bench.paging;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What to measure, and with what.
 *
 * @param faults how many are planted
 * @param seed what order and instants are drawn from
 * @param program command line of our own program, without arguments
 * @param config configuration file of the service
 * @param apiPort where its API will listen on loopback
 * @param environment variables that name the parts
 * @param injector base URL of the lab's faults
 */
public record PagingOrder(
        int faults,
        long seed,
        List<String> program,
        Path config,
        int apiPort,
        Map<String, String> environment,
        String injector) {
    /** What the environment says of {@code name}; throws when it says nothing. */
    String variable(String name) {
        String value = environment.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the lab did not say its " + name);
        }
        return value;
    }
}
