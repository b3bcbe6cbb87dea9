package network.litewatch.probe.rpc;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is known of an Arbitrum chain's retryable tickets: which blocks were read, which tickets are to be asked for, and which were open
 * when they were asked for last. Immutable; every list is bounded.
 *
 * @param from lowest block that was read
 * @param to highest block that was read; less than {@code from} when none was
 * @param unasked tickets that were read of and not asked for yet, by id, each with the transaction that made it
 * @param open those that were open, in the same form
 */
record RetryableTickets(long from, long to, Map<String, String> unasked, Map<String, String> open) {
    /** Tickets that are asked for in one run. */
    static final int ASKED = 64;

    /** Open tickets that are kept. */
    static final int KEPT = 32;

    /** Tickets that may wait to be asked for. */
    static final int WAITING = 4_096;

    // A balancer's backends differ by some blocks; what is further back is another chain's head.
    private static final long SAME_CHAIN = 1_000;

    RetryableTickets {
        unasked = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(unasked));
        open = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(open));
    }

    /** Blocks, both ends read. */
    record Span(long from, long to) {}

    /** Nothing read, of a chain whose newest block is {@code head}; {@code watched} are asked for whatever is read. */
    static RetryableTickets before(long head, Set<String> watched) {
        Map<String, String> waiting = new LinkedHashMap<>();
        watched.forEach(id -> waiting.put(id, id));
        return new RetryableTickets(head + 1, head, waiting, Map.of());
    }

    /** Whether {@code head} may be of the chain that this was read from. */
    boolean isOf(long head) {
        return head >= to - SAME_CHAIN;
    }

    /** What to read next: what is new, then what is older down to {@code lowest}; nothing while many tickets wait. */
    List<Span> next(long head, long lowest, long width, int most) {
        List<Span> spans = new ArrayList<>();
        if (unasked.size() >= ASKED) {
            return spans;
        }
        for (long low = to + 1; low <= head && spans.size() < most; low += width) {
            spans.add(new Span(low, Math.min(head, low + width - 1)));
        }
        for (long high = from - 1; high >= lowest && spans.size() < most; high -= width) {
            spans.add(new Span(Math.max(lowest, high - width + 1), high));
        }
        return spans;
    }

    /** With what was read in {@code spans}: {@code found} tickets. */
    RetryableTickets read(List<Span> spans, Map<String, String> found) {
        long low = spans.stream().mapToLong(Span::from).min().orElse(from);
        long high = spans.stream().mapToLong(Span::to).max().orElse(to);
        Map<String, String> waiting = new LinkedHashMap<>(unasked);
        found.forEach((id, transaction) -> {
            // The transaction that made a ticket is known only where it was made: elsewhere it has the ticket's name.
            if (!open.containsKey(id) && (!waiting.containsKey(id) || !transaction.equals(id))) {
                waiting.put(id, transaction);
            }
        });
        return new RetryableTickets(Math.min(from, low), Math.max(to, high), waiting, open);
    }

    /** The tickets to ask for now: those that were open, then those that wait. */
    Map<String, String> asked() {
        Map<String, String> ids = new LinkedHashMap<>(open);
        for (Map.Entry<String, String> one : unasked.entrySet()) {
            if (ids.size() >= ASKED) {
                break;
            }
            ids.putIfAbsent(one.getKey(), one.getValue());
        }
        return ids;
    }

    /** After {@link #asked} were asked for: {@code timeouts} has those that are open; the nearest to their end are kept. */
    RetryableTickets answered(Map<String, Double> timeouts) {
        Map<String, String> were = asked();
        Map<String, String> waiting = new LinkedHashMap<>(unasked);
        waiting.keySet().removeAll(were.keySet());
        Map<String, String> kept = new LinkedHashMap<>();
        timeouts.entrySet().stream()
                .sorted(Comparator.comparingDouble(Map.Entry::getValue))
                .limit(KEPT)
                .forEach(one -> kept.put(one.getKey(), were.getOrDefault(one.getKey(), one.getKey())));
        return new RetryableTickets(from, to, waiting, kept);
    }

    /** Blocks between {@code lowest} and {@code head} that were not read. */
    long unread(long head, long lowest) {
        return Math.max(0, head - to) + Math.max(0, from - lowest);
    }
}
