package network.litewatch.controlplane.alert.ruletest;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The values of a series, a step apart, as promtool writes them: {@code 1 2 _ 3+0.5x4 7x2}. As there, {@code axn} and
 * {@code a+bxn} are {@code n + 1} values, and {@code _xn} is {@code n} steps without one.
 */
final class SeriesValues {
    /** A day of steps of 10 s: more is a slip of the pen. */
    private static final int MOST = 8640;

    private static final String NUMBER = "-?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][-+]?\\d+)?";
    private static final Pattern MISSING = Pattern.compile("(?:_|stale)(?:x(\\d{1,6}))?");
    private static final Pattern NUMBERS =
            Pattern.compile("(" + NUMBER + ")(?:([-+])(" + NUMBER.substring(2) + "))?(?:x(\\d{1,6}))?");

    private SeriesValues() {}

    /** Reads {@code text}; throws {@link IllegalArgumentException} that says which item it cannot read, and the shapes. */
    static List<OptionalDouble> parse(String text) {
        List<OptionalDouble> values = new ArrayList<>();
        for (String item : text.strip().split("\\s+", -1)) {
            add(item, values);
            if (values.size() > MOST) {
                throw new IllegalArgumentException("gives more than " + MOST + " values");
            }
        }
        return List.copyOf(values);
    }

    private static void add(String item, List<OptionalDouble> values) {
        Matcher missing = MISSING.matcher(item);
        if (missing.matches()) {
            int times = missing.group(1) == null ? 1 : Integer.parseInt(missing.group(1));
            for (int i = 0; i < Math.min(times, MOST + 1); i++) {
                values.add(OptionalDouble.empty());
            }
            return;
        }
        Matcher m = NUMBERS.matcher(item);
        if (!m.matches() || (m.group(2) != null && m.group(4) == null)) {
            throw new IllegalArgumentException("\"" + item
                    + "\" is no value: write 1.5, 1x3 (four times 1), 0+5x3 (0 5 10 15), 9-1x3, _ (missing) or _x3");
        }
        double first = Double.parseDouble(m.group(1));
        double step = m.group(3) == null ? 0 : Double.parseDouble(m.group(3));
        int more = m.group(4) == null ? 0 : Math.min(Integer.parseInt(m.group(4)), MOST + 1);
        for (int i = 0; i <= more; i++) {
            values.add(OptionalDouble.of("-".equals(m.group(2)) ? first - i * step : first + i * step));
        }
    }
}
