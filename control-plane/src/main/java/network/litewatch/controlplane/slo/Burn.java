package network.litewatch.controlplane.slo;

import java.time.Duration;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import network.litewatch.controlplane.drift.Ratio;

/**
 * Whether a budget burns too fast, by one pair of windows.
 *
 * <p>It does when the interval of the bad share in the long window lies above the alarm's threshold as a whole, and the share in the
 * short window lies above it too. The first says that it is so: two failures at least, and more than chance. The second says that it
 * still is; it asks for no interval of its own, for that of few samples is so wide that a burn of just the threshold would never be
 * told. Where a window has fewer than {@value #LEAST} samples the next longer one takes its place, so that an SLO with an event an hour
 * is judged by its last events, and not by none. Of a window that reaches back before anything was counted the rest is taken as good:
 * two bad minutes are as little of three days on the first day as on any other.
 *
 * @param longWindow the one that was looked at; the alarm's own or a longer one
 * @param shortWindow the one that was looked at, at most {@code longWindow}
 * @param burning times the budget's share that things went bad in {@code longWindow}, with its interval
 * @param now the same in {@code shortWindow}
 * @param covered share of {@code longWindow} since something was counted at all
 */
public record Burn(
        BurnAlarm alarm,
        Duration longWindow,
        Ratio burning,
        Duration shortWindow,
        Ratio now,
        double covered,
        boolean firing) {
    /** Samples below which nothing is judged. */
    public static final int LEAST = 5;

    /** One failure is never an alarm. */
    static final int LEAST_BAD = 2;

    /**
     * Empty where no window has enough samples.
     *
     * @param windows what counts in each of {@link BurnAlarm#WINDOWS}, and in the window of the SLO itself
     * @param known how long something has been counted
     */
    static Optional<Burn> judge(
            BurnAlarm alarm, NavigableMap<Duration, Counts> windows, double budget, Duration known) {
        return enough(alarm.longWindow(), windows.lastKey(), windows).map(over -> {
            Counts all = counts(windows, over);
            Duration until = enough(alarm.shortWindow(), over, windows).orElse(over);
            Ratio bad = Ratio.of(all.bad(), all.total());
            Counts last = counts(windows, until);
            Ratio lately = Ratio.of(last.bad(), last.total());
            double threshold = alarm.threshold(budget);
            double covered = covered(over, known);
            return new Burn(
                    alarm,
                    over,
                    times(bad, budget),
                    until,
                    times(lately, budget),
                    covered,
                    all.bad() >= LEAST_BAD
                            && bad.low() * covered > threshold
                            && lately.value() * covered(until, known) > threshold);
        });
    }

    /** The share of {@code window} that {@code known} is, at most all of it. */
    static double covered(Duration window, Duration known) {
        return Math.min(1, (double) known.toMillis() / window.toMillis());
    }

    private static Optional<Duration> enough(Duration least, Duration most, NavigableMap<Duration, Counts> windows) {
        return windows.subMap(least, true, most, true).entrySet().stream()
                .filter(window -> window.getValue().total() >= LEAST)
                .map(Map.Entry::getKey)
                .findFirst();
    }

    private static Counts counts(Map<Duration, Counts> windows, Duration window) {
        return windows.getOrDefault(window, Counts.NONE);
    }

    private static Ratio times(Ratio share, double budget) {
        return new Ratio(share.value() / budget, share.low() / budget, share.high() / budget, share.samples());
    }
}
