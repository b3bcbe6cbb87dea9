package network.litewatch.controlplane.index;

import java.time.Instant;
import java.util.List;
import network.litewatch.probe.chain.ChainEvent;

/**
 * What one step does to a {@link ChainState}, to be written with it.
 *
 * @param added events that are on the chain now and were not, as far as we knew
 * @param removed events whose blocks a reorg replaced
 * @param settled events that are remembered no longer, to go into the digests of their ranges
 * @param mismatches events that one reading of the same blocks had and another had not
 */
public record ChainChange(
        ChainState after, List<Added> added, List<Sighting> removed, List<Sighting> settled, int mismatches) {
    public ChainChange {
        added = List.copyOf(added);
        removed = List.copyOf(removed);
        settled = List.copyOf(settled);
    }

    /** The same, with all there was read at {@code now}. */
    ChainChange caughtUp(Instant now) {
        return new ChainChange(after.caughtUp(now), added, removed, settled, mismatches);
    }

    /** An event with its place in what is remembered. */
    public record Added(ChainEvent event, Sighting sighting) {}
}
