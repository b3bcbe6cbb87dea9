package network.litewatch.controlplane.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import network.litewatch.controlplane.drift.Share;
import org.junit.jupiter.api.Test;

class WarmthTest {
    private static final double WARM = 0.4;
    private static final double COLD = 6;

    @Test
    void aColdStarterIsSeenWithItsShareAndBothTimesKeptApart() {
        Random random = new Random(3);
        Warmth warmth = singles(Warmth.NONE, random, 40, 0);
        int right = 0;
        int colds = 0;
        for (int i = 0; i < 500; i++) {
            boolean cold = random.nextDouble() < 0.2;
            warmth = warmth.after(cold ? scattered(COLD, random) : scattered(WARM, random), true, Double.NaN);
            right += (warmth.newest() == Warmth.State.COLD) == cold ? 1 : 0;
            colds += cold && i >= 500 - Warmth.WINDOW ? 1 : 0;
        }

        assertThat(right).isGreaterThan(490);
        Share share = warmth.coldShare();
        assertThat(share.samples()).isEqualTo(Warmth.WINDOW);
        assertThat(share.value()).isCloseTo((double) colds / Warmth.WINDOW, within(0.03));
        assertThat(share.low()).isLessThan(share.value());
        assertThat(share.high()).isGreaterThan(share.value()).isLessThan(0.4);
        assertThat(warmth.warm().median().orElseThrow()).isCloseTo(WARM, within(0.05));
        assertThat(warmth.cold().median().orElseThrow()).isCloseTo(COLD, within(0.7));
    }

    @Test
    void aWarmNodeIsNeverCalledCold() {
        Random random = new Random(5);
        Warmth warmth = singles(Warmth.NONE, random, 20_000, 0);

        assertThat(warmth.cold().samples()).isZero();
        assertThat(warmth.warm().samples()).isGreaterThan(19_000);
    }

    @Test
    void pairsTellFromTheFirstEvenOfANodeThatIsColdEachTime() {
        Random random = new Random(7);
        Warmth warmth = Warmth.NONE;
        for (int i = 0; i < 10; i++) {
            warmth = warmth.afterPair(scattered(COLD, random), scattered(WARM, random));
        }

        // The second of a pair, which the first has loaded the model for, is no sample.
        assertThat(warmth.coldShare().value()).isEqualTo(1);
        assertThat(warmth.coldShare().samples()).isEqualTo(10);
        assertThat(warmth.warm().samples()).isEqualTo(10);
        assertThat(warmth.cold().median().orElseThrow()).isCloseTo(COLD, within(1.0));
        assertThat(warmth.after(COLD, true, Double.NaN).newest()).isEqualTo(Warmth.State.COLD);
        assertThat(Warmth.NONE.afterPair(0.5, 0.4).coldShare().value()).isZero();
        assertThat(Warmth.NONE.afterPair(0.4, 4).coldShare().samples()).isZero();
    }

    @Test
    void whatIsLateAndSlowIsBusyAndNoSeriesLearnsIt() {
        Warmth warm = singles(Warmth.NONE, new Random(11), 40, 0);

        Warmth busy = warm.after(30, false, Double.NaN);

        assertThat(busy.newest()).isEqualTo(Warmth.State.UNKNOWN);
        assertThat(busy.warm()).isEqualTo(warm.warm());
        assertThat(busy.cold()).isEqualTo(warm.cold());
        assertThat(warm.after(30, true, Double.NaN).newest()).isEqualTo(Warmth.State.COLD);
    }

    @Test
    void firstTimesWaitAndAreSortedAtTheirGap() {
        Random random = new Random(13);
        Warmth mixed = singles(Warmth.NONE, random, Warmth.SORT, 0.3);
        Warmth coldOnly = Warmth.NONE;
        for (int i = 0; i < 40; i++) {
            coldOnly = coldOnly.after(scattered(COLD, random), true, WARM);
        }

        assertThat(singles(Warmth.NONE, new Random(13), Warmth.SORT - 1, 0.3).newest())
                .isEqualTo(Warmth.State.UNKNOWN);
        assertThat(mixed.cold().samples()).isPositive();
        assertThat(mixed.warm().samples() + mixed.cold().samples()).isEqualTo(Warmth.SORT);
        assertThat(mixed.warm().median().orElseThrow()).isCloseTo(WARM, within(0.1));
        // By its class it was never warm: nothing is called warm that is not.
        assertThat(coldOnly.warm().samples()).isZero();
        assertThat(coldOnly.waiting()).hasSizeLessThan(Warmth.SORT + 1);
    }

    @Test
    void itsCheckpointIsSmallAndWhatIsNoTimeRefused() throws Exception {
        ObjectMapper json = new ObjectMapper();
        Warmth warmth = singles(Warmth.NONE, new Random(17), 300, 0.2);

        String text = json.writeValueAsString(warmth);

        assertThat(json.readValue(text, Warmth.class)).isEqualTo(warmth);
        assertThat(text.length()).isLessThan(1_000);
        assertThatThrownBy(() -> warmth.after(0, true, Double.NaN)).hasMessageContaining("first token");
        assertThatThrownBy(() -> warmth.afterPair(1, Double.NaN)).hasMessageContaining("first token");
    }

    private static Warmth singles(Warmth before, Random random, int count, double coldShare) {
        Warmth warmth = before;
        for (int i = 0; i < count; i++) {
            double median = random.nextDouble() < coldShare ? COLD : WARM;
            warmth = warmth.after(scattered(median, random), true, Double.NaN);
        }
        return warmth;
    }

    private static double scattered(double median, Random random) {
        return median * Math.exp(0.25 * random.nextGaussian());
    }
}
