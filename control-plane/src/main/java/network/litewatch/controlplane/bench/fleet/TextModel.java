package network.litewatch.controlplane.bench.fleet;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.canary.IdentityWatch;

/**
 * A model as a distribution over characters: at each place of each prompt it has a favourite, which it writes with a chance of
 * {@code sharp}, else any letter. Models of one family share the favourites at a part of the places. Far from language, and all
 * that a kernel which compares places can see of it.
 *
 * @param family what is common to models of one family
 * @param own what is not
 * @param sharp chance of the favourite
 * @param common share of places at which a family's models agree
 */
record TextModel(long family, long own, double sharp, double common) {
    private static final int LETTERS = 26;

    /** Another of the family. */
    TextModel relative(long other) {
        return new TextModel(family, other, sharp, common);
    }

    String complete(long prompt, RandomGenerator random) {
        SplittableRandom together = new SplittableRandom(family * 31 + prompt);
        SplittableRandom alone = new SplittableRandom(own * 37 + prompt);
        char[] text = new char[IdentityWatch.CHARACTERS];
        for (int i = 0; i < text.length; i++) {
            int both = together.nextInt(LETTERS);
            int mine = alone.nextInt(LETTERS);
            int favourite = together.nextDouble() < common ? both : mine;
            text[i] = (char) ('a' + (random.nextDouble() < sharp ? favourite : random.nextInt(LETTERS)));
        }
        return new String(text);
    }
}
