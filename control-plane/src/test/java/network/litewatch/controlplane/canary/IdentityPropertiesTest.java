package network.litewatch.controlplane.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

/** How often an honest node is accused, and how soon one that swapped its model. */
class IdentityPropertiesTest {
    private static final int CHARACTERS = 40;
    private static final int PROMPTS = 5;
    private static final int TRUSTED = 6;
    private static final int AUDITED = 2;

    @Property(tries = 20)
    void ofEqualModelsAPValueIsNoSmallerThanChance(
            @ForAll long seed, @ForAll @DoubleRange(min = 0.3, max = 1) double sharp) {
        Random random = new Random(seed);
        ModelEquality test = new ModelEquality(CHARACTERS, 39);
        int audits = 200;
        int below = 0;
        for (int i = 0; i < audits; i++) {
            Model model = new Model(random, sharp);
            below += test.pValue(audit(model, model, 0, random), random) <= 0.1 ? 1 : 0;
        }

        // Twenty tries of 200 at 0.1 each: five standard deviations.
        assertThat(below / (double) audits).isLessThanOrEqualTo(0.1 + 5 * Math.sqrt(0.09 / audits));
    }

    @Example
    void honestNodesAreAccusedLessOftenThanTheBoundInTheirWholeLives() {
        Random random = new Random(41);
        ModelEquality test = new ModelEquality(CHARACTERS, 99);
        int lives = 300;
        int accused = 0;
        for (int life = 0; life < lives; life++) {
            Model model = new Model(random, 0.7);
            Evidence evidence = Evidence.NONE;
            boolean ever = false;
            for (int i = 0; i < 25; i++) {
                evidence = evidence.after(test.pValue(audit(model, model, 0, random), random));
                ever |= evidence.accuses(0.1);
            }
            accused += ever ? 1 : 0;
        }

        assertThat(accused / (double) lives).isLessThanOrEqualTo(0.1);
    }

    @Example
    void theBoundHoldsOverLongLivesOfPerfectlyUniformPValues() {
        Random random = new Random(43);
        int lives = 20_000;
        int accused = 0;
        int accusedBySum = 0;
        for (int life = 0; life < lives; life++) {
            Evidence evidence = Evidence.NONE;
            boolean ever = false;
            for (int i = 0; i < 300; i++) {
                evidence = evidence.after(1 - random.nextDouble());
                ever |= evidence.accuses(0.05);
            }
            accused += ever ? 1 : 0;
            accusedBySum += evidence.accusesWhateverIsShared(0.05) ? 1 : 0;
        }

        // A bound that were never touched would hide a test that cannot fail.
        assertThat(accused / (double) lives).isBetween(0.005, 0.05);
        assertThat(accusedBySum / (double) lives).isBetween(0.0001, 0.05);
    }

    @Example
    void sharedReferencesBreakTheProductAndNotTheSum() {
        Random random = new Random(47);
        int lives = 20_000;
        int byProduct = 0;
        int bySum = 0;
        for (int life = 0; life < lives; life++) {
            // The worst that sharing can do: every audit repeats the first.
            double always = 1 - random.nextDouble();
            Evidence evidence = Evidence.NONE;
            for (int i = 0; i < 100; i++) {
                evidence = evidence.after(always);
            }
            byProduct += evidence.accuses(0.05) ? 1 : 0;
            bySum += evidence.accusesWhateverIsShared(0.05) ? 1 : 0;
        }

        assertThat(byProduct / (double) lives).isGreaterThan(0.1);
        assertThat(bySum / (double) lives).isLessThanOrEqualTo(0.05);
    }

    @Property
    void anEValueIsAFairBetAndFallsWithP(@ForAll @IntRange(min = 1, max = 2_000) int permutations) {
        double mean = 0;
        double last = Double.POSITIVE_INFINITY;
        for (int i = 1; i <= permutations + 1; i++) {
            double e = Evidence.eValue(i / (permutations + 1.0));
            assertThat(e).isLessThan(last).isGreaterThanOrEqualTo(0.5);
            last = e;
            mean += e / (permutations + 1.0);
        }

        assertThat(mean).isLessThanOrEqualTo(1);
    }

    @Example
    void theCalibratorsIntegralIsOne() {
        // Over ln p, where the pole at 0 is flat; below p = e^-700 there is 1/700 left.
        double integral = 0;
        double step = 1e-3;
        for (double log = -700 + step / 2; log < 0; log += step) {
            integral += Evidence.eValue(Math.exp(log)) * Math.exp(log) * step;
        }

        assertThat(integral + 1.0 / 700).isCloseTo(1, within(1e-4));
    }

    @Property(tries = 40)
    void aFullySwappedModelIsFlaggedWithinFortyCompletions(@ForAll long seed) {
        Random random = new Random(seed);
        Model claimed = new Model(random, 0.7);
        Model served = claimed.relative(random);

        assertThat(completionsUntilFlagged(claimed, served, 0, random)).isLessThanOrEqualTo(40);
    }

    @Example
    void aSwapAfterAHundredHonestAuditsIsFlaggedWithinEightyCompletions() {
        Random random = new Random(53);
        Model claimed = new Model(random, 0.7);

        assertThat(completionsUntilFlagged(claimed, claimed.relative(random), 100, random))
                .isLessThanOrEqualTo(80);
    }

    @Example
    void theSameSeedGivesTheSameAnswerAndTextsOfAnyLengthAreCompared() {
        ModelEquality test = new ModelEquality(10, 99);
        List<ModelEquality.Prompt> empty =
                List.of(new ModelEquality.Prompt(List.of("", "", "", ""), List.of("", "", "")));
        List<ModelEquality.Prompt> cut = List.of(new ModelEquality.Prompt(
                List.of("yes \uD83D\uDE00", "yes \uD83D\uDE00", "yes \uD83D\uDE00", "yes \uD83D\uDE00"),
                List.of("yes \uD83D", "yes", "yes", "ye")));

        assertThat(test.pValue(empty, new Random(1))).isEqualTo(1);
        assertThat(test.pValue(cut, new Random(1)))
                .isEqualTo(test.pValue(cut, new Random(1)))
                .isLessThan(0.1);
    }

    @Example
    void whatCannotBeComparedIsRefused() {
        assertThatThrownBy(() -> new ModelEquality.Prompt(List.of("a", "b"), List.of("c")))
                .hasMessageContaining("audited completions");
        assertThatThrownBy(() -> Evidence.eValue(0)).hasMessageContaining("p-value");
        assertThatThrownBy(() -> Evidence.eValue(Double.NaN)).hasMessageContaining("p-value");
    }

    /** Completions audited after the swap until an accusation at one in a thousand lives; 1,000 when there was none. */
    private static int completionsUntilFlagged(Model claimed, Model served, int honest, Random random) {
        ModelEquality test = new ModelEquality(CHARACTERS, 499);
        Evidence evidence = Evidence.NONE;
        for (int i = 0; i < honest; i++) {
            evidence = evidence.after(test.pValue(audit(claimed, claimed, 0, random), random));
        }
        for (int audits = 1; audits <= 100; audits++) {
            evidence = evidence.after(test.pValue(audit(claimed, served, 1, random), random));
            if (evidence.accuses(0.001)) {
                return audits * PROMPTS * AUDITED;
            }
        }
        return 1_000;
    }

    /** One audit of {@link #PROMPTS} prompts; a completion comes from {@code served} with a chance of {@code share}. */
    private static List<ModelEquality.Prompt> audit(Model claimed, Model served, double share, Random random) {
        List<ModelEquality.Prompt> prompts = new ArrayList<>();
        for (int p = 0; p < PROMPTS; p++) {
            long prompt = random.nextLong();
            List<String> trusted = new ArrayList<>();
            List<String> audited = new ArrayList<>();
            for (int i = 0; i < TRUSTED; i++) {
                trusted.add(claimed.complete(prompt, random));
            }
            for (int i = 0; i < AUDITED; i++) {
                audited.add((random.nextDouble() < share ? served : claimed).complete(prompt, random));
            }
            prompts.add(new ModelEquality.Prompt(trusted, audited));
        }
        return prompts;
    }

    /**
     * A model as a distribution over characters: at every place of every prompt a favourite, written with probability
     * {@code sharp}, else any letter.
     */
    private record Model(long seed, long shared, double sharp) {
        Model(Random random, double sharp) {
            this(random.nextLong(), random.nextLong(), sharp);
        }

        /** Another model that has half of its favourites in common with this one. */
        Model relative(Random random) {
            return new Model(random.nextLong(), shared, sharp);
        }

        String complete(long prompt, Random random) {
            Random common = new Random(shared ^ prompt);
            Random own = new Random(seed ^ prompt);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < CHARACTERS; i++) {
                int both = common.nextInt(26);
                int mine = own.nextInt(26);
                int favourite = common.nextBoolean() ? both : mine;
                text.append((char) ('a' + (random.nextDouble() < sharp ? favourite : random.nextInt(26))));
            }
            return text.toString();
        }
    }
}
