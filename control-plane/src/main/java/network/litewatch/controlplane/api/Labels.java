package network.litewatch.controlplane.api;

import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The values that a parameter may have.
 *
 * @param name of the parameter
 * @param values all of them, in the order in which a refusal lists them
 */
record Labels(String name, List<String> values) {
    Labels {
        values = List.copyOf(values);
    }

    static Labels of(String name, Stream<String> values) {
        return new Labels(name, values.toList());
    }

    /** Refuses {@code value} unless it is null or one of the values. */
    void require(@Nullable String value) {
        if (value != null && !values.contains(value)) {
            throw ApiError.badRequest(name + " must be one of " + String.join(", ", values));
        }
    }
}
