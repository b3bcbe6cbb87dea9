package network.litewatch.controlplane.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.rpc.RollupParentProbe;

/** Reads {@code parents}: where the parent chain is asked what the network's rollup leaves there. */
final class ParentReader {
    private final Placeholders placeholders;
    private final Entries entries;
    private final NetworkId network;

    ParentReader(Placeholders placeholders, NetworkId network) {
        this.placeholders = placeholders;
        this.entries = new Entries(placeholders);
        this.network = network;
    }

    /** Adds a target for each entry; {@code targets} has the RPCs, and {@code paced} what is asked at all. */
    void addParents(Field root, Set<ProbeId> paced, List<Target> targets) {
        Field section = root.get("parents");
        if (section == null) {
            return;
        }
        KnownRpcs rpcs = new KnownRpcs(root, targets);
        for (Field item : section.items()) {
            read(item, paced, rpcs).ifPresent(targets::add);
        }
    }

    private Optional<Target> read(Field item, Set<ProbeId> paced, KnownRpcs rpcs) {
        item.allowOnly(
                "id",
                "url",
                "chain_id",
                "rpc",
                "sequencer_inbox",
                "rollup",
                "batch_data",
                "lookback",
                "assertion_every",
                "labels");
        if (!paced.contains(RollupParentProbe.ID)) {
            item.problem("has no pace: add " + RollupParentProbe.ID + ": {interval: 60s, timeout: 20s} to probes");
        }
        TargetId id = entries.required(item, "id", "a name for what the parent chain shows", TargetId::new);
        SecretUrl url = entries.required(item, "url", "an RPC of the parent chain", SecretUrl::parse);
        Long chain = entries.required(item, "chain_id", "the parent chain's EIP-155 chain id", Literals::positive);
        String inbox = entries.required(item, "sequencer_inbox", "address of the sequencer inbox", Literals::address);
        Target rpc = rpcs.named(item, "the id of an RPC above, of the rollup itself", placeholders);
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put(RollupParentProbe.PARAMETER, RollupParentProbe.ID.value());
        Entries.put(parameters, RollupParentProbe.ROLLUP, entries.optional(item, "rollup", Literals::address));
        Entries.put(parameters, RollupParentProbe.BATCH_DATA, entries.optional(item, "batch_data", ParentReader::form));
        Entries.put(parameters, RollupParentProbe.LOOKBACK, entries.optional(item, "lookback", ParentReader::blocks));
        Entries.put(
                parameters,
                RollupParentProbe.ASSERTION_EVERY,
                entries.optional(
                        item, "assertion_every", text -> Durations.parse(text).toSeconds()));
        Map<String, String> labels = entries.texts(item.get("labels"));
        if (id == null || url == null || chain == null || inbox == null || rpc == null) {
            return Optional.empty();
        }
        Entries.put(parameters, RollupParentProbe.CHAIN_ID, chain);
        Entries.put(parameters, RollupParentProbe.INBOX, inbox);
        return Optional.of(new Target(
                id, TargetKind.ENDPOINT, network, url, Optional.empty(), labels, parameters, Optional.of(rpc)));
    }

    private static String form(String text) {
        if (text.equals("dac") || text.equals("any")) {
            return text;
        }
        throw new IllegalArgumentException("must be dac (a committee should hold the data) or any: \"" + text + "\"");
    }

    private static Long blocks(String text) {
        long blocks = Literals.positive(text);
        if (blocks > 100_000) {
            throw new IllegalArgumentException("must be 100000 blocks at most");
        }
        return blocks;
    }
}
