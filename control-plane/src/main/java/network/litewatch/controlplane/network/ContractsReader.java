package network.litewatch.controlplane.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.chain.AbiVersion;
import network.litewatch.probe.chain.ChainEvents;
import org.jspecify.annotations.Nullable;

/** Reads the section {@code contracts} of a network profile. */
record ContractsReader(Placeholders placeholders) {
    /** Keys of contracts that name no contract. */
    private static final String ABI = "abi";

    private static final String START_BLOCK = "start_block";

    /** The chain is a target like any other, asked where its first RPC is; without a contract there is nothing to read. */
    static void addChain(@Nullable NetworkId network, Map<String, String> addresses, List<Target> targets) {
        Optional<Target> rpc =
                targets.stream().filter(t -> t.kind() == TargetKind.RPC).findFirst();
        boolean known = addresses.keySet().stream().anyMatch(AbiVersion.knownContracts()::contains);
        if (network != null && known && rpc.isPresent()) {
            targets.add(new Target(
                    new TargetId(network.value() + "-chain"),
                    TargetKind.CHAIN,
                    network,
                    rpc.get().url(),
                    Optional.empty(),
                    Map.of(),
                    Map.of()));
        }
    }

    /** By name; a contract without an address, as an optional setting that is not set, is left out. */
    Map<String, String> addresses(@Nullable Field contracts) {
        Map<String, String> addresses = new LinkedHashMap<>();
        if (contracts != null) {
            contracts.fields().forEach((name, value) -> {
                String text = name.equals(ABI) || name.equals(START_BLOCK) ? null : value.as(placeholders::expand);
                if (text != null && ChainEvents.isAddress(text)) {
                    addresses.put(name, text);
                } else if (text != null && !text.isEmpty()) {
                    value.problem("is no address: 0x and 40 hex digits");
                }
            });
        }
        return addresses;
    }

    Network.Indexing indexing(@Nullable Field contracts) {
        Field abi = contracts == null ? null : contracts.get(ABI);
        Field start = contracts == null ? null : contracts.get(START_BLOCK);
        AbiVersion version = abi == null ? null : abi.as(text -> version(placeholders.expand(text)));
        Long first = start == null ? null : start.as(text -> natural(placeholders.expand(text)));
        return new Network.Indexing(
                version == null ? AbiVersion.newest() : version,
                first == null ? OptionalLong.empty() : OptionalLong.of(first));
    }

    private static AbiVersion version(String name) {
        return AbiVersion.named(name)
                .orElseThrow(() ->
                        new IllegalArgumentException("is no version of the events; versions: " + AbiVersion.names()));
    }

    private static Long natural(String text) {
        if (text.matches("[0-9]{1,15}")) {
            return Long.parseLong(text);
        }
        throw new IllegalArgumentException("must be a block number: \"" + text + "\"");
    }
}
