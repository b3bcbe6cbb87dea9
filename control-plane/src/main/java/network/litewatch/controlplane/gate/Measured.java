package network.litewatch.controlplane.gate;

import java.util.Arrays;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * A figure with what is known of it.
 *
 * @param low lower end of the 95 % interval, part of it; minus infinity where the samples do not say
 * @param high upper end; infinity where the samples do not say
 * @param samples that it comes from; 0 where nothing was measured
 * @param method how the interval was found, or why there is no figure
 */
public record Measured(double value, double low, double high, long samples, String method) {
    private static final double CONFIDENCE = 0.95;
    private static final double TAIL = (1 - CONFIDENCE) / 2;

    /** Nothing, because of {@code why}. */
    public static Measured nothing(String why) {
        return new Measured(Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 0, why);
    }

    /** What was counted or read and not sampled: {@code value}, of {@code samples} things. */
    public static Measured read(double value, long samples, String how) {
        return samples == 0
                ? nothing("nothing was there to be counted")
                : new Measured(value, value, value, samples, how);
    }

    /** What was read off a clock that is looked at every {@code step}. */
    public static Measured within(double value, double step) {
        return new Measured(
                value, Math.max(0, value - step), value + step, 1, "one run, read to " + (long) step + " s");
    }

    /** {@code count} of {@code samples}, by Clopper and Pearson: exact, and rather too wide than too narrow. */
    public static Measured share(long count, long samples) {
        if (samples == 0) {
            return nothing("nothing was asked");
        }
        double low =
                count == 0 ? 0 : new BetaDistribution(count, samples - count + 1.0).inverseCumulativeProbability(TAIL);
        double high = count == samples
                ? 1
                : new BetaDistribution(count + 1.0, samples - count).inverseCumulativeProbability(1 - TAIL);
        return new Measured((double) count / samples, low, high, samples, "Clopper-Pearson");
    }

    /** Multiplied by {@code factor}, above zero. */
    public Measured times(double factor) {
        return new Measured(value * factor, low * factor, high * factor, samples, method);
    }

    /**
     * The quantile {@code q}, of more than 0 and less than 1, by order statistics: the interval's ends are samples, chosen by the binomial
     * distribution alone, whatever the samples' own.
     */
    public static Measured quantile(double[] samples, double q) {
        int n = samples.length;
        if (n == 0) {
            return nothing("nothing was asked");
        }
        double[] sorted = samples.clone();
        Arrays.sort(sorted);
        BinomialDistribution below = new BinomialDistribution(n, q);
        int lower = 0;
        while (lower < n && below.cumulativeProbability(lower) <= TAIL) {
            lower++;
        }
        int upper = n;
        while (upper > 0 && 1 - below.cumulativeProbability(upper - 1) <= TAIL) {
            upper--;
        }
        // Of n samples the rank is 1 to n; one that is not among them is an end that is not known.
        double low = lower == 0 ? Double.NEGATIVE_INFINITY : sorted[lower - 1];
        double high = upper + 1 > n ? Double.POSITIVE_INFINITY : sorted[upper];
        int rank = Math.max(1, (int) Math.ceil(q * n));
        return new Measured(sorted[rank - 1], low, high, n, "order statistics");
    }
}
