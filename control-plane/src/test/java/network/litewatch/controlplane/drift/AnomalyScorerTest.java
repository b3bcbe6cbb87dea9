package network.litewatch.controlplane.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AnomalyScorerTest {
    @Test
    void aValueFarFromAllBeforeIsAnAnomaly() {
        double[] series = Made.levels(1, 1_000, 1, -20);
        series[900] = 40;

        double[] scores = score(series);

        assertThat(scores[900]).isGreaterThanOrEqualTo(AnomalySettings.THRESHOLD);
        // A young series has false alarms; one in a hundred rows is too many.
        assertThat(Arrays.stream(scores, 0, 900)
                        .filter(score -> score >= AnomalySettings.THRESHOLD)
                        .count())
                .isLessThan(9);
    }

    @Test
    void aBurstThatStaysWithinTheRangeIsAnAnomaly() {
        double[] series = new double[1_500];
        Random random = new Random(3);
        for (int i = 0; i < series.length; i++) {
            double wave = 30 + 20 * Math.sin(i / 60.0);
            series[i] = i >= 1_200 && i < 1_230 ? 10 + 40 * (i % 2) : wave + 0.2 * random.nextGaussian();
        }

        double[] scores = score(series);

        assertThat(Arrays.stream(scores, 1_200, 1_235).max().orElseThrow())
                .isGreaterThanOrEqualTo(AnomalySettings.THRESHOLD);
    }

    @Test
    void anIncidentIsOneAlarm() {
        double[] series = Made.levels(1, 1_000, 1, 20);
        Arrays.fill(series, 900, 960, 400);

        double[] scores = score(series);

        assertThat(scores[900]).isGreaterThanOrEqualTo(AnomalySettings.THRESHOLD);
        assertThat(Arrays.stream(scores, 901, 960)).allMatch(score -> score < AnomalySettings.THRESHOLD);
    }

    @Test
    void aScoreDependsOnNoLaterRow() {
        for (long seed = 0; seed < 5; seed++) {
            double[] series = Made.wild(seed, 1_200);
            double[] whole = score(series);
            for (int cut : new int[] {1, 99, 100, 101, 500, 1_199}) {
                double[] other = series.clone();
                Arrays.fill(other, cut, other.length, -1e9);

                assertThat(score(Arrays.copyOf(series, cut))).containsExactly(Arrays.copyOf(whole, cut));
                assertThat(Arrays.copyOf(score(other), cut)).containsExactly(Arrays.copyOf(whole, cut));
            }
        }
    }

    @Test
    void scoresLieBetweenZeroAndOneWhateverComes() {
        double[] series = Made.wild(9, 2_000);
        series[500] = 1e300;
        series[501] = -Double.MAX_VALUE;
        series[502] = Double.MIN_VALUE;
        Arrays.fill(series, 600, 900, 0);

        assertThat(Arrays.stream(score(series))).allMatch(score -> score >= 0 && score <= 1);
        assertThat(Arrays.stream(score(new double[500]))).allMatch(score -> score < AnomalySettings.THRESHOLD);
    }

    private static double[] score(double[] series) {
        AnomalyScorer scorer = new AnomalyScorer(AnomalySettings.SHIPPED);
        return Arrays.stream(series).map(scorer::step).toArray();
    }
}
