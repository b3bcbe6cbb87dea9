package network.litewatch.controlplane.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.rpc.SequencerFeedProbe;

/** Reads what pushes: the WebSockets of RPCs, and the sequencer's feeds. */
final class FeedReader {
    private static final Set<String> SOCKETS = Set.of("ws", "wss");

    private final Placeholders placeholders;
    private final Entries entries;
    private final NetworkId network;

    FeedReader(Placeholders placeholders, NetworkId network) {
        this.placeholders = placeholders;
        this.entries = new Entries(placeholders);
        this.network = network;
    }

    /** {@code rpc} with the WebSocket that its entry names, if it names one. */
    static Target withSocket(Target rpc, Field item, Placeholders placeholders) {
        Field field = item.get("ws");
        // An optional variable that is not set leaves the RPC without one.
        String text = field == null ? null : field.as(placeholders::expand);
        if (field == null || text == null || text.isEmpty()) {
            return rpc;
        }
        SecretUrl url = field.as(any -> SecretUrl.parse(text, SOCKETS));
        return url == null
                ? rpc
                : rpc.withWitness(new Target(
                        rpc.id(), rpc.kind(), rpc.network(), url, rpc.token(), rpc.labels(), rpc.parameters()));
    }

    /** Adds a target for each entry of {@code feeds}; {@code targets} has the RPCs, and {@code paced} what is asked at all. */
    void addFeeds(Field root, Set<ProbeId> paced, List<Target> targets) {
        Field section = root.get("feeds");
        if (section == null) {
            return;
        }
        KnownRpcs rpcs = new KnownRpcs(root, targets);
        for (Field item : section.items()) {
            item.allowOnly("id", "url", "rpc", "labels");
            TargetId id = entries.required(item, "id", "a name for the feed", TargetId::new);
            SecretUrl url = entries.required(
                    item, "url", "where it is broadcast, as wss://...", t -> SecretUrl.parse(t, SOCKETS));
            Target witness = rpcs.named(item, "the id of an RPC above, whose head it is compared with", placeholders);
            if (!paced.contains(SequencerFeedProbe.ID)) {
                item.problem("has no pace: add " + SequencerFeedProbe.ID + ": {interval: 20s, timeout: 15s} to probes");
            }
            if (id != null && url != null && witness != null) {
                targets.add(new Target(
                        id,
                        TargetKind.ENDPOINT,
                        network,
                        url,
                        Optional.empty(),
                        entries.texts(item.get("labels")),
                        Map.of(SequencerFeedProbe.PARAMETER, SequencerFeedProbe.ID.value()),
                        Optional.of(witness)));
            }
        }
    }
}
