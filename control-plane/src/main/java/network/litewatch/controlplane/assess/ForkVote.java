package network.litewatch.controlplane.assess;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Whether the operators that show the same block show it under the same hash. Pure. */
final class ForkVote {
    private static final Duration FRESH = Duration.ofMinutes(10);

    private ForkVote() {}

    /**
     * Whether the newest anchor of {@code own} is contradicted: some other operator has another hash of that block, and no
     * fewer operators stand behind it. Empty when no other operator has shown that block lately.
     */
    static Optional<Boolean> of(SeriesState own, Collection<SeriesState> all) {
        return own.anchors().newest().flatMap(anchor -> {
            Map<String, Set<String>> votes = new HashMap<>();
            for (SeriesState state : all) {
                if (!state.key().equals(own.key())) {
                    state.anchors()
                            .at(anchor.number())
                            .filter(other -> other.at().plus(FRESH).isAfter(anchor.at()))
                            .ifPresent(other -> votes.computeIfAbsent(other.hash(), h -> new HashSet<>())
                                    .add(voter(state, other)));
                }
            }
            String self = voter(own, anchor);
            votes.values().forEach(voters -> voters.remove(self));
            votes.values().removeIf(Set::isEmpty);
            if (votes.isEmpty()) {
                return Optional.empty();
            }
            int agreeing = 1 + votes.getOrDefault(anchor.hash(), Set.of()).size();
            votes.remove(anchor.hash());
            int against = votes.values().stream().mapToInt(Set::size).max().orElse(0);
            return Optional.of(against >= agreeing);
        });
    }

    private static String voter(SeriesState state, Anchors.Anchor anchor) {
        return anchor.operator().isEmpty() ? "target " + state.key().target().value() : "operator " + anchor.operator();
    }
}
