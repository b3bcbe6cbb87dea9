package network.litewatch.controlplane.canary;

import java.util.List;
import network.litewatch.controlplane.drift.Require;

/**
 * What is known of a node's decode speed before its first sample. A node borrows from its class as long as it has few samples
 * of its own (partial pooling; A. Gelman et al., Bayesian Data Analysis, chapter 5).
 *
 * @param centre natural logarithm of the speed to expect, in tokens a second; 0 with a large {@code spread} for no idea
 * @param spread standard deviation of nodes' own levels around it, in logarithms
 */
public record SpeedPrior(double centre, double spread) {
    /** Nothing is known: a node's first samples alone say how fast it is. */
    public static final SpeedPrior NONE = new SpeedPrior(0, 20);

    // Two nodes say little of how much nodes differ: never less than this, and the table's spread counts as much as
    // they do.
    private static final double LEAST_SPREAD = 0.05;
    private static final int TABLE_COUNTS_AS = 2;
    private static final double FULL_TABLE = 2;

    public SpeedPrior {
        Require.inside("logarithm of the speed", centre, -50, 50);
        Require.inside("spread", spread, 0, 100);
    }

    /** From floor and good of {@link SpeedTable}: four standard deviations apart would be too sure of a table, two are not. */
    public static SpeedPrior of(SpeedTable.Expected expected) {
        double low = Math.log(expected.floor());
        double high = Math.log(expected.good());
        return new SpeedPrior((low + high) / 2, Math.max(LEAST_SPREAD, (high - low) / FULL_TABLE));
    }

    /**
     * From the baselines of other nodes of the class, in tokens a second: their mean and spread in logarithms, pooled with
     * {@code table}, which counts as two nodes. The caller leaves out the node itself.
     */
    public static SpeedPrior ofClass(SpeedPrior table, List<Double> nodes) {
        List<Double> logs = nodes.stream()
                .filter(speed -> speed > 0 && speed < Double.POSITIVE_INFINITY)
                .map(Math::log)
                .toList();
        // Without a table its centre is no figure to be pooled with.
        double weight = table.spread() < NONE.spread() ? TABLE_COUNTS_AS : 0;
        if (logs.size() + weight < TABLE_COUNTS_AS + 1.0) {
            return table;
        }
        double mean = logs.stream().mapToDouble(log -> log).average().orElse(0);
        double all = logs.size() + weight;
        double centre = (logs.size() * mean + weight * table.centre()) / all;
        double squares = logs.stream()
                        .mapToDouble(log -> (log - centre) * (log - centre))
                        .sum()
                + weight * table.spread() * table.spread();
        return new SpeedPrior(centre, Math.max(LEAST_SPREAD, Math.sqrt(squares / (all - 1))));
    }
}
