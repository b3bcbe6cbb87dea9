package network.litewatch.controlplane.index;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import network.litewatch.probe.Target;
import network.litewatch.probe.chain.BlockHeader;
import network.litewatch.probe.chain.ChainRpc.Sight;
import org.jspecify.annotations.Nullable;

/**
 * What operators say of block 0: one operator, one vote. A chain was set up anew when nobody shows the block 0 that was read, and two
 * operators, or all that there are, show the same other one. On one's word it is its RPC that is of another chain.
 *
 * @param shown operators by the hash that they show
 */
record GenesisVote(Map<String, Set<String>> shown) {
    private static final int WITNESSES = 2;

    GenesisVote {
        shown = Map.copyOf(shown);
    }

    /** A vote in which nobody has spoken. */
    static GenesisVote none() {
        return new GenesisVote(Map.of());
    }

    /** This vote and that of {@code rpc}, given what it shows. */
    GenesisVote with(Target rpc, Sight sight) {
        BlockHeader genesis = sight.blocks().get(0L);
        if (genesis == null) {
            return this;
        }
        Map<String, Set<String>> all = new HashMap<>(shown);
        Set<String> operators = new HashSet<>(all.getOrDefault(genesis.hash(), Set.of()));
        operators.add(TipVote.operator(rpc));
        all.put(genesis.hash(), Set.copyOf(operators));
        return new GenesisVote(all);
    }

    /** Whether an RPC of {@code rpcs} that shows {@code sight} is of another chain than the one that was {@code read}. */
    boolean isOfAnother(Sight sight, @Nullable ChainState read, Collection<Target> rpcs) {
        BlockHeader genesis = sight.blocks().get(0L);
        if (genesis == null
                || read == null
                || read.genesis() == null
                || genesis.hash().equals(read.genesis())) {
            return false;
        }
        int operators =
                rpcs.stream().map(TipVote::operator).collect(Collectors.toSet()).size();
        boolean anew = !shown.containsKey(read.genesis())
                && shown.getOrDefault(genesis.hash(), Set.of()).size() >= Math.min(WITNESSES, operators);
        return !anew;
    }
}
