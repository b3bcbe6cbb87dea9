package network.litewatch.controlplane.bench.fleet;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.canary.IdentityWatch;

/**
 * At each place of each prompt a favourite character, written with a chance of {@code sharp}, else any letter: far from language,
 * and the model that the promises are made for.
 *
 * @param family what is common to models of one family
 * @param own what is not
 * @param sharp chance of the favourite
 * @param common share of places at which a family's models have the same favourite
 */
record PlacewiseText(long family, long own, double sharp, double common) implements TextModel {
    private static final int LETTERS = 26;

    @Override
    public PlacewiseText relative(long other) {
        return new PlacewiseText(family, other, sharp, common);
    }

    @Override
    public String complete(long prompt, RandomGenerator random) {
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
