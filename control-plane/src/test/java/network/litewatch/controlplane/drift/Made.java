package network.litewatch.controlplane.drift;

import java.util.Random;

/** Series made for tests: levels with noise, and now and then a spike. */
final class Made {
    private Made() {}

    /** {@code length} samples for each level, in order, with normal noise. */
    static double[] levels(long seed, int length, double noise, double... levels) {
        Random random = new Random(seed);
        double[] series = new double[length * levels.length];
        for (int i = 0; i < series.length; i++) {
            series[i] = levels[i / length] + noise * random.nextGaussian();
        }
        return series;
    }

    /** Steps at random places, spikes, and lost samples. */
    static double[] wild(long seed, int length) {
        Random random = new Random(seed);
        double[] series = new double[length];
        double level = 100;
        for (int i = 0; i < length; i++) {
            if (random.nextInt(120) == 0) {
                level = 60 + 80 * random.nextDouble();
            }
            series[i] = level + random.nextGaussian() * 0.4;
            if (random.nextInt(25) == 0) {
                series[i] += 50 * random.nextDouble();
            }
            if (random.nextInt(40) == 0) {
                series[i] = -1;
            }
        }
        return series;
    }
}
