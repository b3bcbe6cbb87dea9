package network.litewatch.controlplane.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.rpc.RetryablesProbe;
import org.jspecify.annotations.Nullable;

/** Reads {@code retryables}: whose retryable tickets are watched on the network itself, and through which RPC. */
final class RetryableReader {
    private static final int MOST_NAMES = 32;
    private static final long MOST_LOOKBACK = 10_000_000;
    private static final long MOST_SPAN = 100_000;

    private final Placeholders placeholders;
    private final Entries entries;
    private final NetworkId network;

    RetryableReader(Placeholders placeholders, NetworkId network) {
        this.placeholders = placeholders;
        this.entries = new Entries(placeholders);
        this.network = network;
    }

    /** Adds a target for each entry; {@code targets} has the RPCs, and {@code paced} what is asked at all. */
    void addRetryables(Field root, Set<ProbeId> paced, List<Target> targets) {
        Field section = root.get("retryables");
        if (section == null) {
            return;
        }
        KnownRpcs rpcs = new KnownRpcs(root, targets);
        for (Field item : section.items()) {
            read(item, paced, rpcs).ifPresent(targets::add);
        }
    }

    private Optional<Target> read(Field item, Set<ProbeId> paced, KnownRpcs rpcs) {
        item.allowOnly("id", "rpc", "lookback", "span", "senders", "tickets", "labels");
        if (!paced.contains(RetryablesProbe.ID)) {
            item.problem("has no pace: add " + RetryablesProbe.ID + ": {interval: 60s, timeout: 20s} to probes");
        }
        Field name = item.require("id", "a name for what is watched");
        TargetId id = entries.value(name, TargetId::new);
        Target rpc = rpcs.named(item, "the id of an RPC above, which is asked", placeholders);
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put(RetryablesProbe.PARAMETER, RetryablesProbe.ID.value());
        Entries.put(
                parameters,
                RetryablesProbe.LOOKBACK,
                entries.value(item.get("lookback"), text -> blocks(text, MOST_LOOKBACK)));
        Entries.put(parameters, RetryablesProbe.SPAN, entries.value(item.get("span"), text -> blocks(text, MOST_SPAN)));
        Entries.put(parameters, RetryablesProbe.SENDERS, names(item.get("senders"), Literals::address));
        Entries.put(parameters, RetryablesProbe.TICKETS, names(item.get("tickets"), Literals::hash));
        Map<String, String> labels = entries.texts(item.get("labels"));
        if (id == null || rpc == null) {
            return Optional.empty();
        }
        Entries.put(parameters, RetryablesProbe.CHAIN_ID, rpc.parameters().get(RetryablesProbe.CHAIN_ID));
        return Optional.of(new Target(id, TargetKind.ENDPOINT, network, rpc.url(), rpc.token(), labels, parameters));
    }

    /** The entries of a list with a space between. */
    private @Nullable String names(@Nullable Field list, Function<String, String> parser) {
        if (list == null) {
            return null;
        }
        List<Field> items = list.items();
        if (items.size() > MOST_NAMES) {
            list.problem("must have " + MOST_NAMES + " entries at most");
        }
        List<String> all = new ArrayList<>();
        for (Field one : items) {
            String text = entries.value(one, parser);
            if (text != null) {
                all.add(text);
            }
        }
        return all.isEmpty() ? null : String.join(" ", all);
    }

    private static Long blocks(String text, long most) {
        long blocks = Literals.positive(text);
        if (blocks > most) {
            throw new IllegalArgumentException("must be " + most + " blocks at most");
        }
        return blocks;
    }
}
