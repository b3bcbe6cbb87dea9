package network.litewatch.controlplane.reputation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class ScorePropertiesTest {
    private static final List<Component> COMPONENTS = List.of(Component.values());
    private static final int DAYS = 14;
    private static final int RUNS = 96 * DAYS;
    private static final Instant NOW = Pieces.T0.plus(Duration.ofDays(DAYS));

    /** What matters to people: a node that says when it is away is better than one that answers always and wrongly. */
    @Property(tries = 60)
    void alwaysUpAndOftenWrongRanksBelowSometimesAnnouncedAway(
            @ForAll @DoubleRange(min = 0.1, max = 0.9) double wrong,
            @ForAll @DoubleRange(min = 0.05, max = 0.6) double away,
            @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Evidence> upAndWrong = new ArrayList<>();
        List<Evidence> rightAndAway = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            long minute = 15L * i;
            upAndWrong.add(Pieces.piece(Component.AVAILABILITY, true, minute));
            upAndWrong.add(Pieces.piece(Component.CORRECTNESS, random.nextDouble() >= wrong, minute));
            if (random.nextDouble() >= away) {
                rightAndAway.add(Pieces.piece(Component.AVAILABILITY, true, minute));
                rightAndAway.add(Pieces.piece(Component.CORRECTNESS, true, minute));
            }
        }

        Interval one = score(upAndWrong);
        Interval other = score(rightAndAway);

        assertThat(one.lower()).isLessThan(other.lower());
        assertThat(one.point()).isLessThan(other.point());
    }

    @Property(tries = 200)
    void anOrderOfEvidenceMakesNoDifference(
            @ForAll @IntRange(min = 2, max = 60) int pieces,
            @ForAll long seed,
            @ForAll @LongRange(min = 1) long order) {
        SplittableRandom random = new SplittableRandom(seed);
        List<Evidence> evidence = new ArrayList<>();
        for (int i = 0; i < pieces; i++) {
            Component component = COMPONENTS.get(random.nextInt(COMPONENTS.size()));
            evidence.add(Pieces.piece(component, random.nextBoolean(), random.nextInt(60 * 24 * 30)));
        }
        List<Evidence> shuffled = new ArrayList<>(evidence);
        Collections.shuffle(shuffled, new Random(order));

        NodeRecord one = Pieces.record(evidence, Pieces.FORMULA);
        NodeRecord other = Pieces.record(shuffled, Pieces.FORMULA);

        one.tallies().forEach((component, tally) -> {
            Tally theirs = other.tally(component);
            assertThat(theirs.good()).isCloseTo(tally.good(), within(1e-9));
            assertThat(theirs.bad()).isCloseTo(tally.bad(), within(1e-9));
            assertThat(theirs.at()).isEqualTo(tally.at());
            assertThat(theirs.pieces()).isEqualTo(tally.pieces());
            assertThat(theirs.newest()).isEqualTo(tally.newest());
        });
    }

    @Property(tries = 200)
    void oneMoreFaultNeverHelps(@ForAll @IntRange(min = 6, max = 300) int good, @ForAll @IntRange(max = 300) int bad) {
        List<Evidence> evidence = new ArrayList<>();
        for (int i = 0; i < good + bad; i++) {
            evidence.add(Pieces.piece(Component.AVAILABILITY, i < good, 60L * 24 * DAYS - 1));
        }
        Interval before = score(evidence);
        evidence.add(Pieces.piece(Component.AVAILABILITY, false, 60L * 24 * DAYS - 1));
        Interval after = score(evidence);

        assertThat(after.lower()).isLessThan(before.lower());
        assertThat(after.point()).isLessThan(before.point());
    }

    /** The interval holds what it promises: the share that it was made for, in nineteen cases of twenty or nearly. */
    @Property(tries = 6)
    void theIntervalHoldsTheShare(
            @ForAll @DoubleRange(min = 0.3, max = 0.99) double share,
            @ForAll @IntRange(min = 20, max = 300) int n,
            @ForAll long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int held = 0;
        int rounds = 2_000;
        for (int round = 0; round < rounds; round++) {
            int good = 0;
            for (int i = 0; i < n; i++) {
                good += random.nextDouble() < share ? 1 : 0;
            }
            Interval interval = LogBeta.of(1.0 + good, 1.0 + n - good).interval(1.96);
            held += interval.lower() <= share && share <= interval.upper() ? 1 : 0;
        }
        assertThat((double) held / rounds).isGreaterThan(0.88);
    }

    private static Interval score(List<Evidence> evidence) {
        return Score.of(Pieces.record(evidence, Pieces.FORMULA).tallies(), Pieces.FORMULA, NOW)
                .interval()
                .orElseThrow();
    }
}
