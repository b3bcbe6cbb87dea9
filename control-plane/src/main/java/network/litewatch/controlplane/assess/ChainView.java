package network.litewatch.controlplane.assess;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;

/**
 * One chain as its RPCs show it now. Only credible heads that were shown within {@link #FRESH} are witnesses, and one
 * operator has one vote: what a single operator says is said of its RPCs, never of the chain.
 */
final class ChainView {
    /** The name under which rules judge a chain; it is concluded from {@code rpc.head}, never asked. */
    static final ProbeId ID = new ProbeId("chain.head");

    /** A head that was shown longer ago says nothing about where the chain is now. */
    static final Duration FRESH = Duration.ofSeconds(60);

    // With three others, one operator that claims more than all others frames nobody.
    private static final int ENOUGH_FOR_MAJORITY = 3;
    private static final int CHAIN_WITNESSES = 2;

    private final Map<TargetId, Head> heads = new HashMap<>();
    private final Instant now;
    private double waiting;

    ChainView(Collection<SeriesState> states, Instant now) {
        this.now = now;
        for (SeriesState state : states) {
            WalletSpend wallet = state.wallet();
            if (wallet != null && Duration.between(state.lastSlot(), now).compareTo(FRESH) <= 0) {
                waiting = Math.max(waiting, wallet.waitingSeconds(now));
            }
            Head head = state.head();
            if (head != null
                    && head.credible()
                    && Duration.between(head.seenAt(), now).compareTo(FRESH) <= 0) {
                // Of two vantages' views of one RPC the newer head counts.
                heads.merge(
                        state.key().target(),
                        head,
                        (a, b) -> Comparator.comparingDouble(Head::timestamp).compare(a, b) >= 0 ? a : b);
            }
        }
    }

    /** Adds how far {@code own}, the head of {@code target}, is behind the others; nothing without any other. */
    void addLag(TargetId target, Head own, Map<Signal, Double> signals) {
        Map<TargetId, Head> others = new HashMap<>(heads);
        others.remove(target);
        signals.put(Signal.RPC_WITNESSES, (double) best(others, Head::timestamp).size());
        reference(best(others, Head::timestamp)).ifPresent(timestamp -> {
            signals.put(Signal.RPC_HEAD_LAG_SECONDS, Math.max(0, timestamp - own.timestamp()));
        });
        reference(best(others, Head::number)).ifPresent(number -> {
            signals.put(Signal.RPC_HEAD_LAG_BLOCKS, Math.max(0, number - own.number()));
        });
    }

    /**
     * What is known of the chain.
     *
     * @param quiet whether the chain makes blocks only when there is work, so that silence says something only while a watched
     *     wallet's transaction waits
     */
    Map<Signal, Double> signals(boolean quiet) {
        Map<Signal, Double> signals = new EnumMap<>(Signal.class);
        int witnesses = witnesses();
        signals.put(Signal.CHAIN_WITNESSES, (double) witnesses);
        blockTime().ifPresent(seconds -> signals.put(Signal.CHAIN_BLOCK_TIME_SECONDS, seconds));
        if (witnesses >= CHAIN_WITNESSES) {
            double highest =
                    heads.values().stream().mapToDouble(Head::number).max().orElse(0);
            Instant rose = heads.values().stream()
                    .filter(head -> head.number() == highest)
                    .map(Head::since)
                    .min(Comparator.naturalOrder())
                    .orElse(now);
            // Until when two operators have looked: what was last seen before a pause of ours proves nothing of the
            // pause.
            Instant looked = best(heads, head -> head.seenAt().toEpochMilli()).stream()
                    .skip(CHAIN_WITNESSES - 1)
                    .findFirst()
                    .map(millis -> Instant.ofEpochMilli(millis.longValue()))
                    .orElse(rose);
            double unchanged = Math.max(0, Duration.between(rose, looked).toMillis() / 1e3);
            signals.put(Signal.CHAIN_HEAD_UNCHANGED_SECONDS, unchanged);
            if (!quiet || waiting > 0) {
                signals.put(Signal.CHAIN_STALLED_SECONDS, quiet ? Math.min(unchanged, waiting) : unchanged);
            }
        }
        return signals;
    }

    /** Operators whose heads are witnesses now. */
    int witnesses() {
        return best(heads, Head::timestamp).size();
    }

    private OptionalDouble blockTime() {
        double[] known = heads.values().stream()
                .map(Head::blockTime)
                .filter(BlockTime::known)
                .mapToDouble(BlockTime::seconds)
                .sorted()
                .toArray();
        return known.length == 0 ? OptionalDouble.empty() : OptionalDouble.of(known[known.length / 2]);
    }

    private static OptionalDouble reference(List<Double> byOperator) {
        return byOperator.isEmpty()
                ? OptionalDouble.empty()
                : OptionalDouble.of(byOperator.get(byOperator.size() >= ENOUGH_FOR_MAJORITY ? 1 : 0));
    }

    /** The best that each operator shows, the highest first. An RPC without an operator is its own. */
    private static List<Double> best(Map<TargetId, Head> heads, ToDoubleFunction<Head> value) {
        Map<String, Double> best = new HashMap<>();
        heads.forEach((target, head) -> best.merge(
                head.operator().isEmpty() ? "target " + target.value() : "operator " + head.operator(),
                value.applyAsDouble(head),
                Math::max));
        return best.values().stream().sorted(Comparator.reverseOrder()).toList();
    }
}
