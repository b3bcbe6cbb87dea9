package network.litewatch.controlplane.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TailTest {
    @Test
    void aParetoTailIsContinued() {
        Tail tail = new Tail(AnomalySettings.SHIPPED);
        Random random = new Random(5);
        for (int i = 0; i < 5_000; i++) {
            var unused = tail.step(Math.pow(random.nextDouble(), -0.5));
        }

        // P(X > 100) = 100 ^ -2.
        assertThat(tail.step(100)).isCloseTo(4, within(0.5));
    }

    @Test
    void withNothingToFitItRanks() {
        Tail tail = new Tail(AnomalySettings.SHIPPED);
        for (int i = 0; i < 999; i++) {
            var unused = tail.step(0);
        }

        assertThat(tail.step(7)).isCloseTo(3, within(1e-9));
    }

    @Test
    void theRecentAreKeptInOrderAndTheOldestGoes() {
        Recent recent = new Recent(20);
        Deque<Double> expected = new ArrayDeque<>();
        Random random = new Random(2);
        for (int i = 0; i < 500; i++) {
            double value = random.nextInt(12);
            recent.add(value);
            expected.addLast(value);
            if (expected.size() > 20) {
                expected.removeFirst();
            }
            double[] sorted =
                    expected.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            double asked = 12 * random.nextDouble();
            assertThat(recent.count()).isEqualTo(sorted.length);
            for (int place = 0; place < sorted.length; place++) {
                assertThat(recent.at(place)).isEqualTo(sorted[place]);
            }
            assertThat(recent.nearest(asked))
                    .isEqualTo(expected.stream()
                            .mapToDouble(seen -> Math.abs(seen - asked))
                            .min()
                            .orElseThrow());
        }
    }
}
