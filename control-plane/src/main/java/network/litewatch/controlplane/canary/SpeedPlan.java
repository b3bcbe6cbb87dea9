package network.litewatch.controlplane.canary;

import network.litewatch.controlplane.drift.Cusum;
import network.litewatch.controlplane.drift.Normal;
import network.litewatch.controlplane.drift.Require;

/**
 * How many timed canaries show that a node decodes slower than it did.
 *
 * <p>Speeds are compared as logarithms, where a drop by a share is a shift whatever the speed was, and where the spread
 * is {@code s^2 = ln(1 + cv^2)} (that of a log-normal sample; Aitchison and Brown, 1957).
 *
 * @param alpha probability that a test of an unchanged node accuses it
 * @param power probability that a drop of the size asked for is found
 * @param cv spread of one sample: standard deviation over mean of a node's own speeds
 * @param rho correlation of a sample with the one before it, 0 to less than 1
 */
public record SpeedPlan(double alpha, double power, double cv, double rho) {
    // The baseline is itself measured, over a window ten times as long: 1 + 1/10 of the variance.
    private static final double WITH_BASELINE = 1.1;
    // A single sample has no spread that anyone could check.
    private static final int LEAST = 2;

    public SpeedPlan {
        Require.inside("alpha", alpha, 0, 1);
        Require.inside("power", power, 0, 1);
        Require.inside("cv", cv, 0, 10);
        if (!(rho >= 0 && rho < 1)) {
            throw new IllegalArgumentException("rho must be at least 0 and less than 1: " + rho);
        }
    }

    /** Standard deviation of the logarithm of one sample. */
    public double spread() {
        return Math.sqrt(Math.log1p(cv * cv));
    }

    /** A drop by {@code drop} (0.2 for 20 %) in standard deviations of one sample. */
    public double shift(double drop) {
        return -Math.log1p(-Require.inside("drop", drop, 0, 1)) / spread();
    }

    /**
     * Samples after the drop that show it: {@code 1.1 (z_alpha + z_power)^2 s^2 / ln(1 - drop)^2}, the one-sided z test of
     * two means (Cohen, 1988), and as many more as correlation takes away; two at least.
     */
    public int samples(double drop) {
        double z = Normal.quantile(1 - alpha) + Normal.quantile(power);
        double shift = shift(drop);
        double independent = WITH_BASELINE * z * z / (shift * shift);
        return (int) Math.max(LEAST, Math.ceil(independent * inflation(rho)));
    }

    /** The control chart that watches for {@code drop} sample by sample, at one false alarm in {@code between} samples. */
    public Cusum cusum(double drop, double between) {
        return Cusum.design(shift(drop), between);
    }

    /**
     * Samples that {@code n} correlated ones are worth: {@code n (1 - rho) / (1 + rho)}, for a mean of a first-order
     * autoregressive series (Bayley and Hammersley, 1946).
     */
    public static double effective(double n, double rho) {
        return n / inflation(rho);
    }

    static double inflation(double rho) {
        return (1 + rho) / (1 - rho);
    }
}
