package network.litewatch.controlplane.slo;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import network.litewatch.controlplane.drift.Ratio;

/**
 * How an SLO stands.
 *
 * @param good share that was good within the SLO's window; empty before anything was counted
 * @param budgetLeft share of the budget that is left, 1 when all is, below 0 when more than all is used; empty as {@code good}. Until
 *     things were counted for a whole window, the rest of it is taken as good
 * @param burns by pair of windows, in the order of {@link BurnAlarm}; those without enough samples are left out
 */
public record SloStatus(
        SloSeries series, Instant at, Optional<Ratio> good, Optional<Ratio> budgetLeft, List<Burn> burns) {
    public SloStatus {
        burns = List.copyOf(burns);
    }

    /** How {@code series} stands at {@code now}, by what was counted up to then. */
    public static SloStatus of(SloSeries series, History history, Instant now) {
        Slo slo = series.slo();
        NavigableMap<Duration, Counts> windows = new TreeMap<>();
        BurnAlarm.WINDOWS.forEach(window -> windows.put(window, history.within(window, slo.budgeting(), now)));
        Counts whole = history.within(slo.window(), slo.budgeting(), now);
        windows.put(slo.window(), whole);
        Duration known = Duration.between(history.since(now), now);
        Optional<Ratio> bad = whole.badShare();
        return new SloStatus(
                series,
                now,
                bad.map(Ratio::others),
                bad.map(share -> left(share, slo.budget() / Burn.covered(slo.window(), known))),
                Arrays.stream(BurnAlarm.values())
                        .flatMap(alarm -> Burn.judge(alarm, windows, slo.budget(), known).stream())
                        .toList());
    }

    /** Runs or slices behind it. */
    public long samples() {
        return good.map(Ratio::samples).orElse(0L);
    }

    /** Whether an alarm of {@code severity} is on. */
    public boolean firing(BurnAlarm.Severity severity) {
        return burns.stream().anyMatch(burn -> burn.firing() && burn.alarm().severity() == severity);
    }

    /** {@code budget} is what may be bad of what was counted; it is without bound where hardly anything was. */
    private static Ratio left(Ratio bad, double budget) {
        return new Ratio(1 - bad.value() / budget, 1 - bad.high() / budget, 1 - bad.low() / budget, bad.samples());
    }
}
