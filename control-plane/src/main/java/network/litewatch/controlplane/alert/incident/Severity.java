package network.litewatch.controlplane.alert.incident;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** The order of severities, worst first; what is no known severity comes last. */
public final class Severity {
    private static final List<String> WORST_FIRST = List.of("critical", "warning", "info");

    private Severity() {}

    /** 0 is the worst. */
    public static int rank(String severity) {
        int rank = WORST_FIRST.indexOf(severity);
        return rank < 0 ? WORST_FIRST.size() : rank;
    }

    /** The worst of {@code severities}; empty of none. */
    static String worst(Collection<String> severities) {
        return severities.stream().min(Comparator.comparingInt(Severity::rank)).orElse("");
    }

    static boolean isCritical(String severity) {
        return rank(severity) == 0;
    }
}
