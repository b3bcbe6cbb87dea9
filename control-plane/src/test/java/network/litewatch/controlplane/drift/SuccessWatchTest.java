package network.litewatch.controlplane.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuccessWatchTest {
    private static final double PROMISED = 0.99;
    private static final double BETWEEN = 10_000;

    @ParameterizedTest
    @CsvSource({"0.95, 170", "0.90, 62", "0.50, 9", "0, 4"})
    void aFallIsFoundInAboutTheTimeThatIsPublished(double success, double mostMean) {
        Random random = new Random(3);
        double sum = 0;
        int runs = 2_000;
        for (int run = 0; run < runs; run++) {
            sum += untilAlarm(SuccessWatch.before(PROMISED, BETWEEN), success, random);
        }

        assertThat(sum / runs).isBetween(2.0, mostMean);
    }

    @Test
    void atThePromisedShareAlarmsAreNoCloserThanTheBoundOnAverage() {
        Random random = new Random(5);
        double sum = 0;
        int runs = 100;
        for (int run = 0; run < runs; run++) {
            sum += untilAlarm(SuccessWatch.before(PROMISED, 1_000), PROMISED, random);
        }

        // The bound is 1,000, the mean of 100 run lengths lies within a third of its own.
        assertThat(sum / runs).isBetween(1_000.0, 5_000.0);
    }

    @Test
    void theBoundHoldsWhereFailuresComeInRunsThatTheirPastDoesNotExcuse() {
        Random random = new Random(7);
        List<Integer> lengths = new ArrayList<>();
        for (int run = 0; run < 100; run++) {
            SuccessWatch watch = SuccessWatch.before(PROMISED, 1_000);
            boolean ok = true;
            while (!watch.failing()) {
                // Better after a success, never worse than promised after anything.
                ok = random.nextDouble() < (ok ? 0.995 : PROMISED);
                watch = watch.after(ok);
            }
            lengths.add((int) watch.samples());
        }

        assertThat(lengths.stream().mapToInt(length -> length).average().orElseThrow())
                .isGreaterThan(1_000);
    }

    @Test
    void itIsDatedMeasuredAndStaysUntilTheShareIsBack() {
        Random random = new Random(11);
        SuccessWatch watch = canaries(SuccessWatch.before(PROMISED, BETWEEN), 300, 1, random);
        SuccessWatch failing = canaries(watch, 400, 0.8, random);

        assertThat(watch.failing()).isFalse();
        assertThat(watch.failedSince().samples()).isZero();
        assertThat(failing.failing()).isTrue();
        assertThat(Objects.requireNonNull(failing.since()).from()).isBetween(301L, 320L);
        assertThat(failing.failedSince().low()).isLessThan(0.2).isGreaterThan(0.1);
        assertThat(failing.failedSince().high()).isGreaterThan(0.2).isLessThan(0.3);
        assertThat(failing.evidence()).isGreaterThanOrEqualTo(BETWEEN);

        SuccessWatch back = canaries(failing, 300, 1, random);
        assertThat(back.failing()).isFalse();
        assertThat(canaries(back, 40, 0.5, random).failing()).isTrue();
    }

    @Test
    void itsCheckpointIsTheSameAndWhatIsNoShareRefused() throws Exception {
        ObjectMapper json = new ObjectMapper();
        SuccessWatch watch = canaries(SuccessWatch.before(0.995, 1e5), 1_000, 0.97, new Random(13));

        String text = json.writeValueAsString(watch);

        assertThat(json.readValue(text, SuccessWatch.class)).isEqualTo(watch);
        assertThat(text.length()).isLessThan(600);
        assertThatThrownBy(() -> SuccessWatch.before(1, 10)).hasMessageContaining("promised share");
        assertThatThrownBy(() -> SuccessWatch.before(0.9, 1)).hasMessageContaining("between false alarms");
        assertThat(untilAlarm(SuccessWatch.before(0.51, 100), 0, new Random(17)))
                .isLessThan(100);
    }

    private static SuccessWatch canaries(SuccessWatch before, int count, double success, Random random) {
        SuccessWatch watch = before;
        for (int i = 0; i < count; i++) {
            watch = watch.after(random.nextDouble() < success);
        }
        return watch;
    }

    private static long untilAlarm(SuccessWatch before, double success, Random random) {
        SuccessWatch watch = before;
        while (!watch.failing()) {
            watch = watch.after(random.nextDouble() < success);
        }
        return watch.samples();
    }
}
