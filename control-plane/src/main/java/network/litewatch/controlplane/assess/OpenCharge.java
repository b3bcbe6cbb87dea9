package network.litewatch.controlplane.assess;

import java.time.Instant;
import java.util.Map;
import network.litewatch.probe.Reason;

/**
 * A canary that failed and that nobody is charged with yet.
 *
 * @param endedAt of its run
 * @param reason why the run itself failed
 * @param detail the same in words
 * @param labels of the miner; {@code router} and {@code rpc} name the way to it
 */
public record OpenCharge(Instant slot, Instant endedAt, Reason reason, String detail, Map<String, String> labels) {
    public OpenCharge {
        labels = Map.copyOf(labels);
    }
}
