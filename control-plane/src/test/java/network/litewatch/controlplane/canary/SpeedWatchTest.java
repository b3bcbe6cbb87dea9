package network.litewatch.controlplane.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import network.litewatch.controlplane.drift.Baseline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpeedWatchTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @ParameterizedTest
    @CsvSource({
        "0.05, 0, 0",
        "0.1, 0, 0.05",
        "0.1, 0.3, 0.05",
        "0.1, 0.5, 0.05",
        "0.2, 0.3, 0",
        "0.3, 0.5, 0.05",
        "0.5, 0, 0",
        "0.5, 0.3, 0.1"
    })
    void anUnchangedNodeIsAccusedAtMostOnceInTenThousandSamples(double cv, double rho, double wave) {
        Random random = new Random(17);
        int alarms = 0;
        for (int life = 0; life < 40; life++) {
            Node node = new Node(cv, rho, wave, random);
            SpeedWatch watch = SpeedWatch.before(SpeedPrior.NONE);
            boolean was = false;
            for (int i = 0; i < 1_500; i++) {
                watch = node.sample(watch, 1);
                alarms += watch.slow() && !was ? 1 : 0;
                was = watch.slow();
            }
        }

        // 60,000 samples, so that six are allowed; 13 would come with a chance of 1 %.
        assertThat(alarms).isLessThan(13);
    }

    @ParameterizedTest
    @CsvSource({"0.05, 0, 240, 4", "0.1, 0, 240, 8", "0.1, 0.3, 240, 8", "0.2, 0, 240, 16", "0.1, 0, 40, 10"})
    void aDropByAFifthIsFoundWithinSoManySamples(double cv, double rho, int after, int most) {
        Random random = new Random(19);
        List<Integer> delays = new ArrayList<>();
        for (int life = 0; life < 201; life++) {
            Node node = new Node(cv, rho, 0.03, random);
            SpeedWatch watch = node.samples(SpeedWatch.before(SpeedPrior.NONE), after, 1);
            int delay = 0;
            while (!watch.slow() && delay < 1_000) {
                watch = node.sample(watch, 0.8);
                delay++;
            }
            delays.add(delay);
        }

        assertThat(median(delays)).isLessThanOrEqualTo(most);
    }

    @Test
    void aSlowNodeStaysSlowUntilItsSpeedIsBackAndItsDropIsMeasuredAndDated() {
        Node node = new Node(0.1, 0.2, 0.03, new Random(23));
        SpeedWatch before = node.samples(SpeedWatch.before(SpeedPrior.NONE), 300, 1);
        SpeedWatch slow = node.samples(before, 1_000, 0.7);

        assertThat(before.slow()).isFalse();
        assertThat(slow.slow()).isTrue();
        assertThat(Objects.requireNonNull(slow.change()).sample()).isBetween(296L, 306L);
        assertThat(slow.settled().level(1, 0)).isCloseTo(before.settled().level(1, 0), within(0.03));
        SpeedWatch.Estimate ratio = slow.ratio().orElseThrow();
        assertThat(ratio.low()).isLessThan(0.7);
        assertThat(ratio.high()).isGreaterThan(0.7).isLessThan(0.85);
        assertThat(ratio.samples()).isEqualTo(32);
        SpeedWatch.Estimate speed = slow.speed().orElseThrow();
        assertThat(speed.value()).isCloseTo(0.7 * Node.SPEED, within(5.0));

        SpeedWatch back = node.samples(slow, 30, 1);
        assertThat(back.slow()).isFalse();
        assertThat(back.speed().orElseThrow().value()).isCloseTo(Node.SPEED, within(3.0));
        assertThat(node.samples(back, 30, 0.7).slow()).isTrue();
    }

    @Test
    void anOddFirstSampleBlindsNobody() {
        // The first tokens of a connection may come all at once: seen as 64 times the speed.
        for (int odd = 1; odd <= 2; odd++) {
            Node node = new Node(0.01, 0, 0, new Random(31));
            SpeedWatch watch = SpeedWatch.before(SpeedPrior.NONE);
            for (int i = 0; i < odd; i++) {
                watch = node.sample(watch, 64);
            }
            watch = node.samples(watch, 450, 1);
            SpeedWatch slow = node.samples(watch, 12, 0.7);

            assertThat(slow.slow()).isTrue();
            assertThat(Objects.requireNonNull(slow.change()).sample()).isBetween(449L + odd, 453L + odd);
            SpeedWatch.Estimate ratio = slow.ratio().orElseThrow();
            assertThat(ratio.low()).isBetween(0.6, 0.7);
            assertThat(ratio.high()).isBetween(0.7, 0.8);
        }
    }

    @Test
    void whatLastsIsKnownTheBetterTheLongerItLasts() {
        Node node = new Node(0.2, 0, 0, new Random(37));
        SpeedWatch watch = node.samples(SpeedWatch.before(SpeedPrior.NONE), 300, 1);
        while (!watch.slow()) {
            watch = node.sample(watch, 0.75);
        }
        SpeedWatch.Estimate early = watch.ratio().orElseThrow();
        SpeedWatch.Estimate late = node.samples(watch, 40, 0.75).ratio().orElseThrow();

        assertThat(late.high() - late.low()).isLessThan(early.high() - early.low());
        assertThat(late.high()).isLessThan(0.9);
    }

    @Test
    void noSingleSampleAlarmsHoweverSlow() {
        Node node = new Node(0.05, 0, 0, new Random(29));
        SpeedWatch watch = node.samples(SpeedWatch.before(SpeedPrior.NONE), 200, 1);
        for (int i = 0; i < 20; i++) {
            watch = node.sample(watch, 0.01);
            assertThat(watch.slow()).isFalse();
            watch = node.samples(watch, 10, 1);
        }

        assertThat(watch.slow()).isFalse();
        assertThat(watch.ratio().orElseThrow().value()).isCloseTo(1, within(0.1));
    }

    @Test
    void aLastingRiseIsTheNewLevelAndADropFromThereIsFound() {
        Node node = new Node(0.1, 0, 0, new Random(31));
        SpeedWatch risen = node.samples(node.samples(SpeedWatch.before(SpeedPrior.NONE), 200, 1), 100, 1.6);

        assertThat(risen.slow()).isFalse();
        assertThat(risen.speed().orElseThrow().value()).isCloseTo(1.6 * Node.SPEED, within(4.0));
        assertThat(node.samples(risen, 40, 1.1).slow()).isTrue();
    }

    @Test
    void whoGivesUpWhatTheCardCannotDoIsNotSlow() {
        Node node = new Node(0.1, 0, 0, new Random(31), 1.2 * Node.SPEED);
        SpeedWatch honest = node.samples(SpeedWatch.before(SpeedPrior.NONE), 200, 1);
        SpeedWatch over = node.samples(honest, 100, 1.6);
        SpeedWatch back = over;
        for (int i = 0; i < 60; i++) {
            back = node.sample(back, 1);
            assertThat(back.slow()).as("sample " + i).isFalse();
        }

        assertThat(over.speed().orElseThrow().low()).isGreaterThan(1.2 * Node.SPEED);
        assertThat(back.speed().orElseThrow().value()).isCloseTo(Node.SPEED, within(4.0));
        assertThat(node.samples(back, 60, 0.6).slow())
                .as("what it then keeps to is a level to fall from")
                .isTrue();
    }

    @Test
    void aDropThatStaysAboveTheRoofIsOne() {
        Node node = new Node(0.1, 0, 0, new Random(31), Node.SPEED);
        SpeedWatch over = node.samples(SpeedWatch.before(SpeedPrior.NONE), 200, 3);

        assertThat(node.samples(over, 60, 2).slow()).isTrue();
    }

    @Test
    void aNodeThatIsSlowFromTheFirstIsSeenWhereItsClassIsKnown() {
        SpeedPrior table = SpeedPrior.of(new SpeedTable.Expected(40, 75, 100, 1));
        SpeedPrior known = SpeedPrior.ofClass(table, List.of(60.0, 61.0, 59.0, 58.0, 62.0, 60.5, 59.5, 60.2));

        assertThat(Math.exp(table.centre())).isCloseTo(Math.sqrt(40.0 * 75), within(1e-9));
        assertThat(known.spread()).isLessThan(table.spread());
        assertThat(SpeedPrior.ofClass(SpeedPrior.NONE, List.of(60.0))).isEqualTo(SpeedPrior.NONE);
        Node half = new Node(0.05, 0, 0, new Random(37));
        Node usual = new Node(0.05, 0, 0, new Random(38));
        assertThat(SpeedWatch.before(known).over(known)).isEmpty();
        assertThat(half.samples(SpeedWatch.before(known), 8, 0.5)
                        .over(known)
                        .orElseThrow()
                        .high())
                .isLessThan(0.8);
        SpeedWatch.Estimate asFast =
                usual.samples(SpeedWatch.before(known), 8, 1).over(known).orElseThrow();
        assertThat(asFast.low()).isBetween(0.85, 1.0);
        assertThat(asFast.high()).isBetween(1.0, 1.15);
        // A first sample far off is drawn towards the class.
        Baseline pooled = half.sample(SpeedWatch.before(known), 0.8).running();
        assertThat(Math.exp(pooled.level(0, 0))).isBetween(0.81, 0.99);
    }

    @Test
    void floorAndRoofAreHeldAgainstTheBaselineNotASample() {
        SpeedTable table = new SpeedTable(
                0.4,
                0.75,
                Map.of("card", new SpeedTable.Card(1_000, 24, "a test")),
                Map.of("model", new SpeedTable.Model(10, "a test")));
        Node slow = new Node(0.1, 0, 0, new Random(41));
        Node fast = new Node(0.1, 0, 0, new Random(43));
        SpeedWatch at60 = slow.samples(SpeedWatch.before(SpeedPrior.NONE), 50, 1);

        assertThat(at60.verdict(table, "card", "model")).isEqualTo(SpeedTable.Verdict.AS_EXPECTED);
        assertThat(slow.sample(at60, 0.1).verdict(table, "card", "model")).isEqualTo(SpeedTable.Verdict.AS_EXPECTED);
        assertThat(slow.samples(at60, 50, 0.5).verdict(table, "card", "model")).isEqualTo(SpeedTable.Verdict.SLOW);
        assertThat(fast.samples(SpeedWatch.before(SpeedPrior.NONE), 50, 2).verdict(table, "card", "model"))
                .isEqualTo(SpeedTable.Verdict.SUSPECT);
        assertThat(at60.verdict(table, "another", "model")).isEqualTo(SpeedTable.Verdict.UNKNOWN);
        assertThat(SpeedWatch.before(SpeedPrior.NONE).verdict(table, "card", "model"))
                .isEqualTo(SpeedTable.Verdict.UNKNOWN);
    }

    @Test
    void aStateReadBackFromItsCheckpointIsTheSameAndSmall() throws Exception {
        ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());
        Node node = new Node(0.2, 0.3, 0.05, new Random(47));
        SpeedWatch first = SpeedWatch.before(SpeedPrior.NONE);
        SpeedWatch watch = node.samples(node.samples(first, 100, 1), 40, 0.5);

        String text = json.writeValueAsString(watch);

        assertThat(watch.slow()).isTrue();
        assertThat(json.readValue(text, SpeedWatch.class)).isEqualTo(watch);
        assertThat(json.readValue(json.writeValueAsString(first), SpeedWatch.class))
                .isEqualTo(first);
        assertThat(text.length()).isLessThan(4_000);
    }

    @Test
    void whatIsNoSpeedIsRefused() {
        SpeedWatch watch = SpeedWatch.before(SpeedPrior.NONE);
        for (double rate : new double[] {0, -1, Double.NaN, Double.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> watch.after(Instant.EPOCH, rate)).hasMessageContaining("no speed");
        }
        assertThat(watch.ratio()).isEmpty();
    }

    private static int median(List<Integer> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** Samples once an hour: log-normal, correlated with the one before, with a daily wave. */
    private static final class Node {
        static final double SPEED = 60;
        private final double spread;
        private final double rho;
        private final double wave;
        private final Random random;
        private final double roof;
        private Instant at = Instant.EPOCH;
        private double noise;

        Node(double cv, double rho, double wave, Random random) {
            this(cv, rho, wave, random, Double.POSITIVE_INFINITY);
        }

        Node(double cv, double rho, double wave, Random random, double roof) {
            this.roof = roof;
            this.spread = Math.sqrt(Math.log1p(cv * cv));
            this.rho = rho;
            this.wave = wave;
            this.random = random;
            this.noise = random.nextGaussian();
        }

        SpeedWatch samples(SpeedWatch watch, int count, double share) {
            SpeedWatch next = watch;
            for (int i = 0; i < count; i++) {
                next = sample(next, share);
            }
            return next;
        }

        SpeedWatch sample(SpeedWatch watch, double share) {
            noise = rho * noise + Math.sqrt(1 - rho * rho) * random.nextGaussian();
            at = at.plus(HOUR);
            double hour = 2 * Math.PI * (at.getEpochSecond() % 86_400) / 86_400;
            return watch.after(at, share * SPEED * Math.exp(spread * noise + wave * Math.cos(hour - 2)), roof);
        }
    }
}
