package network.litewatch.probe.chain;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * Reads the logs of a range of blocks and believes nothing that the headers do not bear out: a log whose block is not the
 * header chain's is refused, and where a header's bloom speaks of a contract that has no log, the block is asked for by its
 * hash, because {@code eth_getLogs} is known to leave things out without a word. Stateless.
 */
public final class LogReader {
    /** Headers in one request; some RPCs refuse larger batches. */
    static final int BATCH = 50;

    // Each costs a request, so that many gaps are healed a part of the range at a time.
    private static final int MAX_SUSPECTS = 64;

    private final Set<String> addresses;

    /** For the logs of {@code addresses}, lower case. */
    public LogReader(Collection<String> addresses) {
        this.addresses = Set.copyOf(addresses);
    }

    /**
     * Reads from {@code from} to at most {@code to}: less when {@code limit} or the RPC wants less, or when the RPC leaves so
     * much out that the rest is better asked for apart.
     *
     * @param linked whether to read the header of every block, as near the head, where blocks may still be replaced
     */
    public LogRange read(ChainRpc rpc, long from, long to, RangeLimit limit, boolean linked) throws ChainRefusal {
        RangeLimit learnt = limit;
        long end = to;
        while (true) {
            long last = Math.min(end, from + learnt.blocks() - 1);
            long asked = last - from + 1;
            try {
                List<ChainLog> logs = new ArrayList<>(rpc.logs(from, last, addresses));
                Map<Long, BlockHeader> headers = headers(rpc, from, last, logs, linked);
                List<BlockHeader> suspects = suspects(headers, logs);
                if (suspects.size() > MAX_SUSPECTS) {
                    end = from + asked / 2 - 1;
                    continue;
                }
                int healed = heal(rpc, suspects, logs);
                logs.sort(Comparator.comparingLong(ChainLog::blockNumber).thenComparingLong(ChainLog::index));
                return new LogRange(from, last, headers, logs, healed, learnt.accepted(asked));
            } catch (ChainRefusal refusal) {
                if (!refusal.isRange() || asked == 1) {
                    throw refusal;
                }
                learnt = learnt.refused(asked, refusal.suggested());
            }
        }
    }

    private Map<Long, BlockHeader> headers(ChainRpc rpc, long from, long to, List<ChainLog> logs, boolean linked)
            throws ChainRefusal {
        Set<Long> wanted = linked
                ? LongStream.rangeClosed(from, to).boxed().collect(Collectors.toCollection(TreeSet::new))
                : logs.stream().map(ChainLog::blockNumber).collect(Collectors.toCollection(TreeSet::new));
        wanted.add(to);
        Map<Long, BlockHeader> headers = headers(rpc, wanted);
        for (BlockHeader header : headers.values()) {
            BlockHeader before = headers.get(header.number() - 1);
            if (before != null && !before.hash().equals(header.parent())) {
                throw ChainRefusal.torn("a block's parent is not the block before it");
            }
        }
        for (ChainLog log : logs) {
            BlockHeader header = headers.get(log.blockNumber());
            if (header == null || !header.hash().equals(log.blockHash())) {
                throw ChainRefusal.torn("a log's block is not the block of that number");
            }
        }
        return headers;
    }

    /** All of {@code numbers}, some at a time; refused when one is missing. */
    public static Map<Long, BlockHeader> headers(ChainRpc rpc, Collection<Long> numbers) throws ChainRefusal {
        Map<Long, BlockHeader> headers = new HashMap<>();
        List<Long> all = List.copyOf(numbers);
        for (int i = 0; i < all.size(); i += BATCH) {
            headers.putAll(rpc.headers(all.subList(i, Math.min(all.size(), i + BATCH))));
        }
        if (headers.size() < numbers.size()) {
            throw ChainRefusal.torn("a block that is below the head is not there");
        }
        return headers;
    }

    /** Blocks whose bloom speaks of a contract that has no log among {@code logs}. */
    private List<BlockHeader> suspects(Map<Long, BlockHeader> headers, List<ChainLog> logs) {
        Set<String> seen =
                logs.stream().map(log -> log.blockHash() + log.address()).collect(Collectors.toSet());
        return headers.values().stream()
                .filter(header -> addresses.stream()
                        .anyMatch(a -> header.bloom().mayHold(a) && !seen.contains(header.hash() + a)))
                .toList();
    }

    private int heal(ChainRpc rpc, List<BlockHeader> suspects, List<ChainLog> logs) throws ChainRefusal {
        Set<String> known =
                logs.stream().map(log -> log.blockHash() + log.index()).collect(Collectors.toSet());
        int healed = 0;
        for (BlockHeader suspect : suspects) {
            for (ChainLog log : rpc.logs(suspect.hash(), addresses)) {
                if (known.add(log.blockHash() + log.index())) {
                    logs.add(log);
                    healed++;
                }
            }
        }
        return healed;
    }
}
