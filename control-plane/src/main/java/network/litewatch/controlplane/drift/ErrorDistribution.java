package network.litewatch.controlplane.drift;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;

/**
 * How the standardised errors of a series are really distributed, learnt from the series itself: a histogram on top of the
 * normal distribution, which counts for {@value #PRIOR} samples.
 *
 * <p>{@link #score} turns an error into the normal one of the same rank (a conformal p-value against the series' own quiet
 * history, V. Vovk, A. Gammerman, G. Shafer, Algorithmic Learning in a Random World, 2005, as its normal quantile): with it a
 * chart designed for normal errors keeps its false alarms under heavy or lopsided tails.
 *
 * <p>Immutable; half a kilobyte at most.
 */
public final class ErrorDistribution {
    /** Nothing learnt: errors are taken to be normal. */
    public static final ErrorDistribution NORMAL = new ErrorDistribution(new float[0]);

    static final int PRIOR = 100;

    private static final int BINS = 40;
    private static final double LOWEST = -5;
    private static final double WIDTH = 0.25;
    private static final float FORGET = 1 - 1 / 2_000f;
    private static final double MOST_SCORE = 3.5;
    private static final double[] NORMAL_BELOW = normalBelow();

    // Empty, or one for each bin and one each for what lies below and above all of them.
    private final float[] counts;

    private ErrorDistribution(float[] counts) {
        this.counts = counts;
    }

    /** From a checkpoint. */
    @JsonCreator
    static ErrorDistribution of(float[] counts) {
        if (counts.length != 0 && counts.length != BINS + 2) {
            throw new IllegalArgumentException("wants no or " + (BINS + 2) + " counts: " + counts.length);
        }
        return new ErrorDistribution(counts.clone());
    }

    @JsonValue
    float[] counts() {
        return counts.clone();
    }

    /** The standard normal error that as many lie below as lie below {@code error}; at most 3.5 to either side. */
    public double score(double error) {
        double z = Math.max(LOWEST - WIDTH, Math.min(-LOWEST + WIDTH, error));
        double place = (z - LOWEST) / WIDTH + 1;
        int bin = (int) Math.max(0, Math.min(BINS + 1, Math.floor(place)));
        double part = place - bin;
        double prior = NORMAL_BELOW[bin] + part * (NORMAL_BELOW[bin + 1] - NORMAL_BELOW[bin]);
        double below = PRIOR * prior;
        double total = PRIOR;
        for (int i = 0; i < counts.length; i++) {
            total += counts[i];
            below += i < bin ? counts[i] : i == bin ? part * counts[i] : 0;
        }
        double least = 0.5 / (total + 1);
        double score = Normal.quantile(Math.max(least, Math.min(1 - least, below / total)));
        return Math.max(-MOST_SCORE, Math.min(MOST_SCORE, score));
    }

    /** With one more error; what lies two thousand samples back counts for about a third. */
    public ErrorDistribution after(double error) {
        float[] next = counts.length == 0 ? new float[BINS + 2] : counts.clone();
        for (int i = 0; i < next.length; i++) {
            next[i] *= FORGET;
        }
        next[(int) Math.max(0, Math.min(BINS + 1, Math.floor((error - LOWEST) / WIDTH) + 1))] += 1;
        return new ErrorDistribution(next);
    }

    private static double[] normalBelow() {
        double[] below = new double[BINS + 3];
        for (int i = 1; i <= BINS + 1; i++) {
            below[i] = Normal.below(LOWEST + (i - 1) * WIDTH);
        }
        below[BINS + 2] = 1;
        return below;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ErrorDistribution errors && Arrays.equals(counts, errors.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return "ErrorDistribution" + Arrays.toString(counts);
    }
}
