package network.litewatch.controlplane.reputation;

import java.time.Instant;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetId;

/**
 * One thing that was seen of a node and counts.
 *
 * @param operator who runs the node, as the network's file says; empty is unknown
 * @param good share of it that speaks for the node, 0 to {@code good + bad}
 * @param bad share of it that speaks against the node
 * @param id of the document that it stands in
 */
public record Evidence(
        TargetId node,
        NetworkId network,
        String operator,
        Component component,
        double good,
        double bad,
        Instant at,
        String id,
        String what) {
    public Evidence {
        if (!(good >= 0 && bad >= 0 && Double.isFinite(good + bad))) {
            throw new IllegalArgumentException("no share of evidence: " + good + ", " + bad);
        }
    }
}
