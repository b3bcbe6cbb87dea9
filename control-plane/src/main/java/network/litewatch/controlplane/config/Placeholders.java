package network.litewatch.controlplane.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Settings out of the environment, spelled as a shell spells them: <code>${NAME}</code> and <code>${NAME:?what it is}</code>
 * are required, <code>${NAME:-default}</code> has a default (which may be empty). An empty variable counts as unset.
 */
public final class Placeholders {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)(?::([-?])([^}]*))?}");

    private final Lookup environment;

    /** Where values come from; null means unset. */
    @FunctionalInterface
    public interface Lookup {
        @Nullable
        String get(String name);
    }

    public Placeholders(Lookup environment) {
        this.environment = environment;
    }

    /**
     * Replaces every placeholder in {@code text}. Throws {@link IllegalArgumentException} that names the first required
     * variable which is unset; values themselves never stand in a message.
     */
    public String expand(String text) {
        Matcher m = PLACEHOLDER.matcher(text);
        StringBuilder expanded = new StringBuilder();
        while (m.find()) {
            m.appendReplacement(expanded, Matcher.quoteReplacement(value(m)));
        }
        return m.appendTail(expanded).toString();
    }

    /** As {@link #expand} for a whole YAML text; lines that are comments stay as they are, so a setting can be commented out. */
    public String expandYaml(String text) {
        return text.lines()
                .map(line -> line.stripLeading().startsWith("#") ? line : expand(line))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private String value(Matcher m) {
        String value = environment.get(m.group(1));
        if (value != null && !value.isEmpty()) {
            return value;
        }
        if ("-".equals(m.group(2))) {
            return m.group(3);
        }
        String what = m.group(3) == null ? "" : " (" + m.group(3).strip() + ")";
        throw new IllegalArgumentException(
                "needs the environment variable " + m.group(1) + what + "; set it, or write the value here");
    }
}
