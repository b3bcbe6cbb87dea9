package network.litewatch.controlplane.api;

import java.util.List;
import network.litewatch.controlplane.alert.incident.Matcher;
import org.jspecify.annotations.Nullable;

/** Matchers in a query. */
final class Filters {
    private Filters() {}

    /** The matchers that {@code filter} has; 400 that says which is none. */
    static List<Matcher> parse(@Nullable List<String> filter) {
        if (filter == null) {
            return List.of();
        }
        try {
            return filter.stream().map(Matcher::parse).toList();
        } catch (IllegalArgumentException e) {
            throw ApiError.badRequest(String.valueOf(e.getMessage()));
        }
    }
}
