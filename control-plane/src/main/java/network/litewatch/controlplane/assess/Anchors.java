package network.litewatch.controlplane.assess;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The hashes that an RPC gave for anchor blocks, the newest last, and how often in a row they were not what others gave.
 *
 * @param seen at most {@value #KEPT}; others ask for the same blocks some time before or after
 * @param mismatches runs in a row that most operators contradict; a tie counts against both sides
 */
public record Anchors(List<Anchor> seen, int mismatches) {
    static final Anchors NONE = new Anchors(List.of(), 0);
    private static final int KEPT = 4;

    /** One block's hash as one RPC gave it. */
    public record Anchor(long number, String hash, String operator, Instant at) {}

    public Anchors {
        seen = List.copyOf(seen);
    }

    Anchors with(Anchor anchor) {
        List<Anchor> next = new ArrayList<>(seen);
        next.removeIf(a -> a.number() == anchor.number());
        next.add(anchor);
        return new Anchors(next.subList(Math.max(0, next.size() - KEPT), next.size()), mismatches);
    }

    Anchors counted(boolean mismatch) {
        return new Anchors(seen, mismatch ? mismatches + 1 : 0);
    }

    Optional<Anchor> at(long number) {
        return seen.stream().filter(a -> a.number() == number).findFirst();
    }

    Optional<Anchor> newest() {
        return seen.isEmpty() ? Optional.empty() : Optional.of(seen.get(seen.size() - 1));
    }
}
