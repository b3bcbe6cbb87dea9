package network.litewatch.controlplane.network;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.rpc.RpcConsistencyProbe;
import network.litewatch.probe.rpc.RpcHeadProbe;

/** Reads what an entry of {@code rpcs} says beside its URL and its labels. */
record RpcReader(Placeholders placeholders, Set<ProbeId> probes) {
    /** What probes of the RPC need to know: what {@code chain} says of its chain, and what its own entry says. */
    Map<String, String> parameters(Field item, Map<String, String> chain) {
        item.allowOnly("id", "url", "ws", "labels", "archive_block", "archive_depth", "quota", "connection");
        Map<String, String> parameters = new LinkedHashMap<>(chain);
        Entries entries = new Entries(placeholders);
        Entries.put(
                parameters,
                RpcConsistencyProbe.ARCHIVE_BLOCK,
                entries.optional(item, "archive_block", Literals::whole));
        Entries.put(
                parameters,
                RpcConsistencyProbe.ARCHIVE_DEPTH,
                entries.optional(item, "archive_depth", Literals::positive));
        Field depth = item.get("archive_depth");
        if (depth != null && item.get("archive_block") != null) {
            depth.problem("archive_block says already which state must be readable: keep one of them");
        }
        Field connection = item.get("connection");
        if (connection != null && Boolean.TRUE.equals(connection.as(RpcReader::kept))) {
            parameters.put(RpcHeadProbe.CONNECTION, RpcHeadProbe.KEPT);
        }
        new PaceReader(placeholders, probes)
                .quota(item.get("quota"))
                .ifPresent(quota -> parameters.put(Network.QUOTA, quota.text()));
        return parameters;
    }

    /** Whether {@code text} wants connections kept. */
    private static boolean kept(String text) {
        return switch (text) {
            case "kept" -> true;
            case "fresh" -> false;
            default -> throw new IllegalArgumentException("must be fresh or kept");
        };
    }
}
