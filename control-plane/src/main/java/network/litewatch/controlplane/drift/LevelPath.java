package network.litewatch.controlplane.drift;

import java.util.Arrays;

/**
 * Exact optimal partitioning with a bounded loss: the path through levels and noise that explains a series at least cost.
 *
 * <p>A segment has a level out of an even grid and is quiet or noisy. A sample costs {@code min(z^2, bound)} with {@code z} its
 * distance from the level in the segment's standard deviations, and {@code noisyCost} more in a noisy segment (of a normal
 * likelihood that is {@code 2 ln ratio}); a new segment costs {@code penalty}. The bound makes a spike cheaper than a segment of
 * its own (Fearnhead and Rigaill, Changepoint Detection in the Presence of Outliers, JASA 114, 2019). A grid makes the
 * minimum over segments a recursion over states (Viterbi, 1967): {@code O(samples x states)}, whatever the number of changes,
 * where pruning (Killick, Fearnhead and Eckley, PELT, JASA 107, 2012) helps only when there are many.
 */
final class LevelPath {
    private static final short STAY = -1;

    /**
     * @param penalty cost of a change
     * @param bound most that one sample can cost
     * @param ratio standard deviation of noisy segments over that of quiet ones
     * @param noisyCost added for each sample of a noisy segment
     */
    record Costs(double penalty, double bound, double ratio, double noisyCost) {}

    private final Costs costs;
    private final double sigma;
    private final double lowest;
    private final double step;
    private final int levels;
    private double[] total;
    private double[] next;

    /** Over {@code levels} levels, of which {@code lowest} is the first; {@code sigma} is the deviation of a quiet segment. */
    LevelPath(Costs costs, double sigma, double lowest, double step, int levels) {
        this.costs = costs;
        this.sigma = sigma;
        this.lowest = lowest;
        this.step = step;
        this.levels = levels;
        this.total = new double[2 * levels];
        this.next = new double[2 * levels];
    }

    /** First samples of all segments but the first, ascending. */
    int[] changes(double[] series) {
        if (series.length == 0) {
            return new int[0];
        }
        Arrays.fill(total, 0);
        short[][] came = new short[series.length][];
        for (int i = 0; i < series.length; i++) {
            came[i] = new short[2 * levels];
            advance(series[i], i == 0, came[i]);
        }
        return trace(came);
    }

    private void advance(double value, boolean first, short[] came) {
        int best = cheapest();
        double jump = first ? Double.POSITIVE_INFINITY : total[best] + costs.penalty();
        double quiet = 1 / (sigma * sigma);
        double noisy = quiet / (costs.ratio() * costs.ratio());
        // Costs only matter against one another: without this they would lose digits in a long series.
        double settled = total[best];
        for (int level = 0; level < levels; level++) {
            double away = value - (lowest + level * step);
            double square = away * away;
            keep(level, best, jump, Math.min(square * quiet, costs.bound()) - settled, came);
            keep(
                    levels + level,
                    best,
                    jump,
                    Math.min(square * noisy, costs.bound()) + costs.noisyCost() - settled,
                    came);
        }
        double[] swap = total;
        total = next;
        next = swap;
    }

    private void keep(int state, int best, double jump, double cost, short[] came) {
        if (jump < total[state]) {
            next[state] = jump + cost;
            came[state] = (short) best;
        } else {
            next[state] = total[state] + cost;
            came[state] = STAY;
        }
    }

    private int cheapest() {
        int best = 0;
        for (int state = 1; state < total.length; state++) {
            if (total[state] < total[best]) {
                best = state;
            }
        }
        return best;
    }

    private int[] trace(short[][] came) {
        int[] changes = new int[came.length];
        int count = 0;
        int state = cheapest();
        for (int i = came.length - 1; i > 0; i--) {
            short from = came[i][state];
            if (from != STAY) {
                changes[came.length - ++count] = i;
                state = from;
            }
        }
        return Arrays.copyOfRange(changes, came.length - count, came.length);
    }
}
