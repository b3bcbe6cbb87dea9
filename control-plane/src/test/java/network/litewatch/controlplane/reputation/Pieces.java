package network.litewatch.controlplane.reputation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetId;

/** Evidence and formulas for tests of what is made of them. */
public final class Pieces {
    public static final Instant T0 = Instant.parse("2026-11-01T00:00:00Z");
    public static final TargetId NODE = new TargetId("node-1");

    /** Availability and correctness by their shipped weights, and the others so that they show. */
    public static final Formula FORMULA = new Formula(
            "test",
            1.96,
            Map.of(
                    Component.AVAILABILITY, new Formula.Part(1, Duration.ofDays(7), 1, 1, 5),
                    Component.CORRECTNESS, new Formula.Part(1, Duration.ofDays(14), 1, 1, 5),
                    Component.DEADLINES, new Formula.Part(0.5, Duration.ofDays(7), 1, 1, 5),
                    Component.SPEED, new Formula.Part(0.25, Duration.ofDays(7), 1, 1, 5),
                    Component.IDENTITY, new Formula.Part(0.5, Duration.ofDays(3), 1, 1, 2)),
            Formula.DEADLINES,
            List.of());

    // One document is one piece, whenever it is of.
    private static final AtomicLong NEXT = new AtomicLong();

    private Pieces() {}

    /** One piece of {@code component}, {@code minute} minutes after {@link #T0}. */
    public static Evidence piece(Component component, boolean good, long minute) {
        return new Evidence(
                NODE,
                new NetworkId("lab"),
                "op",
                component,
                good ? 1 : 0,
                good ? 0 : 1,
                T0.plus(Duration.ofMinutes(minute)),
                component.label() + "-" + NEXT.incrementAndGet(),
                "test");
    }

    /** What is counted of {@code evidence}, in its order. */
    public static NodeRecord record(List<Evidence> evidence, Formula formula) {
        NodeRecord record = NodeRecord.before(evidence.get(0));
        for (Evidence piece : evidence) {
            record = record.step(piece, formula);
        }
        return record;
    }
}
