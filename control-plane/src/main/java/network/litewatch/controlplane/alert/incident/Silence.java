package network.litewatch.controlplane.alert.incident;

import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What mutes alerts for a time: nothing is said of them, and they are judged as ever.
 *
 * @param matchers all of which an alert's labels must meet; one at least must not be met by labels that are empty
 * @param endsAt after {@code startsAt}; no silence is for ever
 * @param createdBy who asked for it
 * @param comment why
 */
public record Silence(
        UUID id,
        List<Matcher> matchers,
        Instant startsAt,
        Instant endsAt,
        String createdBy,
        String comment,
        Instant updatedAt) {
    private static final int MAX_MATCHERS = 50;
    private static final int MAX_TEXT = 2_000;
    // Beyond it nobody's calendar, and soon no database's, goes.
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    /** Throws {@link IllegalArgumentException} that says what is wrong. */
    public Silence {
        matchers = List.copyOf(matchers);
        if (matchers.isEmpty() || matchers.stream().allMatch(Matcher::matchesNothing)) {
            throw new IllegalArgumentException("a silence needs a matcher that does not match everything");
        }
        if (matchers.size() > MAX_MATCHERS) {
            throw new IllegalArgumentException("a silence may have at most " + MAX_MATCHERS + " matchers");
        }
        if (comment.isBlank()) {
            throw new IllegalArgumentException("a silence needs a comment that says why");
        }
        if (createdBy.isBlank()) {
            throw new IllegalArgumentException("a silence needs createdBy, who asks for it");
        }
        if (comment.length() > MAX_TEXT || createdBy.length() > MAX_TEXT) {
            throw new IllegalArgumentException("texts of a silence may have at most " + MAX_TEXT + " characters");
        }
        if (comment.indexOf(0) >= 0 || createdBy.indexOf(0) >= 0) {
            throw new IllegalArgumentException("texts of a silence must have no U+0000");
        }
        if (endsAt.isAfter(LATEST)) {
            throw new IllegalArgumentException("a silence must end before the year 10000");
        }
        if (!endsAt.isAfter(startsAt)) {
            throw new IllegalArgumentException("a silence must end after it starts");
        }
    }

    /** Where a silence stands at a time. */
    public enum State {
        PENDING,
        ACTIVE,
        EXPIRED;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public State at(Instant now) {
        if (!now.isBefore(endsAt)) {
            return State.EXPIRED;
        }
        return now.isBefore(startsAt) ? State.PENDING : State.ACTIVE;
    }

    /** Whether alerts of {@code labels} are muted by it while it is active. */
    public boolean matches(Map<String, String> labels) {
        return matchers.stream().allMatch(matcher -> matcher.matches(labels));
    }

    /** The silence, ended at {@code now}. Empty life, if it had not begun: it began and ended then. */
    public Silence expired(Instant now) {
        Instant from = startsAt.isBefore(now) ? startsAt : now.minusMillis(1);
        return new Silence(id, matchers, from, now, createdBy, comment, now);
    }

    /** Why it mutes, for people. */
    public String reason() {
        return "silenced until " + endsAt + " by " + createdBy + " (" + comment + "), "
                + matchers.stream().map(Matcher::toString).collect(Collectors.joining(", "));
    }
}
