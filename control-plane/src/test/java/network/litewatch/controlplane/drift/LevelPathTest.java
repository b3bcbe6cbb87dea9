package network.litewatch.controlplane.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import network.litewatch.controlplane.drift.LevelPath.Costs;
import org.junit.jupiter.api.Test;

class LevelPathTest {
    private static final int LEVELS = 4;
    private static final double SIGMA = 0.5;

    /** Every partition of a short series is tried, each segment at its best level and noise. */
    @Test
    void costsAsLittleAsTheBestOfAllPartitions() {
        Random random = new Random(7);
        for (int run = 0; run < 200; run++) {
            double[] series = new double[8];
            for (int i = 0; i < series.length; i++) {
                series[i] = random.nextInt(LEVELS) + 0.4 * random.nextGaussian();
            }
            Costs costs = new Costs(1 + 8 * random.nextDouble(), 4 + 10 * random.nextDouble(), 3, 2);

            int[] found = new LevelPath(costs, SIGMA, 0, 1, LEVELS).changes(series);

            double least = Double.POSITIVE_INFINITY;
            for (int cuts = 0; cuts < 1 << (series.length - 1); cuts++) {
                least = Math.min(least, cost(costs, series, cuts));
            }
            assertThat(cost(costs, series, mask(found))).isCloseTo(least, within(1e-9));
        }
    }

    @Test
    void findsNothingInNothing() {
        LevelPath path = new LevelPath(new Costs(10, 10, 3, 2), SIGMA, 0, 1, LEVELS);

        assertThat(path.changes(new double[0])).isEmpty();
        assertThat(path.changes(new double[] {1})).isEmpty();
    }

    private static int mask(int[] changes) {
        int mask = 0;
        for (int change : changes) {
            mask |= 1 << (change - 1);
        }
        return mask;
    }

    private static double cost(Costs costs, double[] series, int cuts) {
        double cost = 0;
        int from = 0;
        for (int to = 1; to <= series.length; to++) {
            if (to == series.length || (cuts >> (to - 1) & 1) == 1) {
                cost += segment(costs, series, from, to) + (from > 0 ? costs.penalty() : 0);
                from = to;
            }
        }
        return cost;
    }

    private static double segment(Costs costs, double[] series, int from, int to) {
        double least = Double.POSITIVE_INFINITY;
        for (int level = 0; level < LEVELS; level++) {
            for (int noisy = 0; noisy < 2; noisy++) {
                double sigma = noisy == 1 ? SIGMA * costs.ratio() : SIGMA;
                double cost = 0;
                for (int i = from; i < to; i++) {
                    double z = (series[i] - level) / sigma;
                    cost += Math.min(z * z, costs.bound()) + noisy * costs.noisyCost();
                }
                least = Math.min(least, cost);
            }
        }
        return least;
    }
}
