package network.litewatch.controlplane.index;

import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import network.litewatch.probe.Target;
import network.litewatch.probe.chain.BlockHeader;
import network.litewatch.probe.chain.ChainRpc.Sight;
import org.jspecify.annotations.Nullable;

/**
 * What operators say of the newest block that was read: one operator, one vote, whose RPCs may be of two minds. A reorg is the
 * chain's on the word of two operators; on one's word it is its RPC's.
 *
 * @param confirming operators that still show that block
 * @param contradicting operators that show another in its place
 */
record TipVote(Set<String> confirming, Set<String> contradicting) {
    private static final int WITNESSES = 2;
    private static final String OPERATOR = "operator";

    TipVote {
        confirming = Set.copyOf(confirming);
        contradicting = Set.copyOf(contradicting);
    }

    /** A vote in which nobody has spoken. */
    static TipVote none() {
        return new TipVote(Set.of(), Set.of());
    }

    /** This vote and that of {@code rpc}, given what it shows; nothing is voted on before something was read. */
    TipVote with(Target rpc, Sight sight, @Nullable ChainState read) {
        Optional<Boolean> shows = read == null ? Optional.empty() : shows(read, sight);
        Set<String> yes = new HashSet<>(confirming);
        Set<String> no = new HashSet<>(contradicting);
        shows.ifPresent(same -> (same ? yes : no).add(operator(rpc)));
        return new TipVote(yes, no);
    }

    /** Whether an RPC that shows {@code sight} is on the side that is not to be followed while there is another. */
    boolean outvotes(Sight sight, @Nullable ChainState read) {
        boolean replaced = contradicting.size() >= WITNESSES;
        return read != null
                && shows(read, sight)
                        .map(same -> same ? replaced : !replaced && !confirming.isEmpty())
                        .orElse(false);
    }

    /** Whether the newest block of {@code state} is on the chain that {@code sight} shows; empty when that cannot be told. */
    private static Optional<Boolean> shows(ChainState state, Sight sight) {
        return state.tip().flatMap(tip -> {
            BlockHeader head = sight.head();
            if (head.number() < tip.number()) {
                // Behind, unless it shows another block where we know one: whoever is behind shows the same.
                return state.link(head.number())
                        .filter(link -> !link.hash().equals(head.hash()))
                        .map(link -> false);
            }
            BlockHeader shown = sight.blocks().get(tip.number());
            BlockHeader there = shown == null && head.number() == tip.number() ? head : shown;
            return Optional.ofNullable(there).map(header -> header.hash().equals(tip.hash()));
        });
    }

    /** Whose vote {@code rpc} is. */
    static String operator(Target rpc) {
        String named = rpc.labels().get(OPERATOR);
        return Objects.requireNonNullElseGet(named, () -> "target " + rpc.id().value());
    }
}
