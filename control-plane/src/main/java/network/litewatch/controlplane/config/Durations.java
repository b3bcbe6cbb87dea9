package network.litewatch.controlplane.config;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Prometheus writes them: {@code 250ms}, {@code 5s}, {@code 1m30s}, {@code 2h}, {@code 7d}. */
public final class Durations {
    private static final Pattern SHAPE =
            Pattern.compile("(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m(?!s))?(?:(\\d+)s)?(?:(\\d+)ms)?");

    private Durations() {}

    /** Throws {@link IllegalArgumentException} with the expected shape; zero is written {@code 0s}. */
    public static Duration parse(String text) {
        Matcher m = SHAPE.matcher(text.strip());
        if (text.isBlank() || !m.matches()) {
            throw new IllegalArgumentException(
                    "must be a duration such as 250ms, 5s, 1m30s, 2h or 7d: \"" + text + "\"");
        }
        try {
            return Duration.ofDays(part(m, 1))
                    .plusHours(part(m, 2))
                    .plusMinutes(part(m, 3))
                    .plusSeconds(part(m, 4))
                    .plusMillis(part(m, 5));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("is too long a duration: \"" + text + "\"");
        }
    }

    /** The shortest writing that {@link #parse} reads back; below a millisecond is dropped. */
    public static String format(Duration duration) {
        StringBuilder text = new StringBuilder();
        append(text, duration.toDaysPart(), "d");
        append(text, duration.toHoursPart(), "h");
        append(text, duration.toMinutesPart(), "m");
        append(text, duration.toSecondsPart(), "s");
        append(text, duration.toMillisPart(), "ms");
        return text.isEmpty() ? "0s" : text.toString();
    }

    private static long part(Matcher m, int group) {
        String digits = m.group(group);
        return digits == null ? 0 : Long.parseLong(digits);
    }

    private static void append(StringBuilder text, long amount, String unit) {
        if (amount > 0) {
            text.append(amount).append(unit);
        }
    }
}
