package network.litewatch.controlplane.canary;

/**
 * The standard normal distribution.
 *
 * <p>After G. West, "Better approximations to cumulative normal functions", Wilmott 2005 (algorithm of J. F. Hart, 1968):
 * right to about 14 digits.
 */
final class Normal {
    // Beyond seven standard deviations the ratio of polynomials gives way to a continued fraction.
    private static final double FAR = 7.07106781186547;
    private static final double[] ABOVE = {
        3.52624965998911e-02,
        0.700383064443688,
        6.37396220353165,
        33.912866078383,
        112.079291497871,
        221.213596169931,
        220.206867912376
    };
    private static final double[] BELOW = {
        8.83883476483184e-02,
        1.75566716318264,
        16.064177579207,
        86.7807322029461,
        296.564248779674,
        637.333633378831,
        793.826512519948,
        440.413735824752
    };

    private Normal() {}

    /** The probability of a value below {@code z}. */
    static double below(double z) {
        double tail = tail(Math.abs(z));
        return z > 0 ? 1 - tail : tail;
    }

    /** The z that {@code probability} of values lie below; {@code probability} strictly between 0 and 1. */
    static double quantile(double probability) {
        Require.inside("probability", probability, 0, 1);
        double low = -38;
        double high = 38;
        // Bisection needs no second table of coefficients, and a plan asks for a handful of these.
        while (high - low > 1e-12) {
            double middle = (low + high) / 2;
            if (below(middle) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }

    private static double tail(double z) {
        double density = Math.exp(-z * z / 2);
        if (z < FAR) {
            return density * polynomial(ABOVE, z) / polynomial(BELOW, z);
        }
        return density / (z + 1 / (z + 2 / (z + 3 / (z + 4 / (z + 0.65))))) / Math.sqrt(2 * Math.PI);
    }

    private static double polynomial(double[] coefficients, double at) {
        double value = 0;
        for (double coefficient : coefficients) {
            value = value * at + coefficient;
        }
        return value;
    }
}
