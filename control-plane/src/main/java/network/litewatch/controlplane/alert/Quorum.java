package network.litewatch.controlplane.alert;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How many vantages must see a breach.
 *
 * @param needed of them; at least one
 * @param of how many there should be; not fewer than {@code needed}
 */
public record Quorum(int needed, int of) {
    private static final Pattern SHAPE = Pattern.compile("([1-9][0-9]?) of ([1-9][0-9]?)");

    public Quorum {
        if (needed < 1 || of < needed) {
            throw new IllegalArgumentException("must be as \"2 of 3\", the first not more than the second");
        }
    }

    /** Reads {@code 2 of 3}; throws {@link IllegalArgumentException} that says the shape. */
    public static Quorum parse(String text) {
        Matcher m = SHAPE.matcher(text.strip());
        if (!m.matches()) {
            throw new IllegalArgumentException("must be as \"2 of 3\": \"" + text + "\"");
        }
        return new Quorum(Integer.parseInt(m.group(1)), Integer.parseInt(m.group(2)));
    }

    /**
     * How many of {@code reporting} vantages must see the breach. With fewer than there should be it is the same share of them,
     * rounded up: when agents are gone the others still page, rather than nobody.
     */
    public int among(int reporting) {
        return reporting >= of ? needed : Math.max(1, (needed * reporting + of - 1) / of);
    }

    @Override
    public String toString() {
        return needed + " of " + of;
    }
}
