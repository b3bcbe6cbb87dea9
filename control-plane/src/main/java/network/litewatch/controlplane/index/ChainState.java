package network.litewatch.controlplane.index;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.probe.chain.BlockHeader;
import network.litewatch.probe.chain.ChainEvent;
import network.litewatch.probe.chain.ChainEvents;
import network.litewatch.probe.chain.ChainLog;
import network.litewatch.probe.chain.LogRange;
import org.jspecify.annotations.Nullable;

/**
 * How far a chain was read, and what is remembered of the part that may still be replaced. A value: each change gives a new
 * one, and what has to be written with it.
 *
 * @param genesis hash of block 0; null where no RPC shows it
 * @param next the first block that was not read: everything before it, back to the start, was
 * @param settled blocks before it are no longer remembered one by one, only in the digests of their ranges
 * @param links the newest blocks that were read, oldest first, without a gap, ending at {@code next - 1}
 * @param known events of blocks from {@code settled} on, those of replaced blocks too, by {@link Sighting#key}
 * @param rescan blocks from here to {@code next} are to be read once more; {@code next} or more when none are
 * @param reorgDepth of the latest reorg, 0 before the first
 * @param caughtUpAt when it last had all there was
 * @param auditedAt when an old range was last read again
 * @param revision rises with each change that was stored; 0 before the first
 */
public record ChainState(
        @Nullable String genesis,
        long next,
        long settled,
        List<Link> links,
        Map<String, Sighting> known,
        long rescan,
        int reorgDepth,
        Instant caughtUpAt,
        Instant auditedAt,
        long revision) {
    /** Blocks that are remembered one by one: the deepest reorg that is undone event by event. */
    static final int WINDOW = 256;

    /** What is re-read at a start when no reorg has shown how much is needed. */
    static final int RESCAN = 16;

    public ChainState {
        links = List.copyOf(links);
        known = Map.copyOf(known);
    }

    /** A block that was read. */
    public record Link(long number, String hash) {}

    /** Nothing read yet; the first block will be {@code first}. */
    static ChainState before(long first, @Nullable String genesis, Instant now) {
        return new ChainState(genesis, first, first, List.of(), Map.of(), first, 0, now, now, 0);
    }

    /** The newest block that was read; empty before the first, and after a reorg that replaced all that was remembered. */
    Optional<Link> tip() {
        return links.isEmpty() ? Optional.empty() : Optional.of(links.get(links.size() - 1));
    }

    Optional<Link> link(long number) {
        int index = links.isEmpty() ? -1 : Math.toIntExact(number - links.get(0).number());
        return index < 0 || index >= links.size() ? Optional.empty() : Optional.of(links.get(index));
    }

    /** As after a restart: twice the latest reorg is read again, for what was read last is what went wrong if anything did. */
    ChainState restarted() {
        return with(Math.max(settled, next - 2L * Math.max(reorgDepth, RESCAN)), caughtUpAt, auditedAt);
    }

    ChainState caughtUp(Instant now) {
        return with(rescan, now, auditedAt);
    }

    ChainState audited(Instant now) {
        return with(rescan, caughtUpAt, now);
    }

    ChainState stored() {
        return new ChainState(
                genesis, next, settled, links, known, rescan, reorgDepth, caughtUpAt, auditedAt, revision + 1);
    }

    /** Whether {@code range} goes on where this ends, on the same chain. */
    boolean continuedBy(LogRange range) {
        BlockHeader first = range.headers().get(range.from());
        return range.from() == next
                && (first == null
                        || tip().map(tip -> tip.hash().equals(first.parent())).orElse(true));
    }

    /** Whether {@code range} lies within what was read, on the same chain. */
    boolean contains(LogRange range) {
        return range.to() < next
                && range.headers().values().stream()
                        .allMatch(header -> link(header.number())
                                .map(link -> link.hash().equals(header.hash()))
                                .orElse(true));
    }

    /** Takes over a range that continues this. */
    ChainChange read(LogRange range, ChainEvents decoder) {
        Map<String, Sighting> events = new HashMap<>(known);
        List<ChainChange.Added> added = add(range, decoder, events);
        long after = range.to() + 1;
        long settledNow = Math.max(settled, after - WINDOW);
        List<Sighting> leaving = events.values().stream()
                .filter(sighting -> sighting.block() < settledNow)
                .toList();
        leaving.forEach(sighting -> events.remove(sighting.key()));
        ChainState state = new ChainState(
                genesis,
                after,
                settledNow,
                links(range),
                events,
                rescan >= next ? after : rescan,
                reorgDepth,
                caughtUpAt,
                auditedAt,
                revision);
        return new ChainChange(
                state,
                added,
                List.of(),
                leaving.stream().filter(Sighting::canonical).toList(),
                range.healed());
    }

    /** Takes over what a second reading of a range within this found that the first did not, and counts differences. */
    ChainChange reread(LogRange range, ChainEvents decoder) {
        Map<String, Sighting> events = new HashMap<>(known);
        List<ChainChange.Added> added = add(range, decoder, events);
        long here = range.logs().size();
        long before = known.values().stream()
                .filter(s -> s.canonical() && s.block() >= range.from() && s.block() <= range.to())
                .count();
        long left = before + added.size() - here;
        ChainState state = new ChainState(
                genesis, next, settled, links, events, range.to() + 1, reorgDepth, caughtUpAt, auditedAt, revision);
        // What the second reading lacks stays: its block is on the chain, so it is the reading that is incomplete.
        return new ChainChange(
                state, added, List.of(), List.of(), range.healed() + added.size() + Math.toIntExact(Math.max(0, left)));
    }

    /** Goes back to {@code ancestor}, the last block that is still on the chain, and takes back the events after it. */
    ChainChange rollback(long ancestor) {
        long last = Math.max(ancestor, settled - 1);
        int depth = Math.toIntExact(Math.min(Integer.MAX_VALUE, next - 1 - last));
        Map<String, Sighting> events = new HashMap<>(known);
        List<Sighting> removed = new ArrayList<>();
        known.values().stream()
                .filter(sighting -> sighting.canonical() && sighting.block() > last)
                .forEach(sighting -> {
                    removed.add(sighting.removed());
                    events.put(sighting.key(), sighting.removed());
                });
        List<Link> kept = links.stream().filter(link -> link.number() <= last).toList();
        ChainState state = new ChainState(
                genesis,
                last + 1,
                settled,
                kept,
                events,
                Math.max(settled, last + 1 - depth),
                depth,
                caughtUpAt,
                auditedAt,
                revision);
        return new ChainChange(state, List.of(), removed, List.of(), 0);
    }

    /** Starts anew on another chain: everything remembered is taken back. */
    ChainChange replaced(long first, @Nullable String newGenesis, Instant now) {
        List<Sighting> removed = rollback(settled - 1).removed();
        ChainState fresh = before(first, newGenesis, now);
        return new ChainChange(
                new ChainState(fresh.genesis, first, first, List.of(), Map.of(), first, reorgDepth, now, now, revision),
                List.of(),
                removed,
                List.of(),
                0);
    }

    private static List<ChainChange.Added> add(LogRange range, ChainEvents decoder, Map<String, Sighting> events) {
        List<ChainChange.Added> added = new ArrayList<>();
        for (ChainLog log : range.logs()) {
            Sighting before = events.get(Sighting.key(log.blockHash(), log.index()));
            BlockHeader header = range.headers().get(log.blockNumber());
            if (header == null || (before != null && before.canonical())) {
                continue;
            }
            ChainEvent event = decoder.decode(log);
            Sighting now = before == null ? Sighting.of(event, header) : before.restored();
            events.put(now.key(), now);
            added.add(new ChainChange.Added(event, now));
        }
        return added;
    }

    /** The newest links: those of the range, before them our own as far as there is no gap. */
    private List<Link> links(LogRange range) {
        List<Link> all = new ArrayList<>();
        for (long number = range.to(); number > range.to() - WINDOW; number--) {
            BlockHeader header = range.headers().get(number);
            Optional<Link> link = header == null ? link(number) : Optional.of(new Link(number, header.hash()));
            if (link.isEmpty()) {
                break;
            }
            all.add(0, link.get());
        }
        return all;
    }

    private ChainState with(long rescanFrom, Instant caughtUp, Instant audited) {
        return new ChainState(
                genesis, next, settled, links, known, rescanFrom, reorgDepth, caughtUp, audited, revision);
    }
}
