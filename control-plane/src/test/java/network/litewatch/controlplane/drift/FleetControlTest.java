package network.litewatch.controlplane.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FleetControlTest {
    @Test
    void oneOfManyNeedsMoreEvidenceThanOneOfOne() {
        assertThat(FleetControl.believedFrom(new double[] {1_200}, 1_000)).isEqualTo(1_200);
        assertThat(FleetControl.believedFrom(new double[] {1_200, 1, 1}, 1_000)).isInfinite();
        assertThat(FleetControl.believedFrom(new double[] {1, 3_000, 1}, 1_000)).isEqualTo(3_000);
        // Two thirds of them share what one would have to bring alone.
        assertThat(FleetControl.believedFrom(new double[] {1_600, 1, 1_700}, 1_000))
                .isEqualTo(1_600);
        assertThat(FleetControl.believedFrom(new double[0], 1_000)).isInfinite();
    }

    @Test
    void falseNamesInAFleetComeNoOftenerThanOfOneSeries() {
        int series = 50;
        int between = 200;
        int alarms = 0;
        int steps = 0;
        Random random = new Random(17);
        for (int run = 0; run < 20; run++) {
            SuccessWatch[] all = new SuccessWatch[series];
            Arrays.fill(all, SuccessWatch.before(0.99, between));
            boolean named = false;
            for (int step = 0; step < 400 && !named; step++, steps++) {
                for (int i = 0; i < series; i++) {
                    all[i] = all[i].after(random.nextDouble() < 0.99);
                }
                double[] evidence =
                        Arrays.stream(all).mapToDouble(SuccessWatch::evidence).toArray();
                named = Double.isFinite(FleetControl.believedFrom(evidence, between));
            }
            alarms += named ? 1 : 0;
        }
        // Each series alone may alarm every 200 steps: fifty of them every four.
        assertThat((double) steps / Math.max(1, alarms)).isGreaterThan(between);
    }
}
