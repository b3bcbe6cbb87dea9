package network.litewatch.controlplane.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import org.jspecify.annotations.Nullable;

/**
 * What the entries of a network file have in common: values that may come from the environment. Whatever is wrong with a field is
 * reported there, and its value is null.
 */
record Entries(Placeholders placeholders) {
    /** The value of {@code key} as {@code parser} reads it; its absence is a problem, with {@code hint} for whoever writes it. */
    <T> @Nullable T required(Field entry, String key, String hint, Function<String, T> parser) {
        return value(entry.require(key, hint), parser);
    }

    /** The value of {@code key} as {@code parser} reads it; null without a problem where there is none. */
    <T> @Nullable T optional(Field entry, String key, Function<String, T> parser) {
        return value(entry.get(key), parser);
    }

    /** The value of {@code field} as {@code parser} reads it. */
    <T> @Nullable T value(@Nullable Field field, Function<String, T> parser) {
        return field == null ? null : field.as(text -> parser.apply(placeholders.expand(text)));
    }

    /** Texts by name, as labels are; none without {@code field}. */
    Map<String, String> texts(@Nullable Field field) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (field != null) {
            field.fields().forEach((name, value) -> put(texts, name, value.as(placeholders::expand)));
        }
        return texts;
    }

    /** Puts {@code value} where there is one. */
    static void put(Map<String, String> into, String name, @Nullable Object value) {
        if (value != null) {
            into.put(name, value.toString());
        }
    }
}
