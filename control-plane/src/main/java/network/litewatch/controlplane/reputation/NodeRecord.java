package network.litewatch.controlplane.reputation;

import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetId;
import org.jspecify.annotations.Nullable;

/**
 * What is counted of one node.
 *
 * @param operator as the newest evidence says; empty is unknown
 * @param formula version by which evidence faded last
 */
public record NodeRecord(
        TargetId node, NetworkId network, String operator, String formula, Map<Component, Tally> tallies) {
    public NodeRecord {
        tallies = tallies == null || tallies.isEmpty() ? Map.of() : Collections.unmodifiableMap(new EnumMap<>(tallies));
    }

    /** Of a node of which nothing is known, but what {@code evidence} says of its place. */
    public static NodeRecord before(Evidence evidence) {
        return new NodeRecord(evidence.node(), evidence.network(), evidence.operator(), "", Map.of());
    }

    /** With {@code evidence} counted, if {@code by} has a use for it. */
    public NodeRecord step(Evidence evidence, Formula by) {
        Formula.Part part = by.parts().get(evidence.component());
        if (part == null) {
            return this;
        }
        Instant known = at();
        boolean newest = known == null || !evidence.at().isBefore(known);
        Map<Component, Tally> next = new EnumMap<>(Component.class);
        next.putAll(tallies);
        next.put(evidence.component(), tally(evidence.component()).add(evidence, part.halfLife()));
        return new NodeRecord(node, network, newest ? evidence.operator() : operator, by.version(), next);
    }

    /** What is counted of {@code component}. */
    public Tally tally(Component component) {
        return tallies.getOrDefault(component, Tally.NONE);
    }

    /** Time of the newest evidence; null before the first. */
    public @Nullable Instant at() {
        Instant latest = null;
        for (Tally tally : tallies.values()) {
            Instant at = tally.at();
            if (at != null && (latest == null || at.isAfter(latest))) {
                latest = at;
            }
        }
        return latest;
    }
}
