package network.litewatch.controlplane.alert.ruletest;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.config.Nearest;

/** Which signal of what: {@code rpc_head_lag_seconds{target="a", vantage="here"}}, as Prometheus writes a series. */
record SeriesName(Signal signal, Map<String, String> labels) {
    private static final Pattern SHAPE = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)\\s*(?:\\{(.*)})?");
    private static final Pattern LABEL =
            Pattern.compile("\\s*([a-zA-Z_][a-zA-Z0-9_]*)\\s*=\\s*\"([^\"\\\\]*)\"\\s*(,|$)");

    SeriesName {
        labels = Map.copyOf(labels);
    }

    /** Reads {@code text}; throws {@link IllegalArgumentException} that says what of it is wrong. */
    static SeriesName parse(String text) {
        Matcher m = SHAPE.matcher(text.strip());
        if (!m.matches()) {
            throw new IllegalArgumentException("must be as rpc_head_lag_seconds{target=\"a\"}: \"" + text + "\"");
        }
        String name = m.group(1);
        Signal signal = Signal.named(name)
                .orElseThrow(() -> new IllegalArgumentException("\"" + name + "\" is no signal" + near(name)));
        return new SeriesName(signal, m.group(2) == null ? Map.of() : labels(m.group(2)));
    }

    private static Map<String, String> labels(String text) {
        Map<String, String> labels = new LinkedHashMap<>();
        Matcher m = LABEL.matcher(text);
        int at = 0;
        while (at < text.stripTrailing().length()) {
            if (!m.find(at) || m.start() != at) {
                throw new IllegalArgumentException(
                        "labels must be as {target=\"a\", vantage=\"here\"}, without backslashes: \"" + text + "\"");
            }
            if (labels.putIfAbsent(m.group(1), m.group(2)) != null) {
                throw new IllegalArgumentException("has the label " + m.group(1) + " twice");
            }
            at = m.end();
        }
        return labels;
    }

    private static String near(String name) {
        return Nearest.near(
                        name,
                        Arrays.stream(Signal.values()).map(Signal::signalName).toList())
                .map(near -> "; did you mean " + near + "?")
                .orElse("");
    }
}
