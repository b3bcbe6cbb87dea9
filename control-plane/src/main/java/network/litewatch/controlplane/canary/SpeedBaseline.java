package network.litewatch.controlplane.canary;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * What a node's speed usually is: a level, a wave of one day, and how a sample hangs together with the one before it.
 *
 * <p>A linear regression of the logarithm on these four, learnt one sample at a time: normal-inverse-gamma (A. Gelman et al.,
 * Bayesian Data Analysis, chapter 14), with exponential forgetting. Before each sample it says where that should lie and how
 * far from there chance may carry it, its own ignorance included, so that the standardised errors of an unchanged node are
 * independent and normal from the first sample on (recursive residuals: R. Brown, J. Durbin, J. Evans, JRSS B 37, 1975; the
 * self-starting chart: D. Hawkins, The Statistician 36, 1987).
 *
 * @param information upper triangle of the weighted sum of products of the regressors, row by row
 * @param moments weighted sums of the regressors times the sample
 * @param squares weighted sum of squared errors
 * @param freedom how many samples these come from, with what the prior counts for
 */
public record SpeedBaseline(List<Double> information, List<Double> moments, double squares, double freedom) {
    static final int SIZE = 4;
    static final int LEVEL = 0;
    static final int LAG = 3;

    // About three weeks of a sample an hour; what moves more slowly is followed.
    private static final double FORGET = 1 - 1 / 500.0;
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

    public SpeedBaseline {
        information = List.copyOf(information);
        moments = List.copyOf(moments);
    }

    /**
     * Where a sample should lie.
     *
     * @param mean of its logarithm
     * @param spread standard deviation of what chance does to it
     * @param freedom of Student's distribution, which its error has
     * @param ignorance factor by which not knowing the baseline well adds to the variance; 0 for none
     */
    record Forecast(double mean, double spread, double freedom, double ignorance) {
        /**
         * The error as a standard normal one has it: D. Wallace's approximation of Student's distribution (Annals of
         * Mathematical Statistics 30, 1959), right to 0.02 at one degree of freedom and to far less beyond.
         */
        double standardised(double sample) {
            double t = (sample - mean) / spread;
            double size = (8 * freedom + 1) / (8 * freedom + 3) * Math.sqrt(freedom * Math.log1p(t * t / freedom));
            return t < 0 ? -size : size;
        }

        /** The sample whose {@link #standardised} error is {@code error}. */
        double at(double error) {
            double root = error * (8 * freedom + 3) / (8 * freedom + 1);
            double t = Math.sqrt(freedom * Math.expm1(root * root / freedom));
            return mean + spread * (error < 0 ? -t : t);
        }
    }

    /** Before the first sample of a node whose level lies {@code spread} around {@code centre}. */
    static SpeedBaseline before(double centre, double spread) {
        double[] information = new double[SIZE * (SIZE + 1) / 2];
        double level = SPREAD * SPREAD / (spread * spread);
        information[at(LEVEL, LEVEL)] = level;
        information[at(1, 1)] = SPREAD * SPREAD / (WAVE * WAVE);
        information[at(2, 2)] = SPREAD * SPREAD / (WAVE * WAVE);
        information[at(LAG, LAG)] = SPREAD * SPREAD / (CORRELATION_SPREAD * CORRELATION_SPREAD);
        double[] moments = new double[SIZE];
        moments[LEVEL] = level * centre;
        moments[LAG] = information[at(LAG, LAG)] * CORRELATION;
        return new SpeedBaseline(boxed(information), boxed(moments), FREEDOM * SPREAD * SPREAD, FREEDOM);
    }

    /** What a sample should be after the samples so far. */
    Forecast forecast(double[] regressors) {
        return forecast(regressors, lag());
    }

    /** The same where the sample before counts as {@code lag} has it, and all else is as these samples have it. */
    Forecast forecast(double[] regressors, double lag) {
        double[][] root = root();
        double[] weights = solve(root, unboxed(moments), lag);
        double ignorance = quadratic(root, regressors);
        double variance = Math.max(squares / freedom, LEAST_SPREAD * LEAST_SPREAD);
        return new Forecast(dot(weights, regressors), Math.sqrt(variance * (1 + ignorance)), freedom, ignorance);
    }

    /** The baseline after a sample. */
    SpeedBaseline after(double[] regressors, double sample) {
        Forecast forecast = forecast(regressors);
        double error = sample - forecast.mean();
        double[] nextInformation = new double[information.size()];
        double[] nextMoments = new double[SIZE];
        for (int i = 0; i < SIZE; i++) {
            for (int j = i; j < SIZE; j++) {
                nextInformation[at(i, j)] = FORGET * information.get(at(i, j)) + regressors[i] * regressors[j];
            }
            nextMoments[i] = FORGET * moments.get(i) + regressors[i] * sample;
        }
        return new SpeedBaseline(
                boxed(nextInformation),
                boxed(nextMoments),
                FORGET * squares + error * error / (1 + forecast.ignorance()),
                FORGET * freedom + 1);
    }

    /**
     * The same wave, correlation and spread at a level that nobody knows: the level is integrated out (Schur's complement) and
     * one of {@code spread} around {@code centre} put in its place.
     */
    SpeedBaseline forgetLevel(double centre, double spread) {
        double[] next = new double[information.size()];
        double[] nextMoments = new double[SIZE];
        double own = information.get(at(LEVEL, LEVEL));
        for (int i = 1; i < SIZE; i++) {
            double share = information.get(at(LEVEL, i)) / own;
            for (int j = i; j < SIZE; j++) {
                next[at(i, j)] = information.get(at(i, j)) - share * information.get(at(LEVEL, j));
            }
            nextMoments[i] = moments.get(i) - share * moments.get(LEVEL);
        }
        double variance = squares / freedom;
        next[at(LEVEL, LEVEL)] = variance / (spread * spread);
        nextMoments[LEVEL] = next[at(LEVEL, LEVEL)] * centre;
        return new SpeedBaseline(boxed(next), boxed(nextMoments), squares, freedom);
    }

    /** The weight of the sample before. */
    double lag() {
        double[][] root = root();
        return forward(root, unboxed(moments))[LAG] / root[LAG][LAG];
    }

    /** Correlation of a sample with the one before it, kept to what a stable series can have. */
    double correlation() {
        return Math.min(0.9, Math.max(0, lag()));
    }

    /** The logarithm that samples come back to, at a time of day. */
    double level(double cosine, double sine) {
        double lag = Math.min(0.9, Math.max(-0.9, lag()));
        double[] weights = solve(root(), unboxed(moments), lag);
        return (weights[LEVEL] + weights[1] * cosine + weights[2] * sine) / (1 - lag);
    }

    /** Standard deviation of {@link #level}. */
    double levelError() {
        double lag = correlation();
        double[] level = {1, 0, 0, level(0, 0)};
        return Math.sqrt(squares / freedom * quadratic(root(), level)) / (1 - lag);
    }

    /** Standard deviation of a sample around the level, what correlation adds included. */
    double spread() {
        double lag = correlation();
        return Math.sqrt(Math.max(squares / freedom, LEAST_SPREAD * LEAST_SPREAD) / (1 - lag * lag));
    }

    /** Cholesky's root of the information, lower triangle. */
    private double[][] root() {
        double[][] root = new double[SIZE][SIZE];
        for (int j = 0; j < SIZE; j++) {
            for (int i = j; i < SIZE; i++) {
                double sum = information.get(at(j, i));
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

    private static List<Double> boxed(double[] values) {
        List<Double> list = new ArrayList<>(values.length);
        for (double value : values) {
            list.add(value);
        }
        return Collections.unmodifiableList(list);
    }

    private static double[] unboxed(List<Double> values) {
        double[] array = new double[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }
}
