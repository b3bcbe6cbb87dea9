package network.litewatch.controlplane.assess;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A wallet's transactions that were reverted, each counted once though several runs see it.
 *
 * @param seen when each was first seen, by hash; those of the last ten minutes, at most {@value #KEPT}
 */
public record Reverts(Map<String, Instant> seen) {
    static final Reverts NONE = new Reverts(Map.of());
    static final Duration WINDOW = Duration.ofMinutes(10);
    private static final int KEPT = 64;
    private static final Pattern APART = Pattern.compile(" ");

    public Reverts {
        seen = Map.copyOf(seen);
    }

    /** After a run at {@code at} that saw {@code reverted}: hashes, each with a colon and more behind it, apart by spaces. */
    Reverts step(String reverted, Instant at) {
        Map<String, Instant> next = new LinkedHashMap<>(seen);
        next.values().removeIf(first -> Duration.between(first, at).compareTo(WINDOW) > 0);
        APART.splitAsStream(reverted).filter(text -> text.contains(":")).forEach(text -> {
            String hash = text.substring(0, text.indexOf(':'));
            if (next.size() < KEPT && !seen.containsKey(hash)) {
                next.putIfAbsent(hash, at);
            }
        });
        return new Reverts(next);
    }
}
