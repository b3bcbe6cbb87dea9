package network.litewatch.controlplane.canary;

import java.util.List;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.drift.Require;

/**
 * Whether two sets of completions come from the same model, told from their first characters alone.
 *
 * <p>The statistic is the squared maximum mean discrepancy (A. Gretton et al., JMLR 13, 2012, unbiased form) with a Hamming
 * kernel, the share of positions that agree, added up over prompts; chance is measured by permuting within each prompt
 * (Model Equality Testing, I. Gao et al., arXiv 2410.20247). It sees another model. It does not see 8 bits become 4.
 */
public final class ModelEquality {
    private final int characters;
    private final int permutations;

    /**
     * @param characters how many of a completion's first characters are compared; a shorter one is filled up
     * @param permutations how many; no p-value is below 1 / (permutations + 1)
     */
    public ModelEquality(int characters, int permutations) {
        this.characters = Require.atLeast("characters", characters, 1);
        this.permutations = Require.atLeast("permutations", permutations, 1);
    }

    /**
     * Completions of one prompt, two or more of each, drawn with the same settings.
     *
     * @param trusted from nodes whose model is known
     * @param audited from the node in question
     */
    public record Prompt(List<String> trusted, List<String> audited) {
        public Prompt {
            trusted = List.copyOf(trusted);
            audited = List.copyOf(audited);
            Require.atLeast("trusted completions", trusted.size(), 2);
            Require.atLeast("audited completions", audited.size(), 2);
        }
    }

    /**
     * The probability of completions at least as unlike as these when both models are the same. Of equal models it is at
     * most {@code a} with a probability of at most {@code a} (B. Phipson and G. Smyth, 2010: the data count as one of the
     * permutations), whatever the prompts.
     *
     * @param random decides the permutations; seeded, the answer is the same each time
     */
    public double pValue(List<Prompt> prompts, RandomGenerator random) {
        Require.atLeast("prompts", prompts.size(), 1);
        List<Pooled> pooled =
                prompts.stream().map(prompt -> Pooled.of(prompt, characters)).toList();
        double seen = pooled.stream().mapToDouble(Pooled::discrepancy).sum();
        // What differs by rounding alone is a tie, and ties count against the accusation.
        double least = seen - 1e-9 * Math.max(1, Math.abs(seen));
        int asUnlike = 1;
        for (int i = 0; i < permutations; i++) {
            double permuted = 0;
            for (Pooled prompt : pooled) {
                prompt.shuffle(random);
                permuted += prompt.discrepancy();
            }
            asUnlike += permuted >= least ? 1 : 0;
        }
        return (double) asUnlike / (permutations + 1);
    }

    /** One prompt's completions, both kinds together: the first {@code trusted} places of {@code order} are the trusted. */
    private static final class Pooled {
        private final double[][] kernel;
        private final int[] order;
        private final int trusted;

        private Pooled(double[][] kernel, int[] order, int trusted) {
            this.kernel = kernel;
            this.order = order;
            this.trusted = trusted;
        }

        static Pooled of(Prompt prompt, int characters) {
            int trusted = prompt.trusted().size();
            int all = trusted + prompt.audited().size();
            int[][] texts = new int[all][];
            int[] order = new int[all];
            for (int i = 0; i < all; i++) {
                order[i] = i;
                texts[i] = head(
                        i < trusted ? prompt.trusted().get(i) : prompt.audited().get(i - trusted), characters);
            }
            double[][] kernel = new double[all][all];
            for (int i = 0; i < all; i++) {
                for (int j = 0; j < all; j++) {
                    kernel[i][j] = (double) agreeing(texts[i], texts[j]) / characters;
                }
            }
            return new Pooled(kernel, order, trusted);
        }

        void shuffle(RandomGenerator random) {
            for (int last = order.length - 1; last > 0; last--) {
                int with = random.nextInt(last + 1);
                int moved = order[last];
                order[last] = order[with];
                order[with] = moved;
            }
        }

        double discrepancy() {
            int audited = order.length - trusted;
            double within = 0;
            double amongAudited = 0;
            double between = 0;
            for (int i = 0; i < order.length; i++) {
                for (int j = 0; j < i; j++) {
                    double agreement = kernel[order[i]][order[j]];
                    if (i < trusted) {
                        within += agreement;
                    } else if (j >= trusted) {
                        amongAudited += agreement;
                    } else {
                        between += agreement;
                    }
                }
            }
            return 2 * within / (trusted * (trusted - 1.0))
                    + 2 * amongAudited / (audited * (audited - 1.0))
                    - 2 * between / ((double) trusted * audited);
        }
    }

    /** The first code points; what is missing is -1, which agrees with itself: where a text ends tells models apart. */
    static int[] head(String text, int characters) {
        int[] head = new int[characters];
        int at = 0;
        for (int i = 0; i < characters; i++) {
            head[i] = at < text.length() ? text.codePointAt(at) : -1;
            at += head[i] < 0 ? 1 : Character.charCount(head[i]);
        }
        return head;
    }

    /** Places that agree; both of one length. */
    static int agreeing(int[] one, int[] other) {
        int same = 0;
        for (int i = 0; i < one.length; i++) {
            same += one[i] == other[i] ? 1 : 0;
        }
        return same;
    }
}
