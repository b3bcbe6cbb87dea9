package network.litewatch.probe.http;

/** Makes a stranger's text fit to be stored and shown. */
public final class UntrustedText {
    private UntrustedText() {}

    /**
     * One line of at most {@code maxChars} characters: runs of white space become one space; control, formatting
     * (bidirectional overrides among them) and unpaired surrogate characters go.
     */
    public static String clean(String text, int maxChars) {
        StringBuilder clean = new StringBuilder(Math.min(text.length(), maxChars));
        boolean gap = false;
        for (int i = 0; i < text.length() && clean.length() < maxChars; ) {
            int c = text.codePointAt(i);
            i += Character.charCount(c);
            if (Character.isWhitespace(c) || Character.isSpaceChar(c)) {
                gap = clean.length() > 0;
            } else if (isPrintable(c)) {
                if (clean.length() + (gap ? 1 : 0) + Character.charCount(c) > maxChars) {
                    break;
                }
                if (gap) {
                    clean.append(' ');
                    gap = false;
                }
                clean.appendCodePoint(c);
            }
        }
        return clean.toString();
    }

    private static boolean isPrintable(int codePoint) {
        int type = Character.getType(codePoint);
        return type != Character.CONTROL
                && type != Character.FORMAT
                && type != Character.SURROGATE
                && type != Character.PRIVATE_USE
                && type != Character.UNASSIGNED;
    }
}
