package network.litewatch.controlplane.drift;

/**
 * The standard normal distribution.
 *
 * <p>After G. West, "Better approximations to cumulative normal functions", Wilmott 2005 (algorithm of J. F. Hart, 1968):
 * right to about 14 digits.
 */
public final class Normal {
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

    private static final double[] NEAR_ABOVE = {
        -3.969683028665376e+01,
        2.209460984245205e+02,
        -2.759285104469687e+02,
        1.383577518672690e+02,
        -3.066479806614716e+01,
        2.506628277459239
    };
    private static final double[] NEAR_BELOW = {
        -5.447609879822406e+01,
        1.615858368580409e+02,
        -1.556989798598866e+02,
        6.680131188771972e+01,
        -1.328068155288572e+01,
        1
    };
    private static final double[] FAR_ABOVE = {
        -7.784894002430293e-03,
        -3.223964580411365e-01,
        -2.400758277161838,
        -2.549732539343734,
        4.374664141464968,
        2.938163982698783
    };
    private static final double[] FAR_BELOW = {
        7.784695709041462e-03, 3.224671290700398e-01, 2.445134137142996, 3.754408661907416, 1
    };

    private Normal() {}

    /** The probability of a value below {@code z}. */
    public static double below(double z) {
        double tail = tail(Math.abs(z));
        return z > 0 ? 1 - tail : tail;
    }

    /** The z that {@code probability} of values lie below; {@code probability} strictly between 0 and 1. */
    public static double quantile(double probability) {
        Require.inside("probability", probability, 0, 1);
        // The tail itself, not its complement: near 1 the complement has no digits left.
        boolean upper = probability > 0.5;
        double tail = upper ? 1 - probability : probability;
        double z = acklam(tail);
        // One step of Halley's method takes its 9 digits to all that there are.
        double error = (tail(-z) - tail) * Math.sqrt(2 * Math.PI) * Math.exp(z * z / 2);
        double refined = z > -FAR ? z - error / (1 + z * error / 2) : z;
        return upper ? -refined : refined;
    }

    /** P. Acklam, An algorithm for computing the inverse normal cumulative distribution function, 2003, for half of it. */
    private static double acklam(double tail) {
        if (tail < 0.02425) {
            double q = Math.sqrt(-2 * Math.log(tail));
            return polynomial(FAR_ABOVE, q) / polynomial(FAR_BELOW, q);
        }
        double q = tail - 0.5;
        return q * polynomial(NEAR_ABOVE, q * q) / polynomial(NEAR_BELOW, q * q);
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
