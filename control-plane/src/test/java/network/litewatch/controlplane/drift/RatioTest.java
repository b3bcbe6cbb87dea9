package network.litewatch.controlplane.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RatioTest {
    /** The ends by their definition, with the mixture as a product of what it bets sample by sample, and no gamma function. */
    @Property(tries = 200)
    void theEndsAreWhereTheEvidenceIsTwenty(@ForAll @IntRange(min = 1, max = 400) int samples, @ForAll Random random) {
        int count = random.nextInt(samples + 1);
        double mixture = 0;
        for (int i = 0; i < samples; i++) {
            mixture += Math.log((i < count ? i + 0.5 : i - count + 0.5) / (i + 1));
        }

        Ratio ratio = Ratio.of(count, samples);

        assertThat(ratio.value()).isBetween(ratio.low(), ratio.high());
        assertThat(ratio.samples()).isEqualTo(samples);
        if (count > 0) {
            assertThat(evidence(mixture, count, samples, ratio.low())).isCloseTo(20, within(1e-3));
        }
        if (count < samples) {
            assertThat(evidence(mixture, count, samples, ratio.high())).isCloseTo(20, within(1e-3));
        }
    }

    private static double evidence(double mixture, int count, int samples, double share) {
        return Math.exp(mixture - count * Math.log(share) - (samples - count) * Math.log1p(-share));
    }

    @Test
    void theEndsOfTheScaleAreInside() {
        assertThat(Ratio.of(0, 7).low()).isZero();
        assertThat(Ratio.of(7, 7).high()).isEqualTo(1);
        assertThat(Ratio.of(0, 1).high()).isLessThan(1);
        assertThat(Ratio.of(3, 10).others())
                .isEqualTo(new Ratio(
                        0.7, 1 - Ratio.of(3, 10).high(), 1 - Ratio.of(3, 10).low(), 10));
    }

    @Test
    void aBillionSamplesAreNoTrouble() {
        Ratio ratio = Ratio.of(10_000_000, 1_000_000_000);

        assertThat(ratio.high() - ratio.low()).isBetween(1e-6, 1e-4);
        assertThat(ratio.value()).isBetween(ratio.low(), ratio.high());
    }

    /** An interval for one look would have missed in far more than 5 of 100 courses that are looked at all the way. */
    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.1, 0.5})
    void howeverOftenItIsLookedAtTheTrueShareIsOutsideInFewCourses(double share) {
        Random random = new Random(1);
        int courses = 300;
        int missed = 0;
        for (int course = 0; course < courses; course++) {
            int count = 0;
            boolean outside = false;
            for (int n = 1; n <= 400 && !outside; n++) {
                count += random.nextDouble() < share ? 1 : 0;
                Ratio ratio = Ratio.of(count, n);
                outside = share < ratio.low() || share > ratio.high();
            }
            missed += outside ? 1 : 0;
        }
        assertThat(missed).isLessThanOrEqualTo(courses / 20);
    }

    @Test
    void whatIsNoShareIsRefused() {
        assertThatThrownBy(() -> Ratio.of(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ratio.of(3, 2)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Ratio.of(-1, 2)).isInstanceOf(IllegalArgumentException.class);
    }
}
