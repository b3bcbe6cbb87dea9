package network.litewatch.controlplane.drift;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.Objects;

/**
 * What a series usually is: a level, a wave of one day, and how a sample hangs together with the one before it.
 *
 * <p>A linear regression of the logarithm on these four, learnt one sample at a time: normal-inverse-gamma (A. Gelman et al.,
 * Bayesian Data Analysis, chapter 14), with exponential forgetting. Before each sample it says where that should lie and how
 * far from there chance may carry it, its own ignorance included, so that the standardised errors of an unchanged node are
 * independent and normal from the first sample on (recursive residuals: R. Brown, J. Durbin, J. Evans, JRSS B 37, 1975; the
 * self-starting chart: D. Hawkins, The Statistician 36, 1987).
 *
 * <p>Immutable, 200 bytes.
 */
public final class Baseline {
    static final int SIZE = 4;
    static final int LEVEL = 0;
    static final int LAG = 3;

    // About three weeks of a sample an hour; what moves more slowly is followed.
    static final int MEMORY = 500;
    private static final double FORGET = 1 - 1.0 / MEMORY;
    // What is taken for granted before a node has shown its own: a spread of 0.1, worth one sample, so that a node of
    // five
    // times that is not accused by its first ten; a daily wave of 0.05; a correlation of 0.15 give or take 0.2 (less
    // would be
    // learnt from the very drop that is to be found: a step looks like correlation).
    private static final double SPREAD = 0.1;
    private static final double FREEDOM = 1;
    private static final double WAVE = 0.05;
    private static final double CORRELATION = 0.15;
    private static final double CORRELATION_SPREAD = 0.2;
    // Below, a node whose samples are all alike would be accused of rounding.
    private static final double LEAST_SPREAD = 0.005;

    // Upper triangle of the weighted sum of products of the regressors, row by row.
    private final double[] information;
    // Weighted sums of the regressors times the sample.
    private final double[] moments;
    // Weighted sum of squared errors.
    private final double squares;
    // How many samples these come from, with what the prior counts for.
    private final double freedom;

    private Baseline(double[] information, double[] moments, double squares, double freedom) {
        this.information = information;
        this.moments = moments;
        this.squares = squares;
        this.freedom = freedom;
    }

    /** From a checkpoint. */
    @JsonCreator
    static Baseline of(
            @JsonProperty("information") double[] information,
            @JsonProperty("moments") double[] moments,
            @JsonProperty("squares") double squares,
            @JsonProperty("freedom") double freedom) {
        if (information.length != SIZE * (SIZE + 1) / 2 || moments.length != SIZE) {
            throw new IllegalArgumentException("wants " + SIZE + " moments: " + moments.length);
        }
        return new Baseline(information.clone(), moments.clone(), squares, freedom);
    }

    @JsonProperty
    double[] information() {
        return information.clone();
    }

    @JsonProperty
    double[] moments() {
        return moments.clone();
    }

    @JsonProperty
    double squares() {
        return squares;
    }

    @JsonProperty
    double freedom() {
        return freedom;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Baseline baseline
                && Arrays.equals(information, baseline.information)
                && Arrays.equals(moments, baseline.moments)
                && squares == baseline.squares
                && freedom == baseline.freedom;
    }

    @Override
    public int hashCode() {
        return Objects.hash(Arrays.hashCode(information), Arrays.hashCode(moments), squares, freedom);
    }

    @Override
    public String toString() {
        return "Baseline[information=" + Arrays.toString(information) + ", moments=" + Arrays.toString(moments)
                + ", squares=" + squares + ", freedom=" + freedom + "]";
    }

    /**
     * Where a sample should lie.
     *
     * @param mean of its logarithm
     * @param spread standard deviation of what chance does to it
     * @param freedom of Student's distribution, which its error has
     * @param ignorance factor by which not knowing the baseline well adds to the variance; 0 for none
     */
    public record Forecast(double mean, double spread, double freedom, double ignorance) {
        /**
         * The error as a standard normal one has it: D. Wallace's approximation of Student's distribution (Annals of
         * Mathematical Statistics 30, 1959), right to 0.02 at one degree of freedom and to far less beyond.
         */
        public double standardised(double sample) {
            double t = (sample - mean) / spread;
            double size = (8 * freedom + 1) / (8 * freedom + 3) * Math.sqrt(freedom * Math.log1p(t * t / freedom));
            return t < 0 ? -size : size;
        }

        /** The sample whose {@link #standardised} error is {@code error}. */
        public double at(double error) {
            double root = error * (8 * freedom + 3) / (8 * freedom + 1);
            double t = Math.sqrt(freedom * Math.expm1(root * root / freedom));
            return mean + spread * (error < 0 ? -t : t);
        }
    }

    /** Before the first sample of a node whose level lies {@code spread} around {@code centre}. */
    public static Baseline before(double centre, double spread) {
        double[] information = new double[SIZE * (SIZE + 1) / 2];
        double level = SPREAD * SPREAD / (spread * spread);
        information[at(LEVEL, LEVEL)] = level;
        information[at(1, 1)] = SPREAD * SPREAD / (WAVE * WAVE);
        information[at(2, 2)] = SPREAD * SPREAD / (WAVE * WAVE);
        information[at(LAG, LAG)] = SPREAD * SPREAD / (CORRELATION_SPREAD * CORRELATION_SPREAD);
        double[] moments = new double[SIZE];
        moments[LEVEL] = level * centre;
        moments[LAG] = information[at(LAG, LAG)] * CORRELATION;
        return new Baseline(information, moments, FREEDOM * SPREAD * SPREAD, FREEDOM);
    }

    /** What a sample should be after the samples so far. */
    public Forecast forecast(double[] regressors) {
        return forecast(regressors, lag());
    }

    /** The same where the sample before counts as {@code lag} has it, and all else is as these samples have it. */
    public Forecast forecast(double[] regressors, double lag) {
        double[][] root = root();
        double[] weights = solve(root, moments, lag);
        double ignorance = quadratic(root, regressors);
        double variance = Math.max(squares / freedom, LEAST_SPREAD * LEAST_SPREAD);
        return new Forecast(dot(weights, regressors), Math.sqrt(variance * (1 + ignorance)), freedom, ignorance);
    }

    /** The baseline after a sample. */
    public Baseline after(double[] regressors, double sample) {
        Forecast forecast = forecast(regressors);
        double error = sample - forecast.mean();
        double[] nextInformation = new double[information.length];
        double[] nextMoments = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            for (int j = i; j < SIZE; j++) {
                nextInformation[at(i, j)] = FORGET * information[at(i, j)] + regressors[i] * regressors[j];
            }
            nextMoments[i] = FORGET * moments[i] + regressors[i] * sample;
        }
        return new Baseline(
                nextInformation,
                nextMoments,
                FORGET * squares + error * error / (1 + forecast.ignorance()),
                FORGET * freedom + 1);
    }

    /**
     * The same wave, correlation and spread at a level that nobody knows: the level is integrated out (Schur's complement) and
     * one of {@code spread} around {@code centre} put in its place.
     */
    public Baseline forgetLevel(double centre, double spread) {
        double[] next = new double[information.length];
        double[] nextMoments = new double[SIZE];
        double own = information[at(LEVEL, LEVEL)];
        for (int i = 1; i < SIZE; i++) {
            double share = information[at(LEVEL, i)] / own;
            for (int j = i; j < SIZE; j++) {
                next[at(i, j)] = information[at(i, j)] - share * information[at(LEVEL, j)];
            }
            nextMoments[i] = moments[i] - share * moments[LEVEL];
        }
        double variance = squares / freedom;
        next[at(LEVEL, LEVEL)] = variance / (spread * spread);
        nextMoments[LEVEL] = next[at(LEVEL, LEVEL)] * centre;
        return new Baseline(next, nextMoments, squares, freedom);
    }

    /** The weight of the sample before. */
    public double lag() {
        double[][] root = root();
        return forward(root, moments)[LAG] / root[LAG][LAG];
    }

    /** Correlation of a sample with the one before it, kept to what a stable series can have. */
    public double correlation() {
        return Math.min(0.9, Math.max(0, lag()));
    }

    /** The logarithm that samples come back to, at a time of day. */
    public double level(double cosine, double sine) {
        double lag = Math.min(0.9, Math.max(-0.9, lag()));
        double[] weights = solve(root(), moments, lag);
        return (weights[LEVEL] + weights[1] * cosine + weights[2] * sine) / (1 - lag);
    }

    /** Standard deviation of {@link #level} where the day's wave is nought. */
    public double levelError() {
        return levelError(new double[] {0, 0});
    }

    /** Standard deviation of {@link #level} at a time of day: its cosine and its sine. */
    public double levelError(double[] wave) {
        double lag = correlation();
        double[] level = {1, wave[0], wave[1], level(wave[0], wave[1])};
        return Math.sqrt(squares / freedom * quadratic(root(), level)) / (1 - lag);
    }

    /** Standard deviation of a sample around the level, what correlation adds included. */
    public double spread() {
        double lag = correlation();
        return Math.sqrt(Math.max(squares / freedom, LEAST_SPREAD * LEAST_SPREAD) / (1 - lag * lag));
    }

    /** Cholesky's root of the information, lower triangle. */
    private double[][] root() {
        double[][] root = new double[SIZE][SIZE];
        for (int j = 0; j < SIZE; j++) {
            for (int i = j; i < SIZE; i++) {
                double sum = information[at(j, i)];
                for (int k = 0; k < j; k++) {
                    sum -= root[i][k] * root[j][k];
                }
                root[i][j] = i == j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / root[j][j];
            }
        }
        return root;
    }

    /** The weights, that of the lag given: it is the last, so that all others follow from it. */
    private static double[] solve(double[][] root, double[] right, double lag) {
        double[] x = forward(root, right);
        x[LAG] = lag;
        for (int i = LAG - 1; i >= 0; i--) {
            for (int k = i + 1; k < SIZE; k++) {
                x[i] -= root[k][i] * x[k];
            }
            x[i] /= root[i][i];
        }
        return x;
    }

    private static double quadratic(double[][] root, double[] vector) {
        double[] half = forward(root, vector);
        return dot(half, half);
    }

    private static double[] forward(double[][] root, double[] right) {
        double[] x = Arrays.copyOf(right, SIZE);
        for (int i = 0; i < SIZE; i++) {
            for (int k = 0; k < i; k++) {
                x[i] -= root[i][k] * x[k];
            }
            x[i] /= root[i][i];
        }
        return x;
    }

    private static double dot(double[] one, double[] other) {
        double sum = 0;
        for (int i = 0; i < SIZE; i++) {
            sum += one[i] * other[i];
        }
        return sum;
    }

    /** Place of row {@code i}, column {@code j} in the upper triangle; {@code i <= j}. */
    private static int at(int i, int j) {
        return i * SIZE - i * (i - 1) / 2 + j - i;
    }
}
