package network.litewatch.controlplane.reputation;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node's, or an operator's, reputation at a time: the product of its components' shares, each to the power of its weight.
 * Availability and correctness with weight 1 make that the chance of an answer that comes and is right; a node that is always up and
 * often wrong has nothing of being up.
 *
 * <p>Each share is Beta-distributed, with the faded counts over the formula's prior as its parameters (A. Josang, R. Ismail, The Beta
 * Reputation System, 2002). Nodes are ranked by the lower end: what little is known of does not rank high.
 *
 * @param interval empty while no component has evidence enough
 * @param parts of the formula, in the order of {@link Component}
 * @param known share of the formula's weights whose components have evidence enough; 0 to 1
 */
public record Score(String formula, Instant at, Optional<Interval> interval, List<Part> parts, double known) {
    /**
     * One component.
     *
     * @param tally faded to the score's time
     * @param interval of its share alone, before its weight
     * @param counts whether it has evidence enough to be in the score
     */
    public record Part(Component component, double weight, Tally tally, Interval interval, boolean counts) {}

    /** Of {@code tallies} at {@code now}, by {@code formula}. */
    public static Score of(Map<Component, Tally> tallies, Formula formula, Instant now) {
        List<Part> parts = new ArrayList<>();
        LogBeta sum = new LogBeta(0, 0);
        double known = 0;
        for (Map.Entry<Component, Formula.Part> entry : formula.parts().entrySet()) {
            Formula.Part by = entry.getValue();
            Tally tally = tallies.getOrDefault(entry.getKey(), Tally.NONE).fadedTo(now, by.halfLife());
            LogBeta share = LogBeta.of(by.good() + tally.good(), by.bad() + tally.bad());
            boolean counts = by.weight() > 0 && tally.pieces() > 0 && tally.good() + tally.bad() >= by.minimum();
            if (counts) {
                sum = sum.plus(share.times(by.weight()));
                known += by.weight();
            }
            parts.add(new Part(entry.getKey(), by.weight(), tally, share.interval(formula.z()), counts));
        }
        return new Score(
                formula.version(),
                now,
                known > 0 ? Optional.of(sum.interval(formula.z())) : Optional.empty(),
                List.copyOf(parts),
                known > 0 ? known / formula.weight() : 0);
    }
}
