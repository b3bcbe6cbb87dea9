package network.litewatch.controlplane.drift;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watches a share of successes, canary by canary, for a lasting fall below what was promised.
 *
 * <p>A mixture Shiryaev-Roberts e-detector on likelihood ratios of single canaries (J. Shin, A. Ramdas, A. Rinaldo, E-detectors,
 * New England Journal of Statistics in Data Science 2023): {@code R' = (R + 1) L}, one for each share of failures that may have
 * come, and their mean against {@link #between}. While the chance of a success, given all that was before, is no less than
 * promised, the mean number of canaries until an alarm is at least {@code between}, dependent or not. (Each R minus the number
 * of canaries is a supermartingale, and optional stopping does the rest.)
 *
 * <p>It stays alarmed until a chart of the other side, a CUSUM of the same likelihood ratios turned over (E. Page, Biometrika 41,
 * 1954), speaks for the promised share against the one that fits the failures since.
 *
 * @param promised share of successes, more than a half and less than 1
 * @param between canaries between false alarms at the promised share, at least
 * @param detectors one for each of the failure shares looked for
 * @param failing whether it has alarmed and not recovered
 * @param samples canaries that counted
 * @param since the run of canaries that speaks for a fall, or the fall itself; null while nothing does
 * @param chart sum of a CUSUM in natural logarithms: while watching the one that dates a fall, while failing the one that ends
 *     it
 */
public record SuccessWatch(
        double promised,
        double between,
        List<Double> detectors,
        boolean failing,
        long samples,
        @Nullable Run since,
        double chart) {
    // Failure shares looked for, in multiples of what is allowed; those above a half are left out in favour of it.
    private static final double[] TIMES = {2, 3, 5, 10, 20, 40};
    private static final double DEAD = 0.9;
    private static final double MOST = 1e200;
    private static final double RECOVERED = Math.log(1_000);
    private static final int DATED_BY = 1;

    public SuccessWatch {
        Require.inside("promised share of successes", promised, 0.5, 1);
        Require.inside("canaries between false alarms", between, 1, 1e12);
        detectors = List.copyOf(detectors);
        if (detectors.size() != TIMES.length + 1) {
            throw new IllegalArgumentException("wants " + (TIMES.length + 1) + " detectors: " + detectors.size());
        }
    }

    /**
     * Canaries since nothing spoke for a fall.
     *
     * @param from number of the first, from 1
     * @param failures among them
     * @param count of them
     */
    public record Run(long from, long failures, long count) {
        public Share failed() {
            return Share.of((int) Math.min(failures, Integer.MAX_VALUE), (int) Math.min(count, Integer.MAX_VALUE));
        }
    }

    /** Before the first canary. */
    public static SuccessWatch before(double promised, double between) {
        List<Double> none = new ArrayList<>();
        for (int i = 0; i <= TIMES.length; i++) {
            none.add(0.0);
        }
        return new SuccessWatch(promised, between, none, false, 0, null, 0);
    }

    /** The same state, of a series whose false alarms are to be so many canaries apart from now on. */
    public SuccessWatch withBetween(double canaries) {
        return new SuccessWatch(promised, canaries, detectors, failing, samples, since, chart);
    }

    /** The state after a canary that counts; one that nobody answered for our own reasons does not. */
    public SuccessWatch after(boolean ok) {
        return failing ? whileFailing(ok) : watching(ok);
    }

    private SuccessWatch watching(boolean ok) {
        List<Double> next = next(ok);
        boolean alarm = mean(next) >= between;
        double dating = Math.max(0, chart + Math.log(ratio(ok, failureShare(DATED_BY))));
        Run run = alarm || dating > 0 ? counted(since, ok) : null;
        return new SuccessWatch(promised, between, next, alarm, samples + 1, run, alarm ? 0 : dating);
    }

    private SuccessWatch whileFailing(boolean ok) {
        Run run = counted(since, ok);
        double share = Math.max(2 * allowed(), Math.min(DEAD, (run.failures() + 1.0) / (run.count() + 2.0)));
        double back = Math.max(0, chart - Math.log(ratio(ok, share)));
        return back >= RECOVERED
                ? new SuccessWatch(
                        promised, between, before(promised, between).detectors(), false, samples + 1, null, 0)
                : new SuccessWatch(promised, between, next(ok), true, samples + 1, run, back);
    }

    private List<Double> next(boolean ok) {
        List<Double> next = new ArrayList<>(detectors.size());
        for (int i = 0; i < detectors.size(); i++) {
            next.add(Math.min(MOST, (detectors.get(i) + 1) * ratio(ok, failureShare(i))));
        }
        return next;
    }

    private static double mean(List<Double> values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.size();
    }

    private Run counted(@Nullable Run run, boolean ok) {
        int failed = ok ? 0 : 1;
        return run == null
                ? new Run(samples + 1, failed, 1)
                : new Run(run.from(), run.failures() + failed, run.count() + 1);
    }

    /** Evidence for a fall, an alarm at {@link #between}. */
    public double evidence() {
        return mean(detectors);
    }

    /** The share of failures since the fall, with its interval; empty samples while nothing speaks for one. */
    public Share failedSince() {
        return since == null ? Share.of(0, 0) : since.failed();
    }

    private double allowed() {
        return 1 - promised;
    }

    private double failureShare(int detector) {
        // However low the promise, what is looked for is worse.
        double most = Math.max(0.5, (allowed() + DEAD) / 2);
        return detector == TIMES.length ? DEAD : Math.min(TIMES[detector] * allowed(), most);
    }

    private double ratio(boolean ok, double failureShare) {
        return ok ? (1 - failureShare) / promised : failureShare / allowed();
    }
}
