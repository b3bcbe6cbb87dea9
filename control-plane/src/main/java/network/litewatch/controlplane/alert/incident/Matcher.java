package network.litewatch.controlplane.alert.incident;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.Map;

/**
 * A condition on one label, as Alertmanager has it: a label that is absent has the empty value, and a regular expression (RE2)
 * must match the whole value.
 *
 * @param isEqual whether the value must match, or must not
 */
public record Matcher(String name, String value, boolean isRegex, boolean isEqual) {
    private static final int MAX_LENGTH = 1_000;
    private static final Pattern WRITTEN = Pattern.compile(
            "([^=~!\"\\s{},]+|\"(?:[^\"\\\\]|\\\\.)+\")\\s*(=~|!~|!=|=)\\s*(\"(?:[^\"\\\\]|\\\\.)*\"|[^\"{},]*)");

    /** Throws {@link IllegalArgumentException} that says what is wrong. */
    public Matcher {
        if (name.isEmpty()) {
            throw new IllegalArgumentException("a matcher needs the name of a label");
        }
        if (name.length() > MAX_LENGTH || value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a matcher may have at most " + MAX_LENGTH + " characters");
        }
        if (name.indexOf(0) >= 0 || value.indexOf(0) >= 0) {
            throw new IllegalArgumentException("a matcher must have no U+0000");
        }
        if (isRegex) {
            try {
                var unused = Pattern.compile(value);
            } catch (PatternSyntaxException e) {
                throw new IllegalArgumentException(
                        "the matcher of " + name + " is no regular expression: " + e.getMessage(), e);
            }
        }
    }

    /** A matcher of exactly that value. */
    public static Matcher equal(String name, String value) {
        return new Matcher(name, value, false, true);
    }

    /**
     * Reads {@code name="value"}, {@code !=}, {@code =~} or {@code !~}; quotes may be left out. Throws
     * {@link IllegalArgumentException} that says what is wrong.
     */
    public static Matcher parse(String text) {
        com.google.re2j.Matcher parts = WRITTEN.matcher(text.strip());
        if (!parts.matches()) {
            throw new IllegalArgumentException(
                    "a matcher is written name=\"value\", with =, !=, =~ or !~; this is not: " + text);
        }
        String operator = parts.group(2);
        return new Matcher(
                unquoted(parts.group(1)), unquoted(parts.group(3)), operator.endsWith("~"), operator.startsWith("="));
    }

    private static String unquoted(String text) {
        if (text.length() < 2 || !text.startsWith("\"")) {
            return text;
        }
        StringBuilder plain = new StringBuilder();
        for (int i = 1; i < text.length() - 1; i++) {
            char c = text.charAt(i);
            if (c == '\\') {
                i++;
                plain.append(text.charAt(i) == 'n' ? '\n' : text.charAt(i));
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    /** Whether {@code labels} meet it. */
    public boolean matches(Map<String, String> labels) {
        String actual = labels.getOrDefault(name, "");
        boolean same = isRegex ? Pattern.matches(value, actual) : value.equals(actual);
        return same == isEqual;
    }

    /** Whether labels without any value would meet it, so that it tells nothing apart. */
    @JsonIgnore
    public boolean matchesNothing() {
        return matches(Map.of());
    }

    /** As people write it, {@code name=~"value"}; {@link #parse} reads it back. */
    @Override
    public String toString() {
        String quoted = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return name + (isEqual ? "=" : "!") + (isRegex ? "~" : isEqual ? "" : "=") + "\"" + quoted + "\"";
    }
}
