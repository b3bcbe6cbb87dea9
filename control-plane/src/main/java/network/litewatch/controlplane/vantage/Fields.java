package network.litewatch.controlplane.vantage;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;

/** Fields of JSON that another machine sent. Everything throws {@link IllegalArgumentException} with the field and the rule. */
final class Fields {
    private Fields() {}

    /** {@code node} is an object that has no other fields than {@code known}. */
    static void only(JsonNode node, String where, String... known) {
        if (!node.isObject()) {
            throw new IllegalArgumentException((where.isEmpty() ? "it" : where) + " must be an object");
        }
        List<String> names = List.of(known);
        node.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                throw new IllegalArgumentException("has a field that is not known; known: " + String.join(", ", names));
            }
        });
    }

    static String text(JsonNode node, String field, int most) {
        JsonNode value = node.path(field);
        if (!value.isTextual() || value.asText().length() > most) {
            throw new IllegalArgumentException(field + " must be a text of at most " + most + " characters");
        }
        return value.asText();
    }

    static Instant instant(JsonNode node, String field) {
        try {
            return Instant.parse(text(node, field, 40));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(field + " must be an instant in UTC");
        }
    }

    static long whole(JsonNode node, String field, long most) {
        JsonNode value = node.path(field);
        if (!value.isIntegralNumber() || !value.canConvertToLong() || value.asLong() < 0 || value.asLong() > most) {
            throw new IllegalArgumentException(field + " must be a whole number from 0 to " + most);
        }
        return value.asLong();
    }

    static double finite(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isNumber() || !Double.isFinite(value.asDouble())) {
            throw new IllegalArgumentException(field + " must be a number");
        }
        return value.asDouble();
    }
}
