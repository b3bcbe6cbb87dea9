package network.litewatch.controlplane.network;

import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.rpc.StakeProbe;
import org.jspecify.annotations.Nullable;

/** Reads {@code staking}: the pool in which nodes' stakes are, and an RPC of the chain that it is on. */
final class StakingReader {
    private final Placeholders placeholders;
    private final Entries entries;
    private final NetworkId network;

    StakingReader(Placeholders placeholders, NetworkId network) {
        this.placeholders = placeholders;
        this.entries = new Entries(placeholders);
        this.network = network;
    }

    /** What is asked for stakes; empty where there is no such section, or its URL is an optional setting that is not set. */
    Optional<Target> read(Field root) {
        Field section = root.get("staking");
        if (section == null) {
            return Optional.empty();
        }
        section.allowOnly("url", "pool", "chain_id");
        Field written = section.require("url", "an RPC of the chain that the pool is on");
        String url = written == null ? null : written.as(placeholders::expand);
        String pool = entries.required(section, "pool", "address of the staking pool", Literals::address);
        @Nullable
        String chain =
                entries.required(section, "chain_id", "id of the chain that the pool is on", StakingReader::chain);
        if (written == null || url == null || url.isEmpty() || pool == null || chain == null) {
            return Optional.empty();
        }
        SecretUrl parsed = entries.value(written, SecretUrl::parse);
        return parsed == null
                ? Optional.empty()
                : Optional.of(new Target(
                        new TargetId(network.value() + "-staking"),
                        TargetKind.RPC,
                        network,
                        parsed,
                        Optional.empty(),
                        Map.of(),
                        Map.of(StakeProbe.POOL, pool, StakeProbe.CHAIN_ID, chain)));
    }

    private static String chain(String text) {
        if (text.matches("[1-9][0-9]{0,14}")) {
            return text;
        }
        throw new IllegalArgumentException("must be a chain id, as 1: \"" + text + "\"");
    }
}
