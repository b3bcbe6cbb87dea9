package network.litewatch.probe;

import java.util.regex.Pattern;

/** The one spelling rule for identifiers that end up as metric labels, URL segments and document ids. */
final class Names {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([a-z0-9._-]{0,126}[a-z0-9])?");

    private Names() {}

    /** Returns {@code value} unchanged, or throws {@link IllegalArgumentException} naming {@code what} and the rule. */
    static String require(String what, String value) {
        if (!NAME.matcher(value).matches()) {
            throw new IllegalArgumentException(what
                    + " must be 1-128 characters of a-z 0-9 . _ -, starting and ending with a letter or digit: \""
                    + value
                    + "\"");
        }
        return value;
    }
}
