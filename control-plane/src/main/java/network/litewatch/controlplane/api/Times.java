package network.litewatch.controlplane.api;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Times in queries. */
final class Times {
    /** Years that a date in Elasticsearch can have. */
    private static final Instant EARLIEST = Instant.parse("0000-01-01T00:00:00Z");

    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

    private Times() {}

    /** The instant that {@code text} says, null for null; anything else is a 400 that names the parameter. */
    static @Nullable Instant instant(String name, @Nullable String text) {
        try {
            Instant at = text == null ? null : Instant.parse(text);
            if (at == null || !(at.isBefore(EARLIEST) || at.isAfter(LATEST))) {
                return at;
            }
        } catch (DateTimeParseException e) {
            // Said below, as for years that nobody can search.
        }
        throw ApiError.badRequest(name + " must be an instant in UTC, as 2026-11-20T10:00:00Z");
    }
}
