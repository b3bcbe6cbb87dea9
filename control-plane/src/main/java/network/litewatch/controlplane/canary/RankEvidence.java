package network.litewatch.controlplane.canary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.drift.Require;

/**
 * What a node's completions say together, one by one, such that an honest node is ever accused with a known probability however
 * often it is looked at and however long it lives.
 *
 * <p>Each completion is ranked among the trusted ones of its prompt by how well it agrees with the others: places that agree (the
 * Hamming kernel of {@link ModelEquality}) and, since texts of a language model have little in common after the first word in
 * which they differ, {@value #BEGINNING} times the length of the beginning that they share; of an honest node every rank is equally likely, whatever came before (conformal p-values in the
 * online mode are independent: V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in a Random World, 2005, theorem 8.1; ties
 * are broken at random). So a bet on low ranks at fair odds is a martingale (a conformal test martingale; V. Vovk, Testing
 * randomness online, Statistical Science 36, 2021). Products of bets are mixed over what may have happened: a tenth to all of the
 * completions come from another model, which shows clearly or faintly; and over the round in which it may have begun, the n-th
 * weighted {@code 1 / (n (n + 1))}. The mixture reaches {@code 1 / bound} with a probability of at most {@code bound} (Ville, 1939).
 *
 * <p>A test of a whole round sees the average completion only; a rank sees the one in three that is foreign, and the more clearly
 * the more trusted completions there are: 32 to a prompt find a share three times as soon as 8 do, and serve all nodes of a
 * model. They must be new in each round and drawn as the node should draw its own: same weights, settings and prompt.
 *
 * @param bets one for each of the things that may have happened
 * @param rounds how many
 * @param completions how many were ranked
 * @param low how many of them were among the lowest quarter of their prompt; a quarter of an honest node's are
 */
public record RankEvidence(List<Double> bets, int rounds, long completions, long low) {
    // Share of completions that are foreign, and how fast their ranks thin out from the lowest up.
    private static final double[] SHARES = {0.1, 0.2, 0.35, 0.6, 0.95};
    private static final double[] FADES = {0.1, 0.55, 0.85};
    // All answers too alike: one stored, or a temperature turned down. It shows in high ranks.
    private static final double ALIKE_SHARE = 0.6;
    private static final double ALIKE_FADE = 0.55;
    static final int BEGINNING = 3;
    private static final double MOST = 1e200;
    static final int ALTERNATIVES = SHARES.length * FADES.length + 1;

    /** Before the first round. */
    public static final RankEvidence NONE = new RankEvidence(Collections.nCopies(ALTERNATIVES, 0.0), 0, 0, 0);

    public RankEvidence {
        bets = List.copyOf(bets);
        if (bets.size() != ALTERNATIVES) {
            throw new IllegalArgumentException("wants " + ALTERNATIVES + " bets: " + bets.size());
        }
    }

    /**
     * The evidence after a round.
     *
     * @param prompts each with two trusted completions or more; of the audited ones no more than half as many are looked at,
     *     since more would be compared with themselves
     * @param characters how many of a completion's first characters are compared
     * @param random breaks ties and nothing else
     */
    public RankEvidence after(List<IdentityRound.Prompt> prompts, int characters, RandomGenerator random) {
        int n = rounds + 1;
        double weight = 1.0 / n / (n + 1.0);
        double[] next = new double[ALTERNATIVES];
        for (int i = 0; i < ALTERNATIVES; i++) {
            next[i] = bets.get(i) + weight;
        }
        long ranked = completions;
        long lowest = low;
        for (IdentityRound.Prompt prompt : prompts) {
            for (Rank rank : ranks(prompt, characters, random)) {
                for (int i = 0; i < ALTERNATIVES; i++) {
                    next[i] = Math.min(MOST, next[i] * bet(i, rank.place(), rank.among()));
                }
                ranked++;
                lowest += 4 * rank.place() <= rank.among() ? 1 : 0;
            }
        }
        List<Double> list = new ArrayList<>(ALTERNATIVES);
        for (double value : next) {
            list.add(value);
        }
        return new RankEvidence(list, n, ranked, lowest);
    }

    /**
     * Whether an accusation is due, at a lifetime probability of at most {@code bound} of accusing an honest node. Who is accused
     * stays accused: the caller remembers it.
     */
    public boolean accuses(double bound) {
        return evidence() >= 1 / Require.inside("bound", bound, 0, 1);
    }

    /** The mixture's wealth, 1 at the start; of an honest node its mean stays 1. */
    public double evidence() {
        double sum = 0;
        for (double bet : bets) {
            sum += bet;
        }
        // Of the weights, 1 / (rounds + 1) is kept for rounds that are yet to come.
        return sum / ALTERNATIVES + 1.0 / (rounds + 1.0);
    }

    /** The 1st is the least like the others. */
    private record Rank(int place, int among) {}

    /** What a stake of 1 becomes: chance of this rank if the alternative is so, over that of an honest node. */
    static double bet(int alternative, int place, int among) {
        if (alternative == ALTERNATIVES - 1) {
            return 1 - ALIKE_SHARE + ALIKE_SHARE * odds(among + 1 - place, among, ALIKE_FADE);
        }
        double share = SHARES[alternative / FADES.length];
        return 1 - share + share * odds(place, among, FADES[alternative % FADES.length]);
    }

    /** Geometric chances over the ranks, times how many there are: their mean over the ranks is 1. */
    private static double odds(int place, int among, double fade) {
        return among * Math.pow(fade, place - 1.0) * (1 - fade) / (1 - Math.pow(fade, among));
    }

    private static List<Rank> ranks(IdentityRound.Prompt prompt, int characters, RandomGenerator random) {
        int trusted = prompt.trusted().size();
        int audited = Math.min(prompt.audited().size(), Math.max(1, trusted / 2));
        int all = trusted + audited;
        int[][] heads = new int[all][];
        for (int i = 0; i < all; i++) {
            heads[i] = ModelEquality.head(
                    i < trusted ? prompt.trusted().get(i) : prompt.audited().get(i - trusted), characters);
        }
        List<Rank> ranks = new ArrayList<>();
        int[] agreements = new int[all];
        for (int newest = 1; newest < all; newest++) {
            for (int i = 0; i < newest; i++) {
                int agreement = likeness(heads[i], heads[newest]);
                agreements[i] += agreement;
                agreements[newest] += agreement;
            }
            if (newest >= trusted) {
                ranks.add(rank(agreements, newest, random));
            }
        }
        return ranks;
    }

    private static int likeness(int[] one, int[] other) {
        int differs = Arrays.mismatch(one, other);
        return ModelEquality.agreeing(one, other) + BEGINNING * (differs < 0 ? one.length : differs);
    }

    /** The newest among all up to it. */
    private static Rank rank(int[] agreements, int newest, RandomGenerator random) {
        int below = 0;
        int ties = 0;
        for (int i = 0; i < newest; i++) {
            below += agreements[i] < agreements[newest] ? 1 : 0;
            ties += agreements[i] == agreements[newest] ? 1 : 0;
        }
        return new Rank(1 + below + random.nextInt(ties + 1), newest + 1);
    }
}
