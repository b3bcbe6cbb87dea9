package network.litewatch.controlplane.drift;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import network.litewatch.controlplane.drift.OnlineDetector.Told;
import org.junit.jupiter.api.Test;

class OnlineDetectorTest {
    @Test
    void tellsAStepWithinTenSamples() {
        List<Told> told = tell(Made.levels(5, 150, 0.3, 100, 106, 90));

        assertThat(told).extracting(Told::index).containsExactly(150, 300);
        assertThat(told)
                .allSatisfy(change -> assertThat(change.at() - change.index()).isBetween(0, 10));
    }

    @Test
    void isQuietWhileNothingChanges() {
        double[] series = Made.levels(6, 3_000, 0.3, 100);
        series[1_000] = 300;

        assertThat(tell(series)).isEmpty();
    }

    @Test
    void whatIsToldBySampleKDependsOnNothingAfterIt() {
        for (long seed = 0; seed < 4; seed++) {
            double[] series = Made.wild(seed, 900);
            List<Told> whole = tell(series);
            assertThat(whole).isNotEmpty();
            assertThat(whole).allSatisfy(change -> assertThat(change.at()).isGreaterThanOrEqualTo(change.index()));
            for (int cut : new int[] {1, 50, 173, 400, 655, 899}) {
                double[] other = series.clone();
                Arrays.fill(other, cut, other.length, 1_000);

                List<Told> early =
                        whole.stream().filter(change -> change.at() < cut).toList();

                assertThat(tell(Arrays.copyOf(series, cut))).isEqualTo(early);
                assertThat(tell(other)).filteredOn(change -> change.at() < cut).isEqualTo(early);
            }
        }
    }

    @Test
    void lostSamplesKeepTheirPlaces() {
        double[] series = Made.levels(8, 150, 0.3, 100, 120);
        for (int i = 3; i < series.length; i += 5) {
            series[i] = -1;
        }

        assertThat(tell(series)).extracting(Told::index).containsExactly(150);
    }

    private static List<Told> tell(double[] series) {
        OnlineDetector detector = new OnlineDetector(OnlineSettings.SHIPPED);
        List<Told> told = new ArrayList<>();
        for (double value : series) {
            detector.step(value).ifPresent(told::add);
        }
        return told;
    }
}
