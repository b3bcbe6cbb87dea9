package network.litewatch.controlplane.sampling;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.miner.CanaryKind;

/**
 * The ledger of what canaries cost. What may be spent is reserved before anything is sent, for all nodes of the service together:
 * what a node that died had reserved stays spent. Blocking, thread-safe.
 */
public interface CanaryBudget {
    /** What something costs, or cost. */
    record Cost(long tokens, double gpuSeconds, BigDecimal fees) {
        /** Nothing. */
        public static final Cost NONE = new Cost(0, 0, BigDecimal.ZERO);
    }

    /**
     * What was spent in a window, the reserved included.
     *
     * @param canaries how many were sent
     * @param refused how many were not, because of the cap
     */
    record Spent(long canaries, long refused, Cost cost) {}

    /** One canary; {@code at} its slot. */
    record Canary(NetworkId network, TargetId miner, CanaryKind kind, Instant at) {}

    /**
     * What was reserved for a canary.
     *
     * @param booked the moment whose windows it counts in; what is given back counts there too
     */
    record Reservation(Canary canary, Cost cost, Instant booked) {}

    /** Reserves {@code most} for {@code canary}; empty, with nothing reserved, when that would pass a cap of {@code policy}. */
    Optional<Reservation> reserve(Canary canary, Cost most, CanaryPolicy policy);

    /** Gives back what was not used of {@code reservation}. */
    void settle(Reservation reservation, Cost used);

    /** When each miner was last sent a canary of {@code kind}. */
    Map<TargetId, Instant> lastAsked(NetworkId network, CanaryKind kind);

    /** What was spent since {@code since}, to the minute, by kind. */
    Map<CanaryKind, Spent> spent(NetworkId network, Instant since);
}
