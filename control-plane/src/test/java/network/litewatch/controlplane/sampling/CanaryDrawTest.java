package network.litewatch.controlplane.sampling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.miner.CanaryKind;
import org.junit.jupiter.api.Test;

class CanaryDrawTest {
    private static final Duration SLOT = Duration.ofSeconds(15);
    private static final Map<CanaryKind, Integer> TOKENS = Map.of(CanaryKind.RATE, 150);
    private static final CanaryPolicy.Budget PLENTY =
            new CanaryPolicy.Budget(1_000_000_000, Double.POSITIVE_INFINITY, BigDecimal.ZERO);

    @Test
    void drawsAsManyAsPlannedAndAsUnpredictablyAsRain() {
        CanaryDraw draw = new CanaryDraw(policy(24, Duration.ofDays(2), PLENTY), TOKENS, miners(1, "a"));
        List<Integer> gaps = gaps(draw, Interest.NORMAL, 400_000);

        double mean = gaps.stream().mapToInt(gap -> gap).average().orElseThrow();
        double variance =
                gaps.stream().mapToDouble(gap -> (gap - mean) * (gap - mean)).sum() / gaps.size();
        // Every hour, 240 slots; of waits without a memory the spread is the mean.
        assertThat(mean).isCloseTo(240, within(24.0));
        assertThat(Math.sqrt(variance) / mean).isCloseTo(1, within(0.1));
        // Having just been asked, or not for long, says nothing of the next one.
        double afterShort = after(gaps, gap -> gap < 60);
        double afterLong = after(gaps, gap -> gap > 480);
        assertThat(afterShort / afterLong).isCloseTo(1, within(0.35));
    }

    @Test
    void nobodyWaitsLongerThanTheTimeOfCover() {
        CanaryDraw seldom = new CanaryDraw(policy(1, Duration.ofHours(4), PLENTY), TOKENS, miners(1, "a"));
        List<Integer> gaps = gaps(seldom, Interest.NORMAL, 400_000);
        int most = (int) (Duration.ofHours(4).toMillis() / SLOT.toMillis());

        assertThat(gaps).allSatisfy(gap -> assertThat(gap).isLessThanOrEqualTo(most));
        // The last quarter of it is drawn from evenly: who waited three hours knows no more than that.
        assertThat(gaps.stream()
                        .filter(gap -> gap > most * 3 / 4)
                        .mapToInt(gap -> gap)
                        .average()
                        .orElseThrow())
                .isCloseTo(most * 7 / 8.0, within(most / 40.0));
    }

    @Test
    void suspicionAsksMoreAndFreshEvidenceLess() {
        CanaryDraw draw = new CanaryDraw(policy(24, Duration.ofDays(2), PLENTY), TOKENS, miners(1, "a"));
        double normal = mean(gaps(draw, Interest.NORMAL, 400_000));
        assertThat(normal / mean(gaps(draw, Interest.SUSPECT, 400_000))).isCloseTo(10, within(1.2));
        assertThat(mean(gaps(draw, Interest.PROVEN, 400_000)) / normal).isCloseTo(2, within(0.3));
    }

    @Test
    void smallStrataGetMoreThanTheirShare() {
        List<Target> miners = new ArrayList<>(miners(100, "big"));
        miners.addAll(miners(4, "small"));
        CanaryDraw draw = new CanaryDraw(policy(24, Duration.ofDays(2), PLENTY), TOKENS, miners);

        double big = draw.perDay(CanaryKind.RATE, new TargetId("big-0"));
        double small = draw.perDay(CanaryKind.RATE, new TargetId("small-0"));
        assertThat(small / big).isCloseTo(5, within(1e-9));
        assertThat(100 * big + 4 * small).isCloseTo(104 * 24.0, within(1e-6));
        assertThat(draw.perDay(CanaryKind.PING, new TargetId("big-0"))).isZero();
        assertThat(draw.perDay(CanaryKind.RATE, new TargetId("stranger"))).isZero();
    }

    @Test
    void aBudgetThinsAllAlikeAndSaysWhatItCannotCover() {
        // 10 x 24 x 150 = 36,000 tokens a day are wanted.
        CanaryPolicy.Budget half = new CanaryPolicy.Budget(20_000, Double.POSITIVE_INFINITY, BigDecimal.ZERO);
        CanaryDraw draw = new CanaryDraw(policy(24, Duration.ofHours(12), half), TOKENS, miners(10, "a"));
        assertThat(draw.perDay(CanaryKind.RATE, new TargetId("a-3"))).isCloseTo(12, within(1e-9));
        assertThat(draw.shortfall()).isEmpty();

        CanaryPolicy.Budget none = new CanaryPolicy.Budget(1_500, Double.POSITIVE_INFINITY, BigDecimal.ZERO);
        assertThat(new CanaryDraw(policy(24, Duration.ofHours(12), none), TOKENS, miners(10, "a")).shortfall())
                .contains(
                        "asking each of 10 miners once in 43200 s takes 3000 tokens a day, and the budget has 1500: about one"
                                + " in 2.0 waits longer");
    }

    @Test
    void feesCountAsTokensDo() {
        CanaryPolicy policy = new CanaryPolicy(
                Map.of(CanaryKind.RATE, 24.0),
                Duration.ofHours(4),
                List.of(),
                10,
                10,
                new BigDecimal("0.01"),
                new CanaryPolicy.Budget(1_000_000, 1e9, new BigDecimal("0.1")),
                new CanaryPolicy.Budget(1_000_000, 1e9, new BigDecimal("0.12")));
        // 24 a day would cost 0.24.
        assertThat(new CanaryDraw(policy, TOKENS, miners(1, "a")).perDay(CanaryKind.RATE, new TargetId("a-0")))
                .isCloseTo(0.9 * 12, within(1e-9));
    }

    private static double after(List<Integer> gaps, IntPredicate before) {
        return IntStream.range(1, gaps.size())
                .filter(i -> before.test(gaps.get(i - 1)))
                .mapToDouble(gaps::get)
                .average()
                .orElseThrow();
    }

    private static double mean(List<Integer> gaps) {
        return gaps.stream().mapToInt(gap -> gap).average().orElseThrow();
    }

    /** Slots between two that are used, of the first miner. */
    private static List<Integer> gaps(CanaryDraw draw, Interest interest, int slots) {
        SplittableRandom random = new SplittableRandom(5);
        List<Integer> gaps = new ArrayList<>();
        int since = 1;
        for (int i = 0; i < slots; i++, since++) {
            double p = draw.probability(
                    CanaryKind.RATE, new TargetId("a-0"), SLOT, Optional.of(SLOT.multipliedBy(since)), interest);
            assertThat(p).isBetween(0.0, 1.0);
            if (random.nextDouble() < p) {
                gaps.add(since);
                since = 0;
            }
        }
        return gaps;
    }

    static CanaryPolicy policy(double perDay, Duration cover, CanaryPolicy.Budget day) {
        return new CanaryPolicy(
                Map.of(CanaryKind.RATE, perDay), cover, List.of("model"), 10, 10, BigDecimal.ZERO, PLENTY, day);
    }

    static List<Target> miners(int count, String model) {
        return IntStream.range(0, count)
                .mapToObj(i -> new Target(
                        new TargetId(model + "-" + i),
                        TargetKind.MINER,
                        new NetworkId("lab"),
                        SecretUrl.parse("http://router.example"),
                        Optional.empty(),
                        Map.of("model", model),
                        Map.of("session", "1")))
                .toList();
    }
}
