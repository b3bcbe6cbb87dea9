package network.litewatch.controlplane.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.indexer.IndexerClaimsProbe;
import network.litewatch.probe.indexer.IndexerRoute;
import org.jspecify.annotations.Nullable;

/** Reads the indexers whose claims are compared with the chain. */
final class IndexerReader {
    private final Placeholders placeholders;
    private final Entries entries;
    private final NetworkId network;

    IndexerReader(Placeholders placeholders, NetworkId network) {
        this.placeholders = placeholders;
        this.entries = new Entries(placeholders);
        this.network = network;
    }

    /** Adds a target for each entry of {@code indexers}; {@code targets} has the RPCs, and {@code paced} what is asked at all. */
    void addIndexers(Field root, Map<String, String> contracts, Set<ProbeId> paced, List<Target> targets) {
        Field section = root.get("indexers");
        if (section == null) {
            return;
        }
        KnownRpcs rpcs = new KnownRpcs(root, targets);
        for (Field item : section.items()) {
            item.allowOnly("id", "url", "token", "rpc", "routes", "sessions_offset", "labels");
            TargetId id = entries.required(item, "id", "a name for the indexer", TargetId::new);
            SecretUrl url =
                    entries.required(item, "url", "the backend of the dashboard, as https://...", SecretUrl::parse);
            Target rpc = item.get("rpc") == null
                    ? null
                    : rpcs.named(item, "the id of an RPC above, whose chain it is compared with", placeholders);
            Map<String, String> parameters = parameters(item, rpc == null ? Map.of() : contracts);
            if (!paced.contains(IndexerClaimsProbe.ID)) {
                item.problem("has no pace: add " + IndexerClaimsProbe.ID + ": {interval: 30s, timeout: 10s} to probes");
            }
            Field token = item.get("token");
            String secret = token == null ? null : token.as(placeholders::expand);
            if (id != null && url != null) {
                targets.add(new Target(
                        id,
                        TargetKind.INDEXER,
                        network,
                        url,
                        secret == null || secret.isEmpty() ? Optional.empty() : Optional.of(new Secret(secret)),
                        entries.texts(item.get("labels")),
                        parameters,
                        Optional.ofNullable(rpc)));
            }
        }
    }

    private Map<String, String> parameters(Field item, Map<String, String> contracts) {
        Map<String, String> parameters = new LinkedHashMap<>();
        Field routes = item.get("routes");
        String text = routes == null
                ? null
                : routes.as(written -> {
                    String names = placeholders.expand(written);
                    IndexerRoute.named(names);
                    return names;
                });
        if (text != null) {
            parameters.put(IndexerClaimsProbe.ROUTES, text);
        }
        Field offset = item.get("sessions_offset");
        Long lost = offset == null ? null : offset.as(written -> Literals.whole(placeholders.expand(written)));
        if (lost != null) {
            parameters.put(IndexerClaimsProbe.OFFSET, lost.toString());
        }
        contract(contracts.get("SessionV2"), IndexerClaimsProbe.SESSIONS, parameters);
        contract(contracts.get("Cognitive"), IndexerClaimsProbe.COGNITIVE, parameters);
        return parameters;
    }

    private static void contract(@Nullable String address, String name, Map<String, String> parameters) {
        if (address != null) {
            parameters.put(name, address);
        }
    }
}
