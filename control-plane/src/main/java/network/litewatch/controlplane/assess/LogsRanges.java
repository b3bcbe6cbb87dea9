package network.litewatch.controlplane.assess;

import java.util.ArrayList;
import java.util.List;

/**
 * How many blocks an RPC took in one {@code eth_getLogs}, as measured now and before.
 *
 * @param seen oldest first, at most {@value #KEPT}: about a month of daily measurements, after which a limit that was lowered is the
 *     usual one
 */
public record LogsRanges(List<Double> seen) {
    static final LogsRanges NONE = new LogsRanges(List.of());
    private static final int KEPT = 30;

    public LogsRanges {
        seen = List.copyOf(seen);
    }

    LogsRanges step(double blocks) {
        List<Double> next = new ArrayList<>(seen);
        next.add(blocks);
        return new LogsRanges(next.subList(Math.max(0, next.size() - KEPT), next.size()));
    }

    /** The widest that was ever taken, as far as is remembered; 0 before the first measurement. */
    double best() {
        return seen.stream().mapToDouble(Double::doubleValue).max().orElse(0);
    }
}
