package network.litewatch.controlplane.canary;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.drift.Baseline;
import network.litewatch.controlplane.drift.Cusum;
import network.litewatch.controlplane.drift.WarmUp;
import org.jspecify.annotations.Nullable;

/**
 * Watches one node's decode speed, sample by sample, for a lasting drop of {@value #DROP_PERCENT} % or more.
 *
 * <p>Each sample's logarithm is set against what {@link Baseline} forecasts: the node's own level, its daily wave, and
 * its correlation with the sample before, which is taken out rather than allowed for (a shift then shows as
 * {@code (1 - rho)} of itself: {@code n (1 - rho) / (1 + rho)} again). The errors go to a {@link Cusum}, clipped at 2.5
 * standard deviations, so that no single sample alarms.
 *
 * <p>The baseline never absorbs what it is to find: on an alarm it goes back to what it was before the samples that made the
 * alarm, and stays so until a chart of the other side shows that the speed is back. Without an alarm it learns from each sample
 * at once, which keeps the errors of an unchanged node independent. A lasting rise is taken for the new level, and so is a fall from a
 * level above the card's roof to one that it can do: who gives up what was never its card's is not slow.
 *
 * <p>Blind to: a drop of well below half of that (it is followed within weeks), one among the first hundred samples where these
 * scatter by 0.2 or more (it looks like the level, which is what {@link #verdict} and {@link #over} are for), and more than half
 * of the samples being as fast as ever.
 *
 * @param reference logarithm of the speed that all others here are relative to
 * @param samples how many there were
 * @param running the baseline with all samples in it; while slow, the one before the drop
 * @param settled the baseline before the samples that now speak for a drop
 * @param below the baseline before the samples that now speak for a rise
 * @param sums of the charts
 * @param slow whether the node is slower than it was
 * @param change first sample of the drop, or of what may become one; null while nothing speaks for one
 * @param last the newest sample; null before the first
 * @param recent newest last: logarithms of the newest samples over the baseline, at most {@value #RECENT}
 * @param held the first samples, of a node of which nothing is known, until they are {@value WarmUp#SAMPLES}
 */
public record SpeedWatch(
        double reference,
        long samples,
        Baseline running,
        Baseline settled,
        Baseline below,
        Sums sums,
        boolean slow,
        @Nullable Change change,
        @Nullable Last last,
        List<Double> recent,
        List<WarmUp.Held> held) {
    static final int DROP_PERCENT = 20;

    /** Samples between false alarms, by the chart's own arithmetic; more than is promised, for what is estimated and for heavy tails. */
    static final double BETWEEN = 25_000;

    private static final double DROP = -Math.log1p(-DROP_PERCENT / 100.0);
    private static final double MOST_ERROR = 2.5;
    private static final double LEAST_SHIFT = 0.1;
    // In standard deviations: a drop of this is seen within some ten samples.
    private static final double CLEAR = 1;
    // A sample that long ago says nothing of the next.
    private static final Duration TOO_LONG_AGO = Duration.ofHours(6);
    static final int RECENT = 32;
    // While nothing has changed the newest must not be outvoted by those before them.
    private static final int NEWEST = 8;
    private static final int ENOUGH = 5;
    private static final double INTERVAL = 1.96;
    private static final double NEW_LEVEL_SPREAD = 1;

    public SpeedWatch {
        recent = List.copyOf(recent);
        // A checkpoint of before these were kept has none.
        held = held == null ? List.of() : List.copyOf(held);
    }

    /**
     * What the charts have added up, in standard deviations.
     *
     * @param drop for a drop
     * @param rise for a rise
     * @param back for the speed being back, while slow
     */
    public record Sums(double drop, double rise, double back) {
        static final Sums NONE = new Sums(0, 0, 0);
    }

    /**
     * Since when.
     *
     * @param sample its number, from 1
     * @param at when it was taken
     */
    public record Change(long sample, Instant at) {}

    /**
     * The newest sample.
     *
     * @param logarithm of its speed, over the reference, with what is beyond 2.5 standard deviations cut off
     */
    public record Last(Instant at, double logarithm) {}

    /**
     * A figure with the interval that holds the true one in 19 of 20 cases.
     *
     * @param samples that it comes from
     */
    public record Estimate(double value, double low, double high, long samples) {}

    /** Before the first sample of a node. */
    public static SpeedWatch before(SpeedPrior prior) {
        Baseline baseline = Baseline.before(0, prior.spread());
        boolean known = prior.spread() < SpeedPrior.NONE.spread();
        return new SpeedWatch(
                known ? prior.centre() : Double.NaN,
                0,
                baseline,
                baseline,
                baseline,
                Sums.NONE,
                false,
                null,
                null,
                List.of(),
                List.of());
    }

    /** {@link #after(Instant, double, double)} of a node whose card or model is not known. */
    public SpeedWatch after(Instant at, double tokensPerSecond) {
        return after(at, tokensPerSecond, Double.POSITIVE_INFINITY);
    }

    /**
     * The state after a sample of {@code tokensPerSecond}, decoding alone, at {@code at}; samples come in that order.
     *
     * @param roof tokens a second that the card cannot exceed with this model; infinite when it is not known
     */
    public SpeedWatch after(Instant at, double tokensPerSecond, double roof) {
        if (!(tokensPerSecond > 0 && tokensPerSecond < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("no speed: " + tokensPerSecond);
        }
        double logarithm = Math.log(tokensPerSecond);
        double most = Math.log(roof);
        return Double.isNaN(reference) ? opening(WarmUp.with(held, at, logarithm), most) : next(at, logarithm, most);
    }

    /** Without a prior the middle of the first samples is what others are relative to: near to it the arithmetic is exact. */
    private SpeedWatch opening(List<WarmUp.Held> first, double roof) {
        if (first.size() < WarmUp.SAMPLES) {
            return new SpeedWatch(
                    reference, first.size(), running, settled, below, sums, slow, change, last, recent, first);
        }
        SpeedWatch watch = new SpeedWatch(
                WarmUp.middle(first), 0, running, settled, below, sums, slow, change, last, recent, List.of());
        for (WarmUp.Held one : WarmUp.settled(first)) {
            watch = watch.next(one.at(), one.logarithm(), roof);
        }
        return watch;
    }

    /** {@code roof} as its logarithm. */
    private SpeedWatch next(Instant at, double logarithm, double roof) {
        double value = logarithm - reference;
        double angle = 2 * Math.PI * Math.floorMod(at.getEpochSecond(), 86_400L) / 86_400;
        double level = running.level(Math.cos(angle), Math.sin(angle));
        boolean connected = last != null && Duration.between(last.at(), at).compareTo(TOO_LONG_AGO) <= 0;
        double[] regressors = {1, Math.cos(angle), Math.sin(angle), connected && last != null ? last.logarithm() : level
        };
        Baseline.Forecast free = running.forecast(regressors);
        double shift = Math.max(LEAST_SHIFT, DROP * (1 - settled.correlation()) / free.spread());
        // A drop that has just begun looks like correlation of one sample with the next: what is known of that is from
        // before.
        // Where a drop takes many samples to be seen that would be too old to be fair.
        Baseline.Forecast forecast = shift > CLEAR ? running.forecast(regressors, settled.lag()) : free;
        double error = forecast.standardised(value);
        double clipped = Math.max(-MOST_ERROR, Math.min(MOST_ERROR, error));
        // To the bit the same where nothing is cut off.
        double believed = clipped == error ? value : forecast.at(clipped);
        Cusum chart = Cusum.design(shift, BETWEEN);
        List<Double> newest = new ArrayList<>(recent);
        newest.add(value - level);
        if (newest.size() > RECENT) {
            newest.remove(0);
        }
        boolean givesUp = reference + settled.level(0, 0) > roof && logarithm <= roof;
        Step step = new Step(new Last(at, believed), newest, chart, -clipped, givesUp);
        return slow ? whileSlow(step) : watching(step, running.after(regressors, believed));
    }

    /** What a sample comes to: {@code z} is its error to the bad side, and {@code givesUp} says that only the level before is above the roof. */
    private record Step(Last last, List<Double> recent, Cusum chart, double z, boolean givesUp) {}

    private SpeedWatch watching(Step step, Baseline learnt) {
        double drop = step.chart().step(sums.drop(), step.z());
        double rise = step.chart().step(sums.rise(), -step.z());
        if (step.chart().alarms(rise)) {
            Baseline risen = below.forgetLevel(step.last().logarithm(), NEW_LEVEL_SPREAD);
            return next(step, risen, risen, risen, Sums.NONE, null);
        }
        Change since =
                drop > 0 ? (change == null ? new Change(samples + 1, step.last().at()) : change) : null;
        if (step.chart().alarms(drop) && step.givesUp()) {
            Baseline fallen = settled.forgetLevel(step.last().logarithm(), NEW_LEVEL_SPREAD);
            return next(step, fallen, fallen, fallen, Sums.NONE, null);
        }
        if (step.chart().alarms(drop)) {
            return new SpeedWatch(
                    reference,
                    samples + 1,
                    settled,
                    settled,
                    settled,
                    Sums.NONE,
                    true,
                    since,
                    step.last(),
                    step.recent(),
                    List.of());
        }
        return next(
                step, learnt, drop > 0 ? settled : learnt, rise > 0 ? below : learnt, new Sums(drop, rise, 0), since);
    }

    private SpeedWatch whileSlow(Step step) {
        // A node that is slow by just the drop lies two slacks to the bad side, or further.
        double back = step.chart().step(sums.back(), 2 * step.chart().slack() - step.z());
        if (step.chart().alarms(back)) {
            return next(step, settled, settled, settled, Sums.NONE, null);
        }
        return new SpeedWatch(
                reference,
                samples + 1,
                running,
                settled,
                below,
                new Sums(0, 0, back),
                true,
                change,
                step.last(),
                step.recent(),
                List.of());
    }

    private SpeedWatch next(
            Step step,
            Baseline nextRunning,
            Baseline nextSettled,
            Baseline nextBelow,
            Sums nextSums,
            @Nullable Change since) {
        return new SpeedWatch(
                reference,
                samples + 1,
                nextRunning,
                nextSettled,
                nextBelow,
                nextSums,
                false,
                since,
                step.last(),
                step.recent(),
                List.of());
    }

    /** The newest samples over the baseline, 1 for as fast as ever; those since the drop, up to {@value #RECENT} of them, while slow. Empty below five samples. */
    public Optional<Estimate> ratio() {
        if (samples < ENOUGH || recent.isEmpty()) {
            return Optional.empty();
        }
        List<Double> counted = counted();
        double error = error(counted.size());
        return Optional.of(estimate(centre(counted), Math.hypot(error, running.levelError()), counted.size()));
    }

    /**
     * The speed that the node now keeps to, in tokens a second: the baseline, or while slow that of the samples since the drop.
     * Empty below five samples.
     */
    public Optional<Estimate> speed() {
        if (samples < ENOUGH || recent.isEmpty()) {
            return Optional.empty();
        }
        double level = reference + running.level(0, 0);
        List<Double> counted = counted();
        return Optional.of(
                slow
                        ? estimate(
                                level + centre(counted),
                                Math.hypot(error(counted.size()), running.levelError()),
                                counted.size())
                        : estimate(level, running.levelError(), samples));
    }

    /** {@link #speed} over the middle of {@code others}, 1 for as fast as they are: what a drop before the first sample shows in. */
    public Optional<Estimate> over(SpeedPrior others) {
        double middle = Math.exp(others.centre());
        return speed().map(own ->
                new Estimate(own.value() / middle, own.low() / middle, own.high() / middle, own.samples()));
    }

    /** What {@link #speed} says of the card and model claimed: slow or suspect only when the whole interval is. */
    public SpeedTable.Verdict verdict(SpeedTable table, @Nullable String card, @Nullable String model) {
        Optional<SpeedTable.Expected> expected = table.expected(card, model);
        Optional<Estimate> now = speed();
        if (expected.isEmpty() || now.isEmpty()) {
            return SpeedTable.Verdict.UNKNOWN;
        }
        return now.get().high() < expected.get().floor()
                ? SpeedTable.Verdict.SLOW
                : now.get().low() > expected.get().roof() ? SpeedTable.Verdict.SUSPECT : SpeedTable.Verdict.AS_EXPECTED;
    }

    private List<Double> counted() {
        long since = slow && change != null ? samples - change.sample() + 1 : NEWEST;
        return recent.subList(recent.size() - (int) Math.min(recent.size(), since), recent.size());
    }

    /** The mean, of samples that are cut off 2.5 standard deviations from their median. */
    private double centre(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
        double median = (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
        double most = MOST_ERROR * running.spread();
        double sum = 0;
        for (double value : sorted) {
            sum += Math.max(median - most, Math.min(median + most, value));
        }
        return sum / sorted.length;
    }

    private double error(int of) {
        return running.spread() / Math.sqrt(Math.max(1, SpeedPlan.effective(of, running.correlation())));
    }

    private static Estimate estimate(double logarithm, double error, long samples) {
        return new Estimate(
                Math.exp(logarithm),
                Math.exp(logarithm - INTERVAL * error),
                Math.exp(logarithm + INTERVAL * error),
                samples);
    }
}
