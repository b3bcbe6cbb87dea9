package network.litewatch.controlplane.canary;

import network.litewatch.controlplane.drift.Require;

/**
 * What a node's audits say together, such that an honest node is ever accused with a known probability, however often it
 * is looked at and however long it lives.
 *
 * <p>Each p-value becomes an e-value, a bet that an honest node does not make grow on average. {@link #accuses} mixes
 * products of these bets over the audit at which a model may have been swapped, so that years of honesty delay an
 * accusation by few audits. The mixture is a supermartingale and reaches {@code 1 / bound} with a probability of at most
 * {@code bound} (Ville, 1939; the mixture over starts as in J. Shin, A. Ramdas, A. Rinaldo, E-detectors, 2022, with weights
 * that add up to 1). That needs audits that are new to each other: fresh prompts, answers <em>and references</em>. Where
 * references are used again {@link #accusesWhateverIsShared} is what holds: a weighted sum of e-values only grows, and its
 * mean stays below 1 whatever hangs together, so that Markov's inequality bounds its whole life (V. Vovk and R. Wang,
 * E-values: calibration, combination and applications, Annals of Statistics 49, 2021).
 *
 * @param bets products of e-values from each audit to the last, the one that starts at the n-th weighted
 *     {@code 1 / (n (n + 1))}
 * @param sum of the e-values with the same weights
 * @param audits how many
 */
public record Evidence(double bets, double sum, int audits) {
    /** Before the first audit. */
    public static final Evidence NONE = new Evidence(0, 0, 0);

    // Far beyond any bound; less than was earned is always safe.
    private static final double MOST = 1e200;

    /** The evidence after one more audit. */
    public Evidence after(double pValue) {
        double e = eValue(pValue);
        int n = audits + 1;
        double weight = 1.0 / n / (n + 1.0);
        return new Evidence(Math.min((bets + weight) * e, MOST), sum + weight * e, n);
    }

    /**
     * Whether audits that are independent of each other accuse, at a lifetime probability of at most {@code bound} of
     * accusing an honest node. Who is accused stays accused: the caller remembers it.
     */
    public boolean accuses(double bound) {
        // Of the weights, 1 / (audits + 1) is kept for starts that are yet to come.
        return bets + 1.0 / (audits + 1.0) >= 1 / Require.inside("bound", bound, 0, 1);
    }

    /** As {@link #accuses}, for audits that share references or prompts: weaker by far, and true all the same. */
    public boolean accusesWhateverIsShared(double bound) {
        return sum >= 1 / Require.inside("bound", bound, 0, 1);
    }

    /**
     * The e-value of a p-value: {@code (1 - p + p ln p) / (p (ln p)^2)}, the mean of the calibrators
     * {@code k p^(k - 1)} over k between 0 and 1 (Vovk and Wang, 2021, section 2). Its integral over p is 1, which is what
     * makes the bet fair; it never loses more than half of what is at stake.
     */
    public static double eValue(double p) {
        if (!(p > 0 && p <= 1)) {
            throw new IllegalArgumentException("a p-value is more than 0 and at most 1: " + p);
        }
        double log = Math.log(p);
        // At 1 the fraction is 0 by 0; its series begins 1/2 - (ln p)/6.
        return log > -1e-4 ? 0.5 - log / 6 : (1 - p + p * log) / (p * log * log);
    }
}
