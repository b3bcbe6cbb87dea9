package network.litewatch.controlplane.alert.incident;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * One message for all that is not critical: what fires, and what has changed since it was begun. Another one is begun by what changes
 * after an interval, and once a day while something still fires.
 *
 * @param from when it was begun
 * @param incidents what each says, the most urgent first, at most {@value #MOST}
 * @param firing how many fire, those that are left out counted
 * @param ended how many have ended since it was begun
 */
public record Digest(Instant from, List<IncidentMessage> incidents, int firing, int ended) {
    static final int MOST = 20;
    private static final Duration REMIND = Duration.ofHours(24);

    public Digest {
        incidents = List.copyOf(incidents);
    }

    /** What the digest says of one incident since {@code at}. */
    public record Entry(IncidentMessage message, Instant at) {
        boolean fires() {
            return message.resolvedAt() == null;
        }
    }

    /** Whether what is begun at {@code from} is to be followed by another one now. */
    public static boolean isOver(Instant from, List<Entry> entries, Instant now, Duration every) {
        Instant end = from.plus(every);
        if (now.isBefore(end)) {
            return false;
        }
        return entries.stream().anyMatch(entry -> !entry.at().isBefore(end))
                || (!now.isBefore(from.plus(REMIND)) && entries.stream().anyMatch(Entry::fires));
    }

    /** Of {@code entries}, begun at {@code from}. */
    public static Digest of(Instant from, List<Entry> entries) {
        List<Entry> shown = entries.stream()
                .filter(entry -> entry.fires() || !entry.at().isBefore(from))
                .sorted(Comparator.comparing((Entry entry) -> !entry.fires())
                        .thenComparing(entry -> Severity.rank(entry.message().severity()))
                        .thenComparing(entry -> entry.message().openedAt())
                        .thenComparing(entry -> entry.message().incident()))
                .toList();
        int firing = (int) shown.stream().filter(Entry::fires).count();
        return new Digest(from, shown.stream().map(Entry::message).limit(MOST).toList(), firing, shown.size() - firing);
    }

    /** How many it leaves out. */
    public int more() {
        return firing + ended - incidents.size();
    }
}
