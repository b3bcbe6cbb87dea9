package network.litewatch.controlplane.bench.fleet;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.canary.IdentityWatch;

/**
 * Word by word, each out of four that hang on all before it: two texts of one model agree until the first word in which they
 * differ and by accident afterwards, as in language. Much less of it can be compared.
 *
 * @param family what is common to models of one family
 * @param own what is not
 * @param sharp chance of the first of the four words
 * @param common share of beginnings after which a family's models know the same four words
 */
record BranchingText(long family, long own, double sharp, double common) implements TextModel {
    private static final int WORDS = 4;
    private static final int LETTERS = 26;

    @Override
    public BranchingText relative(long other) {
        return new BranchingText(family, other, sharp, common);
    }

    @Override
    public String complete(long prompt, RandomGenerator random) {
        StringBuilder text = new StringBuilder();
        long beginning = prompt;
        while (text.length() < IdentityWatch.CHARACTERS) {
            SplittableRandom together = new SplittableRandom(family * 31 + beginning);
            boolean alike = together.nextDouble() < common;
            SplittableRandom words = alike ? together : new SplittableRandom(own * 37 + beginning);
            int chosen = random.nextDouble() < sharp ? 0 : 1 + random.nextInt(WORDS - 1);
            String word = "";
            for (int i = 0; i <= chosen; i++) {
                word = word(words);
            }
            text.append(word);
            beginning = beginning * 1_000_003 + word.hashCode();
        }
        return text.substring(0, IdentityWatch.CHARACTERS);
    }

    private static String word(SplittableRandom random) {
        StringBuilder word = new StringBuilder();
        int length = 2 + random.nextInt(5);
        for (int i = 0; i < length; i++) {
            word.append((char) ('a' + random.nextInt(LETTERS)));
        }
        return word.append(' ').toString();
    }
}
