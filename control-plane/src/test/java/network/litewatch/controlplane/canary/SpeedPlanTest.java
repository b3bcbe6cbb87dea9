package network.litewatch.controlplane.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import network.litewatch.controlplane.drift.Cusum;
import network.litewatch.controlplane.drift.Normal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpeedPlanTest {
    private static final double BETWEEN = 10_000;

    @ParameterizedTest
    @CsvSource({"0.05, 5, 2, 2", "0.10, 19, 5, 2", "0.20, 75, 17, 7", "0.30, 164, 37, 15", "0.50, 423, 95, 37"})
    void samplesForADropAreThoseOfTheTable(double cv, int tenPercent, int twentyPercent, int thirtyPercent) {
        SpeedPlan plan = new SpeedPlan(0.001, 0.9, cv, 0);

        assertThat(plan.samples(0.1)).isEqualTo(tenPercent);
        assertThat(plan.samples(0.2)).isEqualTo(twentyPercent);
        assertThat(plan.samples(0.3)).isEqualTo(thirtyPercent);
    }

    @ParameterizedTest
    @CsvSource({
        "0.05, 1.00, 3.8, 1.6",
        "0.10, 1.00, 3.8, 3.8",
        "0.20, 0.56, 6.6, 12.3",
        "0.30, 0.38, 9.3, 24.2",
        "0.50, 0.24, 13.7, 54.1"
    })
    void chartsAreThoseOfTheTable(double cv, double slack, double threshold, double delay) {
        SpeedPlan plan = new SpeedPlan(0.001, 0.9, cv, 0);

        Cusum chart = plan.cusum(0.2, BETWEEN);

        assertThat(chart.slack()).isCloseTo(slack, within(0.005));
        assertThat(chart.threshold()).isCloseTo(threshold, within(0.05));
        assertThat(chart.runLength(plan.shift(0.2))).isCloseTo(delay, within(0.1));
        assertThat(chart.runLength(0)).isBetween(8_700.0, 10_300.0);
    }

    @Test
    void aChartsRunLengthsAreThoseOfASimulation() {
        SpeedPlan plan = new SpeedPlan(0.001, 0.9, 0.2, 0);
        Cusum chart = Cusum.design(plan.shift(0.2), 500);
        Random random = new Random(7);

        assertThat(simulated(chart, 0, 0, 2_000, random)).isCloseTo(chart.runLength(0), within(40.0));
        assertThat(simulated(chart, plan.shift(0.2), 0, 20_000, random))
                .isCloseTo(chart.runLength(plan.shift(0.2)), within(0.2));
    }

    @Test
    void correlationMakesTheTextbooksThresholdAlarmThirtyTimesAsOften() {
        SpeedPlan plan = new SpeedPlan(0.001, 0.9, 0.2, 0.5);

        assertThat(simulated(plan.cusum(0.2, BETWEEN), 0, 0.5, 2_000, new Random(11)))
                .isBetween(230.0, 380.0);
    }

    @Test
    void correlatedSamplesAreWorthLess() {
        assertThat(SpeedPlan.effective(90, 0.5)).isCloseTo(30, within(1e-9));
        assertThat(SpeedPlan.effective(90, 0)).isEqualTo(90);
        assertThat(new SpeedPlan(0.001, 0.9, 0.2, 0.5).samples(0.2)).isEqualTo(50);
    }

    @Test
    void aSmallerDropASmallerAlphaAndMorePowerCostSamples() {
        SpeedPlan plan = new SpeedPlan(0.01, 0.8, 0.2, 0);

        assertThat(plan.samples(0.05)).isGreaterThan(plan.samples(0.1));
        assertThat(new SpeedPlan(0.001, 0.8, 0.2, 0).samples(0.1)).isGreaterThan(plan.samples(0.1));
        assertThat(new SpeedPlan(0.01, 0.9, 0.2, 0).samples(0.1)).isGreaterThan(plan.samples(0.1));
    }

    @Test
    void whatIsNoShareIsRefusedByName() {
        assertThatThrownBy(() -> new SpeedPlan(0.001, 0.9, 0, 0)).hasMessageContaining("cv");
        assertThatThrownBy(() -> new SpeedPlan(0.001, 0.9, Double.NaN, 0)).hasMessageContaining("cv");
        assertThatThrownBy(() -> new SpeedPlan(0.001, 0.9, 0.1, 1)).hasMessageContaining("rho");
        assertThatThrownBy(() -> new SpeedPlan(0.001, 0.9, 0.1, 0).samples(1)).hasMessageContaining("drop");
    }

    @Test
    void theNormalDistributionIsTheOneOfTheTables() {
        assertThat(Normal.quantile(0.975)).isCloseTo(1.959963984540, within(1e-9));
        assertThat(Normal.quantile(0.999)).isCloseTo(3.090232306168, within(1e-9));
        assertThat(Normal.below(-8)).isCloseTo(6.22096057427e-16, within(1e-21));
        assertThat(Normal.below(1) + Normal.below(-1)).isEqualTo(1);
    }

    /** Mean samples until an alarm; samples follow each other with correlation {@code rho}. */
    private static double simulated(Cusum chart, double shift, double rho, int runs, Random random) {
        long samples = 0;
        double noise = random.nextGaussian();
        for (int run = 0; run < runs; run++) {
            double sum = 0;
            while (!chart.alarms(sum)) {
                noise = rho * noise + Math.sqrt(1 - rho * rho) * random.nextGaussian();
                sum = chart.step(sum, shift + noise);
                samples++;
            }
        }
        return (double) samples / runs;
    }
}
