package network.litewatch.controlplane.reputation;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import network.litewatch.probe.Observation;
import network.litewatch.probe.TargetId;

/** Counts stored observations again, in any order, each document once. Not thread-safe. */
public final class Replay {
    private final EvidenceReader reader;
    private final Map<TargetId, NodeRecord> records = new HashMap<>();
    private long pieces;

    public Replay(EvidenceReader reader) {
        this.reader = reader;
    }

    /** Counts what {@code observation} says. */
    public void add(Observation observation) {
        for (Evidence evidence : reader.read(observation)) {
            NodeRecord before = records.get(evidence.node());
            NodeRecord after = (before == null ? NodeRecord.before(evidence) : before).step(evidence, reader.formula());
            if (after.at() != null) {
                records.put(evidence.node(), after);
            }
            pieces++;
        }
    }

    public Formula formula() {
        return reader.formula();
    }

    /** Pieces of evidence that were found. */
    public long pieces() {
        return pieces;
    }

    /** What was counted, by node. */
    public List<NodeRecord> records() {
        return records.values().stream()
                .sorted(Comparator.comparing(record -> record.node().value()))
                .toList();
    }

    /** The same by id of the node. */
    public Map<String, NodeRecord> byNode() {
        Map<String, NodeRecord> by = new TreeMap<>();
        records().forEach(record -> by.put(record.node().value(), record));
        return by;
    }
}
