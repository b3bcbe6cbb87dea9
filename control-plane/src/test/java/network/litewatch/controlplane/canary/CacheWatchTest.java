package network.litewatch.controlplane.canary;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Random;
import network.litewatch.controlplane.canary.CacheWatch.Answer;
import org.junit.jupiter.api.Test;

class CacheWatchTest {
    @Test
    void theSameTextForDifferentPromptsIsCached() {
        CacheWatch watch = CacheWatch.NONE;
        for (int i = 0; i < 4; i++) {
            assertThat(watch.cached()).isFalse();
            watch = watch.after(new Answer(i, 77, 128, false));
        }

        assertThat(watch.repeated()).isEqualTo(3);
        assertThat(watch.cached()).isTrue();
        assertThat(watch.compared()).isEqualTo(4);
    }

    @Test
    void aStoreOfSomeAnswersIsFoundAmongTwenty() {
        Random random = new Random(3);
        CacheWatch watch = CacheWatch.NONE;
        for (int i = 0; i < CacheWatch.WINDOW; i++) {
            watch = watch.after(new Answer(i, random.nextInt(10), 128, false));
        }

        assertThat(watch.cached()).isTrue();
    }

    @Test
    void anHonestNodeAtTemperatureZeroRepeatsItselfForEqualPromptsOnly() {
        Random random = new Random(5);
        CacheWatch watch = CacheWatch.NONE;
        for (int i = 0; i < 1_000; i++) {
            long prompt = random.nextInt(3);
            watch = watch.after(new Answer(prompt, prompt * 31, 128, false));
            assertThat(watch.cached()).isFalse();
        }
        // Nor does it lie when everyone says OK to a greeting.
        for (int i = 0; i < 20; i++) {
            watch = watch.after(new Answer(i, 7, 2, false));
        }
        assertThat(watch.repeated()).isZero();
        assertThat(watch.compared()).isZero();
    }

    @Test
    void farFasterThanTheCardOrThanItsClassIsCachedAfterFive() throws Exception {
        CacheWatch beyondRoof = CacheWatch.NONE;
        CacheWatch beyondClass = CacheWatch.NONE;
        CacheWatch usual = CacheWatch.NONE;
        for (int i = 0; i < 5; i++) {
            assertThat(beyondRoof.cached()).isFalse();
            beyondRoof = beyondRoof.after(Answer.of(i, i, 128, 410, 200, Double.POSITIVE_INFINITY));
            beyondClass = beyondClass.after(Answer.of(i, i, 128, 190, Double.POSITIVE_INFINITY, 60));
            usual = usual.after(Answer.of(i, i, 128, 170, 200, 60));
        }

        assertThat(beyondRoof.cached()).isTrue();
        assertThat(beyondClass.cached()).isTrue();
        assertThat(beyondClass.tooFast()).isEqualTo(5);
        assertThat(usual.cached()).isFalse();
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readValue(json.writeValueAsString(beyondRoof), CacheWatch.class))
                .isEqualTo(beyondRoof);
    }

    @Test
    void aGoodNodeWhoseSpeedScattersByHalfIsNotBlamed() {
        Random random = new Random(7);
        double spread = Math.sqrt(Math.log1p(0.25));
        CacheWatch watch = CacheWatch.NONE;
        int beyondRoof = 0;
        for (int i = 0; i < 20_000; i++) {
            double rate = 150 * Math.exp(spread * random.nextGaussian());
            beyondRoof += rate > 200 ? 1 : 0;
            watch = watch.after(Answer.of(i, i, 128, rate, 200, 110));
            assertThat(watch.cached()).isFalse();
        }
        assertThat(beyondRoof).isGreaterThan(4_000);
    }
}
