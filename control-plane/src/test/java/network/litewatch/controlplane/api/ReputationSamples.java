package network.litewatch.controlplane.api;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import network.litewatch.controlplane.reputation.Component;
import network.litewatch.controlplane.reputation.Eligibility;
import network.litewatch.controlplane.reputation.Evidence;
import network.litewatch.controlplane.reputation.NodeRecord;
import network.litewatch.controlplane.reputation.Pieces;
import network.litewatch.controlplane.reputation.Records;
import network.litewatch.controlplane.reputation.Snapshot;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetId;

/** Seven nodes of which each answered more often than the one before it, and an eighth of which next to nothing is known. */
final class ReputationSamples implements Records {
    private final List<NodeRecord> records =
            IntStream.rangeClosed(1, 8).mapToObj(ReputationSamples::record).toList();

    private static NodeRecord record(int number) {
        NodeRecord record = null;
        int pieces = number == 8 ? 1 : 20 + number;
        for (int i = 0; i < pieces; i++) {
            boolean good = i >= 7 - number;
            Instant at = Samples.AT.minus(Duration.ofMinutes(i));
            Evidence evidence = new Evidence(
                    new TargetId("node-" + number),
                    new NetworkId(number == 6 ? "other" : "lab"),
                    number == 1 ? "" : number % 2 == 0 ? "even" : "odd",
                    Component.AVAILABILITY,
                    good ? 1 : 0,
                    good ? 0 : 1,
                    at,
                    "id-" + i,
                    "miner.ping answered");
            record = (record == null ? NodeRecord.before(evidence) : record).step(evidence, Pieces.FORMULA);
        }
        return java.util.Objects.requireNonNull(record);
    }

    /** One node of each answer. */
    static List<Eligibility> eligible() {
        return Stream.of(Eligibility.Answer.values())
                .map(answer -> new Eligibility(
                        new TargetId("node-" + answer.label()),
                        "lab",
                        answer,
                        List.of(new Eligibility.Check("stake", answer, "because"))))
                .toList();
    }

    @Override
    public List<NodeRecord> all() {
        return records;
    }

    @Override
    public Optional<NodeRecord> find(TargetId node) {
        return records.stream().filter(record -> record.node().equals(node)).findFirst();
    }

    @Override
    public Optional<Snapshot> snapshot(TargetId node, LocalDate day) {
        return node.value().equals("node-2") ? find(node).map(record -> new Snapshot(day, record)) : Optional.empty();
    }

    @Override
    public List<Snapshot> snapshots(NetworkId network, LocalDate day) {
        return List.of();
    }
}
