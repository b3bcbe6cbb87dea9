package network.litewatch.controlplane.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LevelWatchTest {
    private static final Instant START = Instant.parse("2026-11-20T00:00:00Z");

    @Test
    void findsARiseAndSaysSinceWhenAndHowFar() {
        int found = 0;
        int near = 0;
        int covered = 0;
        for (int seed = 0; seed < 40; seed++) {
            Series series = new Series(seed, Duration.ofSeconds(30), 0.1, 0.3).take(300, 1);
            if (series.watch.shift() != null) {
                continue;
            }
            for (int i = 0; i < 40 && series.watch.shift() == null; i++) {
                series.take(1, 1.3);
            }
            LevelWatch.Shift shift = Objects.requireNonNull(series.watch.shift(), "seed " + seed);
            found++;
            near += Math.abs(shift.from() - 301) <= 2 ? 1 : 0;
            assertThat(Duration.between(START.plusSeconds(30 * (shift.from() - 1)), shift.at()))
                    .isZero();
            LevelWatch.Ratio ratio = series.take(30, 1.3).watch.ratio().orElseThrow();
            covered += ratio.low() <= 1.3 && 1.3 <= ratio.high() ? 1 : 0;
            assertThat(ratio.low()).isGreaterThan(1.1);
        }
        assertThat(found).isGreaterThanOrEqualTo(36);
        assertThat(near).isGreaterThanOrEqualTo(found * 8 / 10);
        assertThat(covered).isGreaterThanOrEqualTo(found * 85 / 100);
    }

    @Test
    void anOddFirstSampleBlindsNobody() {
        for (double odd : new double[] {100, 0.01}) {
            Series series = new Series(7, Duration.ofSeconds(30), 0.02, 0)
                    .take(1, odd)
                    .take(400, 1)
                    .take(15, 1.3);

            LevelWatch.Shift shift = Objects.requireNonNull(series.watch.shift());
            assertThat(shift.from()).isBetween(401L, 404L);
            LevelWatch.Ratio ratio = series.watch.ratio().orElseThrow();
            assertThat(ratio.low()).isBetween(1.15, 1.3);
            assertThat(ratio.high()).isBetween(1.3, 1.45);
        }
    }

    @Test
    void aRiseEndsWhenTheLevelIsBackAndLeavesTheBaselineAsItWas() {
        Series series =
                new Series(3, Duration.ofSeconds(30), 0.05, 0).take(500, 1).take(200, 2);
        assertThat(series.watch.shift()).isNotNull();
        assertThat(series.watch.ratio().orElseThrow().value()).isCloseTo(2, within(0.1));

        series.take(30, 1);
        assertThat(series.watch.shift()).isNull();
        assertThat(series.watch.ratio().orElseThrow().value()).isCloseTo(1, within(0.05));
        series.take(20, 2);
        assertThat(series.watch.shift()).isNotNull();
    }

    @Test
    void aRiseThatStaysBecomesTheLevel() {
        Series series =
                new Series(4, Duration.ofSeconds(30), 0.05, 0).take(500, 1).take(LevelWatch.ADOPTED + 1, 2);
        assertThat(series.watch.shift()).isNull();
        series.take(100, 2);
        assertThat(series.watch.shift()).isNull();
        assertThat(series.watch.ratio().orElseThrow().value()).isCloseTo(1, within(0.05));
    }

    @Test
    void aFallIsTheNewLevelAtOnce() {
        Series series =
                new Series(5, Duration.ofSeconds(30), 0.05, 0).take(500, 1).take(60, 0.5);
        assertThat(series.watch.shift()).isNull();
        assertThat(series.watch.ratio().orElseThrow().value()).isCloseTo(1, within(0.1));
        assertThat(series.take(20, 1).watch.shift()).isNotNull();
    }

    @Test
    void neitherADaysWaveNorASingleSpikeIsARise() {
        int alarms = 0;
        for (int seed = 0; seed < 20; seed++) {
            Series series = new Series(seed, Duration.ofMinutes(10), 0.1, 0.3);
            for (int i = 0; i < 600; i++) {
                double wave = Math.exp(0.2 * Math.sin(2 * Math.PI * i / 144));
                boolean before = series.watch.shift() != null;
                series.take(1, i % 100 == 99 ? 20 * wave : wave);
                alarms += !before && series.watch.shift() != null ? 1 : 0;
            }
        }
        // 12,000 samples: about one alarm is allowed, and the first day's wave is not known yet.
        assertThat(alarms).isLessThanOrEqualTo(6);
    }

    @Test
    void isReadBackFromACheckpointToTheBit() throws Exception {
        ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());
        Series series =
                new Series(6, Duration.ofSeconds(30), 0.2, 0.5).take(200, 1).take(7, 3);
        String text = json.writeValueAsString(series.watch);
        LevelWatch read = json.readValue(text, LevelWatch.class);
        assertThat(read).isEqualTo(series.watch);
        assertThat(text.length()).isLessThan(4_096);
        assertThat(json.readValue(json.writeValueAsString(LevelWatch.before(10_000)), LevelWatch.class))
                .isEqualTo(LevelWatch.before(10_000));
        assertThat(read.after(series.at, 2)).isEqualTo(series.watch.after(series.at, 2));
    }

    @Test
    void refusesWhatIsNoLevel() {
        for (double value : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> LevelWatch.before(10_000).after(START, value))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("no level");
        }
    }

    @Test
    void scoresAreRanksAmongTheSeriesOwnErrors() {
        Random random = new Random(7);
        ErrorDistribution errors = ErrorDistribution.NORMAL;
        assertThat(errors.score(0)).isCloseTo(0, within(1e-9));
        assertThat(errors.score(-1.3)).isCloseTo(-1.3, within(0.02));
        // Exponential errors: nothing below -1, a long tail above.
        for (int i = 0; i < 3_000; i++) {
            errors = errors.after(-Math.log(random.nextDouble()) - 1);
        }
        double median = Math.log(2) - 1;
        assertThat(errors.score(median)).isCloseTo(0, within(0.15));
        assertThat(errors.score(-Math.log(0.023) - 1)).isCloseTo(2, within(0.3));
        assertThat(errors.score(100)).isLessThanOrEqualTo(3.5);
        double last = -9;
        for (double z = -6; z < 6; z += 0.01) {
            assertThat(errors.score(z)).isGreaterThanOrEqualTo(last);
            last = errors.score(z);
        }
    }

    @Test
    void quantilesAndProbabilitiesAreInverse() {
        for (double z = -7; z < 7; z += 0.013) {
            double p = Normal.below(z);
            if (p < 1 - 1e-12) {
                assertThat(Normal.below(Normal.quantile(p))).isCloseTo(p, within(p * 1e-9 + 1e-15));
            }
        }
        assertThat(Normal.quantile(0.5)).isCloseTo(0, within(1e-12));
        assertThat(Normal.quantile(1e-10)).isCloseTo(-6.361340902404, within(1e-9));
    }

    /** Samples around a level with normal, correlated scatter of the logarithm. */
    private static final class Series {
        private final Random random;
        private final Duration every;
        private final double scatter;
        private final double correlation;
        private double error;
        private Instant at = START;
        private LevelWatch watch = LevelWatch.before(10_000);

        Series(long seed, Duration every, double scatter, double correlation) {
            this.random = new Random(seed);
            this.every = every;
            this.scatter = scatter;
            this.correlation = correlation;
        }

        Series take(int samples, double level) {
            for (int i = 0; i < samples; i++) {
                error = correlation * error + Math.sqrt(1 - correlation * correlation) * random.nextGaussian();
                watch = watch.after(at, level * Math.exp(scatter * error));
                at = at.plus(every);
            }
            return this;
        }
    }
}
