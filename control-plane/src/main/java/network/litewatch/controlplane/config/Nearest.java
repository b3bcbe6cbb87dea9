package network.litewatch.controlplane.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What somebody meant who misspelt a name. */
public final class Nearest {
    private Nearest() {}

    /** The one of {@code names} that is spelt most like {@code name}; empty text without any. */
    public static String to(String name, Collection<String> names) {
        return names.stream()
                .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
                .orElse("");
    }

    /** The same where it is spelt alike: no more than half of its letters otherwise. */
    public static Optional<String> near(String name, Collection<String> names) {
        return Optional.of(to(name, names))
                .filter(candidate -> !candidate.isEmpty() && distance(name, candidate) <= name.length() / 2);
    }

    /** Levenshtein distance. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
