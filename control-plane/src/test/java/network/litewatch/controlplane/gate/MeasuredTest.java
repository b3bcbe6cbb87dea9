package network.litewatch.controlplane.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MeasuredTest {
    @Test
    void theMedianOfTenLiesBetweenTheSecondAndTheNinth() {
        // David and Nagaraja, Order Statistics: of ten samples ranks 2 and 9 cover the median with 97.9 %, 3 and 8 with
        // 89.1 %.
        Measured median = Measured.quantile(new double[] {9, 2, 10, 4, 5, 6, 7, 8, 1, 3}, 0.5);
        assertThat(median.value()).isEqualTo(5);
        assertThat(median.low()).isEqualTo(2);
        assertThat(median.high()).isEqualTo(9);
        assertThat(median.samples()).isEqualTo(10);
    }

    @Test
    void fiveSamplesSayNeitherEndOfTheMedian() {
        Measured median = Measured.quantile(new double[] {1, 2, 3, 4, 5}, 0.5);
        assertThat(median.low()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(median.high()).isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void theIntervalOfAQuantileCoversItAsOftenAsItSays() {
        Random random = new Random(20261120);
        double truth = -Math.log(1 - 0.9);
        long covered = IntStream.range(0, 4_000)
                .mapToObj(i -> Measured.quantile(
                        random.doubles(120).map(u -> -Math.log(1 - u)).toArray(), 0.9))
                .filter(measured -> measured.low() <= truth && truth <= measured.high())
                .count();
        // 95 % and what the steps of 120 samples add; below 0.94 of 4,000 the interval would be wrong.
        assertThat(covered / 4_000.0).isBetween(0.94, 0.99);
    }

    @Test
    void sharesAreExactAtTheirEndsToo() {
        assertThat(Measured.share(0, 10).low()).isZero();
        assertThat(Measured.share(0, 10).high()).isCloseTo(0.3085, within(1e-4));
        assertThat(Measured.share(5, 10).low()).isCloseTo(0.1871, within(1e-4));
        assertThat(Measured.share(5, 10).high()).isCloseTo(0.8129, within(1e-4));
        assertThat(Measured.share(10, 10).low()).isCloseTo(0.6915, within(1e-4));
        assertThat(Measured.share(10, 10).high()).isEqualTo(1);
    }

    @Test
    void nothingAskedIsNoFigure() {
        assertThat(Measured.share(0, 0).samples()).isZero();
        assertThat(Measured.quantile(new double[0], 0.5).samples()).isZero();
        assertThat(Measured.read(0, 0, "counted").samples()).isZero();
    }
}
