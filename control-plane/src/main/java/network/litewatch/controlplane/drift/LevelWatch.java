package network.litewatch.controlplane.drift;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Watches the level of a positive series (a latency, a rate) for a lasting change to either side, sample by sample.
 *
 * <p>The logarithm of each sample is set against what {@link Baseline} forecasts, which takes the day's wave (of series whose last 500
 * samples span a day; else it is followed) and the correlation with the sample before out of it; the error becomes the normal score of its rank among the series' own errors
 * ({@link ErrorDistribution}); two charts add these up ({@link Cusum}: E. Page, Biometrika 41, 1954; on such scores it is a
 * conformal CUSUM: V. Vovk et al., Conformal test martingales for change-point detection, COPA 2021). Under errors that are
 * exchangeable, of whatever distribution, the mean number of samples until a false alarm of either chart is about
 * {@code between}; {@code litewatch bench detect} measures it.
 *
 * <p>Evidence and effect: {@link #ratio} says how far, with its interval. A rise is a {@link Shift} until the level is back,
 * or until it has lasted for {@value #ADOPTED} samples, which makes it the new one. A fall is the new level at once. What speaks for
 * a change is never learnt from: the baseline goes back to what it was before it.
 *
 * <p>Blind to: a change below about half of the series' own scatter (it is followed within some hundred samples), a change of
 * scatter alone, and one within the first {@value #YOUNG} samples.
 *
 * @param threshold sum at which a chart alarms
 * @param samples how many there were
 * @param begun when the first was taken; null before
 * @param origin logarithm that all others are relative to, the middle of the first; NaN before there are {@value WarmUp#SAMPLES}
 * @param running the baseline with all samples in it; while shifted, the one before the shift
 * @param settledUp the baseline before the samples that now speak for a rise
 * @param settledDown the baseline before the samples that now speak for a fall
 * @param errors of an unchanged series
 * @param up sum of the chart for a rise; while shifted, of the one for its end
 * @param down sum of the chart for a fall
 * @param rising the first sample that speaks for a rise; null while none does
 * @param shift the rise that was found and is not over; null else
 * @param last the newest sample; null before the first
 * @param recent newest last: logarithms of the newest samples over the baseline, at most {@value #RECENT}
 * @param held the first samples, until they are {@value WarmUp#SAMPLES}; none from then on
 */
public record LevelWatch(
        double threshold,
        long samples,
        @Nullable Instant begun,
        double origin,
        Baseline running,
        Baseline settledUp,
        Baseline settledDown,
        ErrorDistribution errors,
        double up,
        double down,
        @Nullable First rising,
        @Nullable Shift shift,
        @Nullable Last last,
        List<Float> recent,
        List<WarmUp.Held> held) {
    static final int ADOPTED = 1_000;
    static final int YOUNG = 10;
    static final int RECENT = 32;

    // In standard deviations: the charts look for a shift of this, and find larger ones sooner.
    private static final double LOOKED_FOR = 1;
    // Of two charts each; a little less, for what is estimated and not known.
    private static final double EACH = 1.9;
    private static final double MOST_ERROR = 3;
    private static final double UNKNOWN = 20;
    private static final double NEW_LEVEL_SPREAD = 1;
    private static final double INTERVAL = 1.96;
    private static final long DAY = 86_400;
    // A sample that long ago says nothing of the next.
    private static final Duration TOO_LONG_AGO = Duration.ofHours(6);

    public LevelWatch {
        recent = List.copyOf(recent);
        // A checkpoint of before these were kept has none.
        held = held == null ? List.of() : List.copyOf(held);
    }

    /** A sample: its number, from 1, and when it was taken. */
    public record First(long sample, Instant at) {}

    /**
     * A rise.
     *
     * @param from number of its first sample, from 1, as most likely by the samples around it
     * @param at when that was taken, if samples came evenly
     * @param toldAt number of the sample that made the alarm
     */
    public record Shift(long from, Instant at, long toldAt) {}

    /** The newest sample: when, and its logarithm over the origin with what is beyond three standard deviations cut off. */
    public record Last(Instant at, double logarithm) {}

    /**
     * How far the newest samples are from the baseline.
     *
     * @param value 1 for as ever
     * @param low lower end of the 95 % interval
     * @param high upper end
     * @param samples that it comes from
     */
    public record Ratio(double value, double low, double high, int samples) {}

    /** Before the first sample of a series with one false alarm in {@code between} samples, 100 or more. */
    public static LevelWatch before(double between) {
        Baseline baseline = Baseline.before(0, UNKNOWN);
        return new LevelWatch(
                threshold(between),
                0,
                null,
                Double.NaN,
                baseline,
                baseline,
                baseline,
                ErrorDistribution.NORMAL,
                0,
                0,
                null,
                null,
                null,
                List.of(),
                List.of());
    }

    private static double threshold(double between) {
        Require.inside("samples between false alarms", between, 99, 1e12);
        return Cusum.design(LOOKED_FOR, EACH * between).threshold();
    }

    /** The same state, of a series whose false alarms are to be so many samples apart from now on. */
    public LevelWatch withBetween(double between) {
        return new LevelWatch(
                threshold(between),
                samples,
                begun,
                origin,
                running,
                settledUp,
                settledDown,
                errors,
                up,
                down,
                rising,
                shift,
                last,
                recent,
                held);
    }

    /** The state after a sample at {@code at}; samples come in that order, and only those that were measured. */
    public LevelWatch after(Instant at, double value) {
        if (!(value > 0 && value < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("no level: " + value);
        }
        return Double.isNaN(origin) ? opening(WarmUp.with(held, at, Math.log(value))) : next(at, Math.log(value));
    }

    private LevelWatch opening(List<WarmUp.Held> first) {
        if (first.size() < WarmUp.SAMPLES) {
            return opened(origin, first.size(), first);
        }
        LevelWatch watch = opened(WarmUp.middle(first), 0, List.of());
        for (WarmUp.Held one : WarmUp.settled(first)) {
            watch = watch.next(one.at(), one.logarithm());
        }
        return watch;
    }

    private LevelWatch opened(double zero, long count, List<WarmUp.Held> first) {
        return new LevelWatch(
                threshold,
                count,
                begun,
                zero,
                running,
                settledUp,
                settledDown,
                errors,
                up,
                down,
                rising,
                shift,
                last,
                recent,
                first);
    }

    private LevelWatch next(Instant at, double absolute) {
        double logarithm = absolute - origin;
        double[] wave = wave(at);
        double level = running.level(wave[0], wave[1]);
        boolean connected = last != null && Duration.between(last.at(), at).compareTo(TOO_LONG_AGO) <= 0;
        double[] regressors = {1, wave[0], wave[1], connected && last != null ? last.logarithm() : level};
        // A rise that has just begun looks like correlation: what is known of that is from before.
        Baseline.Forecast forecast = running.forecast(regressors, settledUp.lag());
        double error = forecast.standardised(logarithm);
        double clipped = Math.max(-MOST_ERROR, Math.min(MOST_ERROR, error));
        double believed = clipped == error ? logarithm : forecast.at(clipped);
        List<Float> newest = new ArrayList<>(recent.subList(Math.max(0, recent.size() - RECENT + 1), recent.size()));
        newest.add((float) (logarithm - level));
        Step step = new Step(new Last(at, believed), newest, error, errors.score(error));
        return shift == null ? watching(step, regressors) : whileShifted(step, shift);
    }

    private Cusum chart() {
        return new Cusum(LOOKED_FOR / 2, threshold);
    }

    /** Where in its wave the day is; nothing where the baseline does not remember a day: then it follows the wave, and cannot know it. */
    private double[] wave(Instant at) {
        long seconds = begun == null ? 0 : Duration.between(begun, at).toSeconds();
        if (samples == 0 || seconds / (double) samples * Baseline.MEMORY < DAY) {
            return new double[] {0, 0};
        }
        double angle = 2 * Math.PI * Math.floorMod(at.getEpochSecond(), DAY) / DAY;
        return new double[] {Math.cos(angle), Math.sin(angle)};
    }

    private record Step(Last last, List<Float> recent, double error, double score) {}

    private LevelWatch watching(Step step, double[] regressors) {
        double nextUp = samples < YOUNG ? 0 : chart().step(up, step.score());
        double nextDown = samples < YOUNG ? 0 : chart().step(down, -step.score());
        First first = nextUp > 0
                ? (rising == null ? new First(samples + 1, step.last().at()) : rising)
                : null;
        if (first != null && chart().alarms(nextUp)) {
            return with(step, Levels.all(settledUp), errors, Charts.NONE, shift(step, first));
        }
        if (chart().alarms(nextDown)) {
            Baseline fallen = settledDown.forgetLevel(step.last().logarithm(), NEW_LEVEL_SPREAD);
            return with(step, Levels.all(fallen), errors, Charts.NONE, null);
        }
        Baseline learnt = running.after(regressors, step.last().logarithm());
        return with(
                step,
                new Levels(learnt, nextUp > 0 ? settledUp : learnt, nextDown > 0 ? settledDown : learnt),
                errors.after(step.error()),
                new Charts(nextUp, nextDown, first),
                null);
    }

    private Shift shift(Step step, First first) {
        long newest = samples + 1;
        long from = likeliest(
                step.recent(),
                newest,
                Math.max(first.sample(), newest + 1 - step.recent().size()));
        // The samples of a run come about as far from one another as the first and the newest of it say.
        double part = newest == first.sample() ? 0 : (double) (from - first.sample()) / (newest - first.sample());
        long millis =
                Math.round(part * Duration.between(first.at(), step.last().at()).toMillis());
        return new Shift(from, first.at().plusMillis(millis), newest);
    }

    private LevelWatch whileShifted(Step step, Shift now) {
        double back = chart().step(up, LOOKED_FOR - step.score());
        if (chart().alarms(back)) {
            return with(step, Levels.all(running), errors, Charts.NONE, null);
        }
        if (samples + 1 - now.from() >= ADOPTED) {
            Baseline adopted = running.forgetLevel(step.last().logarithm(), NEW_LEVEL_SPREAD);
            return with(step, Levels.all(adopted), errors, Charts.NONE, null);
        }
        return with(step, Levels.all(running), errors, new Charts(back, 0, null), now);
    }

    /** The baselines, in the order of the components. */
    private record Levels(Baseline running, Baseline up, Baseline down) {
        static Levels all(Baseline same) {
            return new Levels(same, same, same);
        }
    }

    /** The charts, in the order of the components. */
    private record Charts(double up, double down, @Nullable First rising) {
        static final Charts NONE = new Charts(0, 0, null);
    }

    private LevelWatch with(
            Step step, Levels levels, ErrorDistribution nextErrors, Charts charts, @Nullable Shift nextShift) {
        return new LevelWatch(
                threshold,
                samples + 1,
                begun == null ? step.last().at() : begun,
                origin,
                levels.running(),
                levels.up(),
                levels.down(),
                nextErrors,
                charts.up(),
                charts.down(),
                charts.rising(),
                nextShift,
                step.last(),
                step.recent(),
                List.of());
    }

    /** The first sample of a rise, by the likelihood of a step from the baseline to the mean of what follows. */
    private static long likeliest(List<Float> recent, long newest, long first) {
        double sum = 0;
        double best = -1;
        long from = newest;
        for (long sample = newest; sample >= first; sample--) {
            sum += recent.get(recent.size() - 1 - (int) (newest - sample));
            double gain = sum > 0 ? sum * sum / (newest - sample + 1) : -1;
            if (gain > best) {
                best = gain;
                from = sample;
            }
        }
        return from;
    }

    /** The newest samples over the baseline; those since the rise only, while there is one. Empty below {@value #YOUNG} samples. */
    public Optional<Ratio> ratio() {
        if (samples < YOUNG || last == null) {
            return Optional.empty();
        }
        int count = (int) Math.min(recent.size(), shift == null ? 8 : samples - shift.from() + 1);
        double[] sorted = recent.subList(recent.size() - count, recent.size()).stream()
                .mapToDouble(Float::doubleValue)
                .sorted()
                .toArray();
        double median = (sorted[count / 2] + sorted[(count - 1) / 2]) / 2;
        double most = MOST_ERROR * running.spread();
        double sum = 0;
        for (double value : sorted) {
            sum += Math.max(median - most, Math.min(median + most, value));
        }
        double rho = running.correlation();
        double error = Math.hypot(
                running.spread() / Math.sqrt(Math.max(1, count * (1 - rho) / (1 + rho))),
                running.levelError(wave(last.at())));
        double centre = sum / count;
        return Optional.of(new Ratio(
                Math.exp(centre), Math.exp(centre - INTERVAL * error), Math.exp(centre + INTERVAL * error), count));
    }
}
