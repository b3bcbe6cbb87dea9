package network.litewatch.controlplane.slo;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * How fast a budget may not burn: the windows of the SRE workbook ("Alerting on SLOs", 6: multiwindow, multi-burn-rate). Of a budget
 * of 30 days they take 2 %, 5 %, 10 % and 10 %.
 */
public enum BurnAlarm {
    PAGE_1H(Severity.PAGE, 14.4, Duration.ofHours(1), Duration.ofMinutes(5)),
    PAGE_6H(Severity.PAGE, 6, Duration.ofHours(6), Duration.ofMinutes(30)),
    TICKET_1D(Severity.TICKET, 3, Duration.ofDays(1), Duration.ofHours(2)),
    TICKET_3D(Severity.TICKET, 1, Duration.ofDays(3), Duration.ofHours(6));

    /** All windows that are looked at, the shortest first. */
    public static final List<Duration> WINDOWS = List.of(
            Duration.ofMinutes(5),
            Duration.ofMinutes(30),
            Duration.ofHours(1),
            Duration.ofHours(2),
            Duration.ofHours(6),
            Duration.ofDays(1),
            Duration.ofDays(3));

    /** Who is told: somebody now, or somebody in the morning. */
    public enum Severity {
        PAGE,
        TICKET;

        /** Lower-case name, as Sloth spells it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    // However small the promise, most failing is told of: 14.4 times a budget of 7 % is more than all there is.
    private static final double MOST = 0.5;

    private final Severity severity;
    private final double times;
    private final Duration longWindow;
    private final Duration shortWindow;

    BurnAlarm(Severity severity, double times, Duration longWindow, Duration shortWindow) {
        this.severity = severity;
        this.times = times;
        this.longWindow = longWindow;
        this.shortWindow = shortWindow;
    }

    public Severity severity() {
        return severity;
    }

    /** The burn rate: in how many times the budget's share things go bad. */
    public double times() {
        return times;
    }

    public Duration longWindow() {
        return longWindow;
    }

    public Duration shortWindow() {
        return shortWindow;
    }

    /** The share of bad ones above which a budget of {@code budget} burns too fast. */
    double threshold(double budget) {
        return Math.min(times * budget, MOST);
    }
}
