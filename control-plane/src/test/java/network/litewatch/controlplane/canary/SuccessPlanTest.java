package network.litewatch.controlplane.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuccessPlanTest {
    private static final SuccessPlan LOOSE = new SuccessPlan(0.01, 0.9);
    private static final SuccessPlan STRICT = new SuccessPlan(0.001, 0.9);

    @ParameterizedTest
    @CsvSource({
        "0.999, 0.989, 606, 4, 726, 5",
        "0.995, 0.985, 1185, 13, 1651, 19",
        "0.99, 0.95, 209, 7, 282, 10",
        "0.99, 0.90, 65, 4, 91, 6",
        "0.95, 0.90, 346, 28, 502, 42"
    })
    void testsAreThoseOfTheTable(double before, double after, int loose, int looseC, int strict, int strictC) {
        assertThat(LOOSE.test(before, after).samples()).isBetween(loose - 2, loose);
        assertThat(LOOSE.test(before, after).failures()).isEqualTo(looseC);
        assertThat(STRICT.test(before, after).samples()).isBetween(strict - 3, strict);
        assertThat(STRICT.test(before, after).failures()).isEqualTo(strictC);
    }

    @Test
    void theTablesTestOf99To98IsSoundAndASmallerOneIsToo() {
        assertThat(STRICT.test(0.99, 0.98)).isEqualTo(new SuccessPlan.Test(2_630, 44));
        // The table says 1,858 (30): sound, but one failure and 58 samples more than needed.
        assertThat(SuccessPlan.atLeast(30, 1_858, 0.01)).isLessThanOrEqualTo(0.01);
        assertThat(SuccessPlan.atLeast(30, 1_858, 0.02)).isGreaterThanOrEqualTo(0.9);
        assertThat(LOOSE.test(0.99, 0.98)).isEqualTo(new SuccessPlan.Test(1_800, 29));
    }

    @ParameterizedTest
    @CsvSource({"0.999, 0.989", "0.995, 0.985", "0.99, 0.98", "0.99, 0.90", "0.95, 0.90", "0.6, 0.5"})
    void noTestOfOneSampleLessHoldsAlphaAndPower(double before, double after) {
        SuccessPlan.Test test = LOOSE.test(before, after);

        assertThat(SuccessPlan.atLeast(test.failures(), test.samples(), 1 - before))
                .isLessThanOrEqualTo(0.01);
        assertThat(SuccessPlan.atLeast(test.failures(), test.samples(), 1 - after))
                .isGreaterThanOrEqualTo(0.9);
        for (int failures = 1; failures < test.samples(); failures++) {
            boolean holds = SuccessPlan.atLeast(failures, test.samples() - 1, 1 - before) <= 0.01
                    && SuccessPlan.atLeast(failures, test.samples() - 1, 1 - after) >= 0.9;
            assertThat(holds).as("%d failures", failures).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0.995, 0.985, 902",
        "0.99, 0.98, 1506",
        "0.99, 0.95, 143",
        "0.99, 0.90, 41",
        "0.95, 0.90, 285",
    })
    void sequentialMeansAreThoseOfTheTable(double before, double after, double mean) {
        assertThat(STRICT.sequentialMean(before, after)).isCloseTo(mean, within(0.6));
    }

    @Test
    void whatRunsWithoutAFailureProve() {
        assertThat(SuccessPlan.cleanRuns(0.01, 0.95)).isEqualTo(299);
        assertThat(SuccessPlan.cleanRuns(0.005, 0.95)).isEqualTo(598);
        assertThat(SuccessPlan.percentileSamples(0.95, 0.95)).isEqualTo(59);
        assertThat(SuccessPlan.percentileSamples(0.99, 0.95)).isEqualTo(299);
    }

    @Test
    void theTailIsThatOfCounting() {
        Random random = new Random(3);
        int hits = 0;
        for (int run = 0; run < 20_000; run++) {
            int failures = 0;
            for (int i = 0; i < 65; i++) {
                failures += random.nextDouble() < 0.1 ? 1 : 0;
            }
            hits += failures >= 4 ? 1 : 0;
        }

        assertThat(hits / 20_000.0).isCloseTo(SuccessPlan.atLeast(4, 65, 0.1), within(0.01));
        assertThat(SuccessPlan.atLeast(0, 10, 0.1)).isEqualTo(1);
        assertThat(SuccessPlan.atLeast(10, 10, 0.5)).isCloseTo(1 / 1024.0, within(1e-12));
    }

    @Test
    void aShareThatDoesNotFallIsRefused() {
        assertThatThrownBy(() -> STRICT.test(0.9, 0.99)).hasMessageContaining("after");
        assertThatThrownBy(() -> STRICT.sequentialMean(1, 0.99)).hasMessageContaining("before");
    }
}
