package network.litewatch.controlplane.drift;

/**
 * A one-sided control chart (Page, 1954) over standardised samples: {@code S' = max(0, S + z - slack)}, alarm at
 * {@code threshold}.
 *
 * <p>Its run lengths hold for independent samples of known spread. Under correlation of one sample with the next of 0.5
 * false alarms come some thirty times as often: then {@code threshold} has to come out of the target's own history.
 *
 * @param slack what a sample must exceed to count as evidence, in standard deviations
 * @param threshold sum at which the chart alarms, in standard deviations
 */
public record Cusum(double slack, double threshold) {
    // What a discrete chart overshoots its threshold by, on both sides (Siegmund, 1985, 2 x 0.583).
    private static final double OVERSHOOT = 1.166;
    // Half the shift is best for a small shift. A large one needs no more slack than this: below, a chart of a few
    // samples would hang on how well the spread is known.
    private static final double MOST_SLACK = 1;
    private static final int STATES = 150;

    public Cusum {
        Require.inside("slack", slack, 0, 100);
        Require.inside("threshold", threshold, 0, 1e6);
    }

    /**
     * The chart for a shift of {@code shift} standard deviations with one false alarm in {@code between} samples.
     *
     * <p>The threshold solves Siegmund's approximation of the mean run length, {@code (exp(2kb) - 2kb - 1) / (2 k^2)} with
     * {@code b = threshold + 1.166} (Sequential Analysis, 1985).
     */
    public static Cusum design(double shift, double between) {
        Require.inside("shift", shift, 0, 1e6);
        Require.inside("samples between false alarms", between, 10, 1e12);
        double slack = Math.min(shift / 2, MOST_SLACK);
        double low = OVERSHOOT;
        double high = OVERSHOOT + 1;
        while (siegmund(slack, high) < between) {
            high *= 2;
        }
        while (high - low > 1e-9) {
            double middle = (low + high) / 2;
            if (siegmund(slack, middle) < between) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return new Cusum(slack, high - OVERSHOOT);
    }

    /** The sum after a sample {@code z} standard deviations from its baseline, towards the bad side. */
    public double step(double sum, double z) {
        return Math.max(0, sum + z - slack);
    }

    public boolean alarms(double sum) {
        return sum >= threshold;
    }

    /**
     * Mean number of samples until an alarm from a sum of zero, when samples lie {@code shift} standard deviations to the
     * bad side: 0 gives the samples between false alarms, the shift itself the delay of detection.
     *
     * <p>The chart as a Markov chain over slices of the sum (Brook and Evans, Biometrika 59, 1972). Siegmund's formula is
     * a fifth too short where an alarm takes two samples.
     */
    public double runLength(double shift) {
        double width = 2 * threshold / (2 * STATES - 1);
        double[][] equations = new double[STATES][STATES + 1];
        for (int from = 0; from < STATES; from++) {
            for (int to = 0; to < STATES; to++) {
                double upper = Normal.below((to - from + 0.5) * width + slack - shift);
                double lower = to == 0 ? 0 : Normal.below((to - from - 0.5) * width + slack - shift);
                equations[from][to] = (from == to ? 1 : 0) - (upper - lower);
            }
            equations[from][STATES] = 1;
        }
        return firstUnknown(equations);
    }

    private static double siegmund(double slack, double b) {
        double exponent = 2 * slack * b;
        return (Math.expm1(exponent) - exponent) / (2 * slack * slack);
    }

    /** Gauss from the last unknown to the first: the rows' diagonals dominate, so that no pivot has to be sought. */
    private static double firstUnknown(double[][] rows) {
        for (int pivot = rows.length - 1; pivot > 0; pivot--) {
            for (int row = 0; row < pivot; row++) {
                double factor = rows[row][pivot] / rows[pivot][pivot];
                for (int column = 0; column < pivot; column++) {
                    rows[row][column] -= factor * rows[pivot][column];
                }
                rows[row][rows.length] -= factor * rows[pivot][rows.length];
            }
        }
        return rows[0][rows.length] / rows[0][0];
    }
}
