package network.litewatch.controlplane.reputation;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetId;

/** Where records are kept; what it asks may block, and throws what its store throws. */
public interface Records {
    /** All nodes of which anything is counted, by id. */
    List<NodeRecord> all();

    /** What is counted of {@code node}. */
    Optional<NodeRecord> find(TargetId node);

    /** What was counted of {@code node} at the end of its newest day with evidence that is not after {@code day}. */
    Optional<Snapshot> snapshot(TargetId node, LocalDate day);

    /** The same for all nodes of {@code network}. */
    List<Snapshot> snapshots(NetworkId network, LocalDate day);

    /** The counts of the nodes of each operator together, by its name; nodes without one are left out. */
    static Map<String, List<NodeRecord>> byOperator(List<NodeRecord> records) {
        Map<String, List<NodeRecord>> by = new TreeMap<>();
        records.stream()
                .filter(record -> !record.operator().isEmpty())
                .forEach(record -> by.computeIfAbsent(record.operator(), o -> new ArrayList<>())
                        .add(record));
        return by;
    }

    /** What is counted of {@code records} together. */
    static Map<Component, Tally> pooled(List<NodeRecord> records, Formula formula) {
        Map<Component, Tally> pooled = new EnumMap<>(Component.class);
        formula.parts().forEach((component, part) -> {
            Tally sum = Tally.NONE;
            for (NodeRecord record : records) {
                sum = sum.plus(record.tally(component), part.halfLife());
            }
            pooled.put(component, sum);
        });
        return pooled;
    }
}
