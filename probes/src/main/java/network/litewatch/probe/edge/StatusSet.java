package network.litewatch.probe.edge;

import java.util.BitSet;

/** HTTP statuses, written as {@code 2xx 304}. Immutable. */
final class StatusSet {
    private final BitSet statuses;

    private StatusSet(BitSet statuses) {
        this.statuses = statuses;
    }

    /** Throws {@link IllegalArgumentException} with the expected shape. */
    static StatusSet parse(String text) {
        BitSet statuses = new BitSet(600);
        for (String word : text.strip().split("[\\s,]+", -1)) {
            if (word.matches("[1-5]xx")) {
                int first = (word.charAt(0) - '0') * 100;
                statuses.set(first, first + 100);
            } else if (word.matches("[1-5]\\d\\d")) {
                statuses.set(Integer.parseInt(word));
            } else {
                throw new IllegalArgumentException("must be statuses such as 2xx or \"200 304\": \"" + text + "\"");
            }
        }
        return new StatusSet(statuses);
    }

    boolean contains(int status) {
        return status >= 0 && statuses.get(status);
    }
}
