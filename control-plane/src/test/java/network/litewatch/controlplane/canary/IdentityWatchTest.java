package network.litewatch.controlplane.canary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdentityWatchTest {
    private static final int PROMPTS = 5;
    private static final int TRUSTED = 6;
    private static final int AUDITED = 2;

    @Test
    void aBetOnAnyRankIsFair() {
        for (int alternative = 0; alternative < RankEvidence.ALTERNATIVES; alternative++) {
            for (int among = 3; among <= 20; among++) {
                double sum = 0;
                for (int place = 1; place <= among; place++) {
                    assertThat(RankEvidence.bet(alternative, place, among)).isPositive();
                    sum += RankEvidence.bet(alternative, place, among);
                }
                assertThat(sum / among).isCloseTo(1, within(1e-12));
            }
        }
    }

    @Test
    void honestNodesAreAccusedLessOftenThanTheBoundInTheirWholeLives() {
        Random random = new Random(3);
        int lives = 2_000;
        int accused = 0;
        long low = 0;
        long completions = 0;
        for (int life = 0; life < lives; life++) {
            Text model = new Text(random.nextLong(), random.nextLong());
            IdentityWatch watch = IdentityWatch.before(0.1);
            for (int round = 0; round < 40; round++) {
                watch = watch.after(round(model, model, 0, random), random);
            }
            accused += watch.accused() ? 1 : 0;
            low += watch.evidence().low();
            completions += watch.evidence().completions();
        }

        // A bound that were never touched would hide a test that cannot fail.
        assertThat(accused / (double) lives).isBetween(0.003, 0.1);
        // Of seven and eight ranks the lowest quarter is one and two.
        assertThat(low / (double) completions).isCloseTo((1 / 7.0 + 2 / 8.0) / 2, within(0.01));
    }

    @Test
    void aFullySwappedModelIsFlaggedWithinFortyCompletions() {
        List<Long> found = found(1, 0, 100);

        assertThat(found.get(found.size() - 1)).isLessThanOrEqualTo(40);
    }

    @Test
    void aShareOfThirtyPercentIsFlaggedWithinFourHundredCompletions() {
        List<Long> found = found(0.3, 0, 200);
        List<Long> afterHonestMonths = found(0.3, 60, 50);

        assertThat(found.get(found.size() / 2)).isLessThanOrEqualTo(130);
        assertThat(found.get(found.size() - 1)).isLessThanOrEqualTo(400);
        assertThat(afterHonestMonths.get(afterHonestMonths.size() - 1)).isLessThanOrEqualTo(400);
    }

    @Test
    void anHonestNodeThatWritesTheSameTextAsEveryoneIsNeverAccused() {
        Random random = new Random(7);
        IdentityWatch watch = IdentityWatch.before(0.01);
        for (int round = 0; round < 500; round++) {
            watch = watch.after(
                    List.of(new IdentityRound.Prompt(List.of("42", "42", "42", "42"), List.of("42", "42"))), random);
        }

        assertThat(watch.accused()).isFalse();
        assertThat(watch.evidence().completions()).isEqualTo(1_000);
    }

    @Test
    void answersThatAreTooAlikeAreAnotherModelToo() {
        Random random = new Random(11);
        IdentityWatch watch = IdentityWatch.before(IdentityWatch.BOUND);
        while (!watch.accused() && watch.evidence().completions() < 1_000) {
            List<IdentityRound.Prompt> prompts = new ArrayList<>();
            for (int p = 0; p < PROMPTS; p++) {
                Text model = new Text(random.nextLong(), random.nextLong());
                long prompt = random.nextLong();
                List<String> trusted = new ArrayList<>();
                for (int i = 0; i < TRUSTED; i++) {
                    trusted.add(model.complete(prompt, 0.7, random));
                }
                prompts.add(new IdentityRound.Prompt(trusted, List.of(model.complete(prompt, 1, random))));
            }
            watch = watch.after(prompts, random);
        }

        assertThat(watch.accused()).isTrue();
        assertThat(watch.accusedAfter()).isLessThanOrEqualTo(100);
    }

    @Test
    void whoIsAccusedStaysSoAndTheSameSeedGivesTheSameEvidence() throws Exception {
        Text claimed = new Text(1, 2);
        Text served = new Text(3, 2);
        IdentityWatch watch = IdentityWatch.before(0.001);
        for (int round = 0; round < 5; round++) {
            List<IdentityRound.Prompt> prompts = round(claimed, served, 1, new Random(round));
            IdentityWatch next = watch.after(prompts, new Random(13));
            assertThat(watch.after(prompts, new Random(13))).isEqualTo(next);
            watch = next;
        }
        long after = watch.accusedAfter();
        for (int round = 0; round < 50; round++) {
            watch = watch.after(round(claimed, claimed, 0, new Random(round)), new Random(13));
        }

        assertThat(watch.accusedAfter()).isEqualTo(after).isPositive();
        assertThat(watch.after(List.of(), new Random(1))).isSameAs(watch);
        ObjectMapper json = new ObjectMapper();
        String text = json.writeValueAsString(watch);
        assertThat(json.readValue(text, IdentityWatch.class)).isEqualTo(watch);
        assertThat(text.length()).isLessThan(800);
    }

    @Test
    void aRoundGroupsAnswersByPromptAndNodeWithinItsLimits() throws Exception {
        IdentityRound round =
                IdentityRound.open("r1").trusted("b", "x").trusted("b", "y").trusted("a", "only one");
        round = round.audited("n1", "b", "z")
                .audited("n1", "a", "z")
                .audited("n2", "a", "z")
                .audited("n2", "c", "z");

        assertThat(round.nodes()).containsExactly("n1", "n2");
        assertThat(round.of("n1")).containsExactly(new IdentityRound.Prompt(List.of("x", "y"), List.of("z")));
        assertThat(round.of("n2")).isEmpty();
        assertThat(round.of("nobody")).isEmpty();
        assertThat(round.pValue("n1", new ModelEquality(10, 19), new Random(1))).isEmpty();
        assertThat(round.audited("n1", "b", "zz")
                        .pValue("n1", new ModelEquality(10, 19), new Random(1))
                        .orElseThrow())
                .isBetween(0.05, 1.0);
        ObjectMapper json = new ObjectMapper();
        assertThat(json.readValue(json.writeValueAsString(round), IdentityRound.class))
                .isEqualTo(round);

        for (int i = 0; i < 100; i++) {
            round = round.trusted("p" + i, "t").trusted("b", "t").audited("n1", "b", "u".repeat(1_000));
        }
        assertThat(round.prompts()).hasSize(IdentityRound.PROMPTS);
        assertThat(round.of("n1").get(0).trusted()).hasSize(IdentityRound.TRUSTED);
        assertThat(round.of("n1").get(0).audited()).hasSize(IdentityRound.AUDITED);
        assertThat(round.of("n1").get(0).audited().get(3)).hasSize(IdentityRound.CHARACTERS);
        assertThatThrownBy(() -> new IdentityRound.Prompt(List.of("a"), List.of("b")))
                .hasMessageContaining("trusted completions");
    }

    /** Completions after the swap until an accusation at one honest life in 100,000, in order; 100,000 for never. */
    private static List<Long> found(double share, int honestRounds, int lives) {
        Random random = new Random(5);
        List<Long> found = new ArrayList<>();
        for (int life = 0; life < lives; life++) {
            Text claimed = new Text(random.nextLong(), random.nextLong());
            Text served = new Text(random.nextLong(), claimed.shared());
            IdentityWatch watch = IdentityWatch.before(IdentityWatch.BOUND);
            for (int round = 0; round < honestRounds; round++) {
                watch = watch.after(round(claimed, claimed, 0, random), random);
            }
            assertThat(watch.accused()).isFalse();
            long honest = watch.evidence().completions();
            for (int round = 0; round < 100 && !watch.accused(); round++) {
                watch = watch.after(round(claimed, served, share, random), random);
            }
            found.add(watch.accused() ? watch.accusedAfter() - honest : 100_000L);
        }
        return found.stream().sorted().toList();
    }

    private static List<IdentityRound.Prompt> round(Text claimed, Text served, double share, Random random) {
        IdentityRound round = IdentityRound.open("round");
        for (int p = 0; p < PROMPTS; p++) {
            long prompt = random.nextLong();
            for (int i = 0; i < TRUSTED; i++) {
                round = round.trusted("p" + p, claimed.complete(prompt, 0.7, random));
            }
            for (int i = 0; i < AUDITED; i++) {
                Text by = random.nextDouble() < share ? served : claimed;
                round = round.audited("node", "p" + p, by.complete(prompt, 0.7, random));
            }
        }
        return round.of("node");
    }

    /** A favourite character at every place of every prompt, half of them in common with other models of {@code shared}. */
    private record Text(long seed, long shared) {
        String complete(long prompt, double sharp, Random random) {
            Random common = new Random(shared ^ prompt);
            Random own = new Random(seed ^ prompt);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < IdentityWatch.CHARACTERS; i++) {
                int both = common.nextInt(26);
                int mine = own.nextInt(26);
                int favourite = common.nextBoolean() ? both : mine;
                text.append((char) ('a' + (random.nextDouble() < sharp ? favourite : random.nextInt(26))));
            }
            return text.toString();
        }
    }
}
