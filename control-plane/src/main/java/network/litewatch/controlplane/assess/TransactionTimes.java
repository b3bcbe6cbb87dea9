package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * How long the last canary transactions took from sending to receipt.
 *
 * @param seconds oldest first, at most {@value #KEPT}
 */
public record TransactionTimes(List<Double> seconds) {
    static final TransactionTimes NONE = new TransactionTimes(List.of());
    private static final int KEPT = 20;
    private static final double PERCENTILE = 0.95;

    public TransactionTimes {
        seconds = List.copyOf(seconds);
    }

    TransactionTimes step(double time) {
        List<Double> next = new ArrayList<>(seconds);
        next.add(time);
        return new TransactionTimes(next.subList(Math.max(0, next.size() - KEPT), next.size()));
    }

    /** The 95th percentile by nearest rank; empty before the first. */
    @JsonIgnore
    OptionalDouble p95() {
        return seconds.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(seconds.stream()
                        .sorted()
                        .skip((int) Math.ceil(PERCENTILE * seconds.size()) - 1)
                        .findFirst()
                        .orElseThrow());
    }
}
