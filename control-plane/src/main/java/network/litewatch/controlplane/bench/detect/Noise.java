package network.litewatch.controlplane.bench.detect;

import java.util.Random;
import java.util.function.DoubleSupplier;

/** What an unchanged series does, of mean 0 and variance 1. */
enum Noise {
    NORMAL("independent, normal"),
    STUDENT("independent, Student's t with 3 degrees"),
    LOGNORMAL("independent, lognormal(0.5)"),
    CORRELATED_20("normal, AR(1) 0.2"),
    CORRELATED_50("normal, AR(1) 0.5");

    private final String title;

    Noise(String title) {
        this.title = title;
    }

    String title() {
        return title;
    }

    /** Samples one after the other. */
    DoubleSupplier from(Random random) {
        return switch (this) {
            case NORMAL -> random::nextGaussian;
            case STUDENT -> () -> student(random);
            case LOGNORMAL -> () -> lognormal(random);
            case CORRELATED_20 -> correlated(0.2, random);
            case CORRELATED_50 -> correlated(0.5, random);
        };
    }

    private static double student(Random random) {
        double squares = 0;
        for (int i = 0; i < 3; i++) {
            double z = random.nextGaussian();
            squares += z * z;
        }
        // Its variance is 3.
        return random.nextGaussian() / Math.sqrt(squares / 3) / Math.sqrt(3);
    }

    private static double lognormal(Random random) {
        double variance = 0.25;
        double mean = Math.exp(variance / 2);
        double spread = mean * Math.sqrt(Math.expm1(variance));
        return (Math.exp(0.5 * random.nextGaussian()) - mean) / spread;
    }

    private static DoubleSupplier correlated(double rho, Random random) {
        double[] last = {random.nextGaussian()};
        return () -> {
            last[0] = rho * last[0] + Math.sqrt(1 - rho * rho) * random.nextGaussian();
            return last[0];
        };
    }
}
