package network.litewatch.controlplane.index;

import java.time.Instant;
import network.litewatch.probe.chain.BlockHeader;
import network.litewatch.probe.chain.ChainEvent;

/**
 * One event in one block, and what became of it. The same event in another block is another sighting.
 *
 * @param at the block's timestamp
 * @param digest of the whole log
 * @param removals how often a reorg took its block off the chain
 * @param canonical whether its block is on the chain as we know it
 */
public record Sighting(
        String contract,
        String event,
        long block,
        String blockHash,
        long index,
        String transaction,
        Instant at,
        long digest,
        int removals,
        boolean canonical) {

    static Sighting of(ChainEvent event, BlockHeader header) {
        return new Sighting(
                event.contract(),
                event.name(),
                header.number(),
                header.hash(),
                event.log().index(),
                event.log().transaction(),
                header.at(),
                event.log().digest(),
                0,
                true);
    }

    /** What tells sightings of one network apart. */
    String key() {
        return key(blockHash, index);
    }

    static String key(String blockHash, long index) {
        return blockHash + ":" + index;
    }

    Sighting removed() {
        return with(removals + 1, false);
    }

    Sighting restored() {
        return with(removals, true);
    }

    private Sighting with(int times, boolean onChain) {
        return new Sighting(contract, event, block, blockHash, index, transaction, at, digest, times, onChain);
    }
}
