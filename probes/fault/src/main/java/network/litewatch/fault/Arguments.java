package network.litewatch.fault;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.Iterator;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads a fault's arguments; what is wrong is an {@link IllegalArgumentException} that names the argument. */
public final class Arguments {

    private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s)");

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

    /** A length of time such as {@code "3s"} or {@code "500ms"}, within bounds. */
    public static Duration duration(JsonNode args, String name, Duration otherwise, Duration min, Duration max) {
        JsonNode value = args.path(name);
        if (value.isMissingNode()) {
            return otherwise;
        }
        Matcher matcher = DURATION.matcher(value.asText());
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            Duration given = matcher.group(2).equals("s") ? Duration.ofSeconds(amount) : Duration.ofMillis(amount);
            if (given.compareTo(min) >= 0 && given.compareTo(max) <= 0) {
                return given;
            }
        }
        throw new IllegalArgumentException("args." + name + ": expected a whole number with ms or s, " + min.toMillis()
                + "ms to " + max.toMillis() + "ms, got " + shown(value));
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
