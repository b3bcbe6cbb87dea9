package network.litewatch.lab.fault;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Iterator;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads a fault's arguments; what is wrong is an {@link IllegalArgumentException} that names the argument. */
public final class Arguments {

    private Arguments() {}

    /** A whole number within bounds; {@code otherwise} null means that it must be given. */
    public static int whole(JsonNode args, String name, @Nullable Integer otherwise, int min, int max) {
        JsonNode value = args.path(name);
        if (value.isMissingNode() && otherwise != null) {
            return otherwise;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < min || value.asInt() > max) {
            throw new IllegalArgumentException(
                    "args." + name + ": expected a whole number from " + min + " to " + max + ", got " + shown(value));
        }
        return value.asInt();
    }

    /** A number within bounds; {@code otherwise} null means that it must be given. */
    public static double number(JsonNode args, String name, @Nullable Double otherwise, double min, double max) {
        JsonNode value = args.path(name);
        if (value.isMissingNode() && otherwise != null) {
            return otherwise;
        }
        if (!value.isNumber() || value.asDouble() < min || value.asDouble() > max) {
            throw new IllegalArgumentException(
                    "args." + name + ": expected a number from " + min + " to " + max + ", got " + shown(value));
        }
        return value.asDouble();
    }

    /** Refuses arguments that the fault does not have: a misspelt one would be ignored in silence. */
    public static void onlyKnown(JsonNode args, Set<String> known) {
        for (Iterator<String> names = args.fieldNames(); names.hasNext(); ) {
            String name = names.next();
            if (!known.contains(name)) {
                throw new IllegalArgumentException("args." + name + ": unknown; known: "
                        + known.stream().sorted().toList());
            }
        }
    }

    private static String shown(JsonNode value) {
        return value.isMissingNode() ? "nothing" : value.toString();
    }
}
