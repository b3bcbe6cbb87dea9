package network.litewatch.controlplane.alert.incident;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A time at which work is announced, once or again and again: nothing is said of alerts that match, and they are judged as ever.
 *
 * @param matchers all of which an alert's labels must meet; one at least is not met by labels that are empty
 * @param lasts for how long, in elapsed time: an hour is an hour also in the night in which clocks are changed
 * @param reason what is done then
 */
public record MaintenanceWindow(
        String name, List<Matcher> matchers, WindowStarts starts, Duration lasts, String reason) {
    private static final Duration LONGEST = Duration.ofDays(7);
    // A year's worth of weekly starts tells how far apart they are.
    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final int STARTS = 60;

    /** Throws {@link IllegalArgumentException} that says what is wrong. */
    public MaintenanceWindow {
        matchers = List.copyOf(matchers);
        if (matchers.stream().allMatch(Matcher::matchesNothing)) {
            throw new IllegalArgumentException("a window needs a matcher that does not match everything");
        }
        if (lasts.isNegative() || lasts.isZero() || lasts.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a window lasts more than nothing and at most 7d");
        }
        if (starts instanceof WindowStarts.Cron cron
                && cron.closest(FROM, STARTS)
                        .filter(gap -> gap.compareTo(lasts) < 0)
                        .isPresent()) {
            throw new IllegalArgumentException("a window must end before it opens again");
        }
        if (reason.isBlank()) {
            throw new IllegalArgumentException("a window needs a reason, for whoever wonders why nothing is said");
        }
    }

    /** When it ends, if it is open at {@code now}: from its start on, and not at its end any more. */
    public Optional<Instant> openUntil(Instant now) {
        return starts.latest(now, lasts).map(start -> start.plus(lasts)).filter(now::isBefore);
    }

    /** When it opens or closes next after {@code now}; empty when it never does again. */
    public Optional<Instant> nextChange(Instant now) {
        Optional<Instant> end = openUntil(now);
        return end.isPresent() ? end : starts.next(now);
    }

    /** Whether alerts of {@code labels} are muted while it is open. */
    public boolean matches(Map<String, String> labels) {
        return matchers.stream().allMatch(matcher -> matcher.matches(labels));
    }
}
