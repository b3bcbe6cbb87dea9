package network.litewatch.controlplane.canary;

import network.litewatch.controlplane.drift.Require;

/**
 * How many canaries show that fewer succeed than did, and what a run without a failure proves.
 *
 * @param alpha probability that a test of an unchanged target accuses it
 * @param power probability that a drop of the size asked for is found
 */
public record SuccessPlan(double alpha, double power) {
    private static final int MOST_SAMPLES = 100_000_000;
    private static final int MOST_FAILURES = 100_000;

    public SuccessPlan {
        Require.inside("alpha", alpha, 0, 1);
        Require.inside("power", power, 0, 1);
    }

    /**
     * A test: ask {@code samples} times, accuse at {@code failures} failures or more.
     *
     * @param samples how many canaries
     * @param failures how many of them must fail
     */
    public record Test(int samples, int failures) {}

    /**
     * The smallest exact binomial test (Clopper and Pearson, Biometrika 26, 1934) that tells a share of successes
     * {@code after} from {@code before}; needs {@code 0 < after < before < 1}.
     */
    public Test test(double before, double after) {
        ordered(before, after);
        int samples = 1;
        // The samples that c failures need for the power grow with c, and so does what they leave to chance: the first
        // c
        // that holds alpha has the fewest samples.
        for (int failures = 1; failures <= MOST_FAILURES; failures++) {
            samples = samplesFor(failures, 1 - after, Math.max(samples, failures));
            if (atLeast(failures, samples, 1 - before) <= alpha) {
                return new Test(samples, failures);
            }
        }
        throw new IllegalArgumentException("no test of a practical size tells " + before + " from " + after);
    }

    /**
     * Mean number of canaries until Wald's sequential test says that {@code after} is true when it is (Sequential Analysis,
     * 1947): {@code ((1 - b) ln((1 - b) / a) + b ln(b / (1 - a))) / KL}, overshoot left out; b is 1 - power.
     */
    public double sequentialMean(double before, double after) {
        ordered(before, after);
        double missed = 1 - power;
        double walk = power * Math.log(power / alpha) + missed * Math.log(missed / (1 - alpha));
        double step = (1 - after) * Math.log((1 - after) / (1 - before)) + after * Math.log(after / before);
        return walk / step;
    }

    /**
     * Runs without a failure that prove a share of failures below {@code bound}: {@code (1 - bound)^n <= 1 - confidence},
     * the exact one-sided bound at no failure (the "rule of three"; Hanley and Lippman-Hand, JAMA 249, 1983).
     */
    public static int cleanRuns(double bound, double confidence) {
        Require.inside("bound", bound, 0, 1);
        Require.inside("confidence", confidence, 0, 1);
        return (int) Math.ceil(Math.log1p(-confidence) / Math.log1p(-bound));
    }

    /**
     * Samples below which not even their maximum bounds a percentile from above: {@code quantile^n <= 1 - confidence}
     * (Wilks, Annals of Mathematical Statistics 12, 1941). {@code quantile} is 0.95 for p95.
     */
    public static int percentileSamples(double quantile, double confidence) {
        return cleanRuns(1 - Require.inside("quantile", quantile, 0, 1), confidence);
    }

    /** The probability of {@code failures} or more in {@code samples}, at {@code share} each. */
    static double atLeast(int failures, int samples, double share) {
        double odds = Math.log(share) - Math.log1p(-share);
        // Logarithms, because the chance of no failure in many samples is smaller than a double can be.
        double term = samples * Math.log1p(-share);
        double fewer = 0;
        for (int k = 0; k < failures; k++) {
            fewer += Math.exp(term);
            term += Math.log((double) (samples - k) / (k + 1)) + odds;
        }
        return 1 - fewer;
    }

    /** The fewest samples, {@code least} or more, in which {@code failures} failures come with the power. */
    private int samplesFor(int failures, double share, int least) {
        int low = least;
        int high = least;
        while (atLeast(failures, high, share) < power) {
            low = high + 1;
            high = high * 2;
            if (high > MOST_SAMPLES) {
                throw new IllegalArgumentException("needs more than " + MOST_SAMPLES + " samples");
            }
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (atLeast(failures, middle, share) >= power) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return high;
    }

    private static void ordered(double before, double after) {
        Require.inside("share of successes before", before, 0, 1);
        Require.inside("share of successes after", after, 0, before);
    }
}
