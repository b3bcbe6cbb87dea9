package network.litewatch.controlplane.index;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import network.litewatch.probe.chain.BlockHeader;
import network.litewatch.probe.chain.ChainRpc.Sight;

/** What is to be done next, given how far the chain was read and what an RPC shows of it. Pure. */
sealed interface ChainStep {
    /** All is read, or the RPC is behind what we have. */
    record Wait() implements ChainStep {}

    /** Read on. {@code linked}: header by header, because these blocks may still be replaced. */
    record Read(long from, long to, boolean linked) implements ChainStep {}

    /** Read what was read once more. */
    record Reread(long from, long to) implements ChainStep {}

    /** The tip is not on the chain: compare these blocks, then go back to the newest that is. */
    record Search(List<Long> numbers) implements ChainStep {}

    /** It is another chain of the same id, as when a test network is set up anew. */
    record Replaced(String genesis) implements ChainStep {}

    /** The blocks to ask for beside the latest, in order. */
    static Set<Long> needed(ChainState state) {
        Set<Long> needed = new TreeSet<>();
        needed.add(0L);
        state.tip().ifPresent(tip -> needed.add(tip.number()));
        return needed;
    }

    /** The step after {@code state}, by what an RPC shows: its head, and the blocks {@link #needed}. */
    static ChainStep next(ChainState state, Sight sight) {
        BlockHeader genesis = sight.blocks().get(0L);
        if (genesis != null && state.genesis() != null && !genesis.hash().equals(state.genesis())) {
            return new Replaced(genesis.hash());
        }
        long head = sight.head().number();
        Optional<ChainState.Link> tip = state.tip();
        if (tip.isPresent()) {
            ChainState.Link newest = tip.get();
            if (head < newest.number()) {
                return state.link(head)
                        .filter(link -> !link.hash().equals(sight.head().hash()))
                        .map(link -> search(state, head))
                        .orElse(new Wait());
            }
            // What was asked for by number comes first: it is younger than the head when the chain moved in between.
            BlockHeader shown = sight.blocks().get(newest.number());
            if (shown == null && head == newest.number()) {
                shown = sight.head();
            }
            if (shown == null || !shown.hash().equals(newest.hash())) {
                return search(state, head);
            }
        }
        if (state.rescan() < state.next()) {
            return new Reread(state.rescan(), state.next() - 1);
        }
        return head < state.next() ? new Wait() : read(state.next(), head);
    }

    /** The newest block of {@code state} that is among {@code shown}; one before all of them when none is. */
    static long ancestor(ChainState state, Map<Long, BlockHeader> shown) {
        for (int i = state.links().size() - 1; i >= 0; i--) {
            ChainState.Link link = state.links().get(i);
            BlockHeader header = shown.get(link.number());
            if (header != null && header.hash().equals(link.hash())) {
                return link.number();
            }
        }
        // None of what is remembered: events are taken back as far as they are known.
        return state.settled() - 1;
    }

    private static ChainStep read(long from, long head) {
        long far = head - 2L * ChainState.WINDOW;
        return from < far
                ? new Read(from, far, false)
                : new Read(from, Math.min(head, from + ChainState.WINDOW - 1), true);
    }

    private static ChainStep search(ChainState state, long head) {
        return new Search(state.links().stream()
                .map(ChainState.Link::number)
                .filter(number -> number <= head)
                .toList());
    }
}
