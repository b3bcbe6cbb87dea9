package network.litewatch.controlplane.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One page of a list; {@code next} is the cursor of the page after it, absent on the last. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Page<T>(List<T> items, @Nullable String next) {
    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 500;

    /** ASCII only, and never more than an int holds. */
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,9}");

    /** The page of {@code all} that starts at {@code cursor} (an offset of ours, null for the first). */
    static <T> Page<T> of(List<T> all, int limit, @Nullable String cursor) {
        int from = Math.min(offset(cursor), all.size());
        int to = Math.min(all.size(), from + limit);
        return new Page<>(all.subList(from, to), to < all.size() ? Integer.toString(to) : null);
    }

    static int limit(@Nullable String text) {
        return number("limit", text, 1, MAX_LIMIT).orElse(DEFAULT_LIMIT);
    }

    static int offset(@Nullable String cursor) {
        return number("cursor", cursor, 0, 1_000_000).orElse(0);
    }

    private static Optional<Integer> number(String name, @Nullable String text, int min, int max) {
        if (text == null) {
            return Optional.empty();
        }
        if (DIGITS.matcher(text).matches()) {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return Optional.of(value);
            }
        }
        throw ApiError.badRequest(name + " must be a whole number from " + min + " to " + max);
    }
}
