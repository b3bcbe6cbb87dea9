package network.litewatch.controlplane.reputation;

/**
 * Mean and variance of the logarithm of a share that is Beta-distributed: psi(a) - psi(a+b), and psi'(a) - psi'(a+b). Exact, so that
 * a product of powers of shares has exact moments too, without drawing anything.
 */
record LogBeta(double mean, double variance) {
    // Below this the asymptotic series is not exact enough; the recurrences lead up to it.
    private static final double LARGE = 12;

    static LogBeta of(double good, double bad) {
        return new LogBeta(digamma(good) - digamma(good + bad), trigamma(good) - trigamma(good + bad));
    }

    LogBeta times(double exponent) {
        return new LogBeta(exponent * mean, exponent * exponent * variance);
    }

    LogBeta plus(LogBeta other) {
        return new LogBeta(mean + other.mean, variance + other.variance);
    }

    /** The share itself, with what lies within {@code z} standard deviations of its logarithm. */
    Interval interval(double z) {
        double width = z * Math.sqrt(Math.max(0, variance));
        return new Interval(
                Math.min(1, Math.exp(mean - width)), Math.min(1, Math.exp(mean)), Math.min(1, Math.exp(mean + width)));
    }

    /** Abramowitz and Stegun 6.3.5 and 6.3.18, for x above 0. */
    static double digamma(double x) {
        double shifted = x;
        double sum = 0;
        while (shifted < LARGE) {
            sum -= 1 / shifted;
            shifted++;
        }
        double square = 1 / (shifted * shifted);
        return sum
                + Math.log(shifted)
                - 0.5 / shifted
                - square
                        * (1.0 / 12
                                - square * (1.0 / 120 - square * (1.0 / 252 - square * (1.0 / 240 - square / 132))));
    }

    /** Abramowitz and Stegun 6.4.6 and 6.4.12, for x above 0. */
    static double trigamma(double x) {
        double shifted = x;
        double sum = 0;
        while (shifted < LARGE) {
            sum += 1 / (shifted * shifted);
            shifted++;
        }
        double square = 1 / (shifted * shifted);
        return sum
                + 1 / shifted
                + square / 2
                + square / shifted * (1.0 / 6 - square * (1.0 / 30 - square * (1.0 / 42 - square / 30)));
    }
}
