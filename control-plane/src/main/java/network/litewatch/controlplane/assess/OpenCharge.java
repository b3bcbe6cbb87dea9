package network.litewatch.controlplane.assess;

import java.time.Instant;
import java.util.Map;
import network.litewatch.probe.Outcome;

/**
 * A canary that failed and that nobody is charged with yet.
 *
 * @param endedAt of its run
 * @param outcome as the run itself ended
 * @param labels of the miner; {@code router} and {@code rpc} name the way to it
 */
public record OpenCharge(Instant slot, Instant endedAt, Outcome outcome, Map<String, String> labels) {
    public OpenCharge {
        labels = Map.copyOf(labels);
    }
}
