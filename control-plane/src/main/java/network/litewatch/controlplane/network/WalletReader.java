package network.litewatch.controlplane.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.rpc.WalletProbe;
import network.litewatch.probe.rpc.WalletTransactionsProbe;
import org.jspecify.annotations.Nullable;

/** Reads the entries of {@code wallets}: accounts that pay for gas, each asked for through an RPC of the network. */
final class WalletReader {
    /** The name under which {@code contracts} has it. */
    private static final String MULTICALL = "Multicall3";

    private final Placeholders placeholders;
    private final Entries entries;
    private final NetworkId network;

    WalletReader(Placeholders placeholders, NetworkId network) {
        this.placeholders = placeholders;
        this.entries = new Entries(placeholders);
        this.network = network;
    }

    /** Adds a target for each entry; {@code targets} has the RPCs, {@code contracts} addresses by name. */
    void addWallets(Field root, Map<String, String> contracts, List<Target> targets) {
        Field section = root.get("wallets");
        if (section == null) {
            return;
        }
        KnownRpcs rpcs = new KnownRpcs(root, targets);
        List<Target> wallets = new ArrayList<>();
        for (Field item : section.items()) {
            item.allowOnly("id", "address", "rpc", "floor", "labels");
            TargetId id = entries.required(item, "id", "a name for the wallet", TargetId::new);
            String address = entries.required(item, "address", "0x and 40 hex digits", Literals::address);
            Target rpc = rpcs.named(item, "the id of an RPC above, which is asked", placeholders);
            Field floor = item.get("floor");
            String least = entries.value(floor, Literals::ether);
            if (id == null || address == null || rpc == null) {
                continue;
            }
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put(WalletProbe.ADDRESS, address);
            String window = rpc.parameters().get(WalletTransactionsProbe.WINDOW);
            if (window != null) {
                parameters.put(WalletTransactionsProbe.WINDOW, window);
            }
            if (least != null) {
                parameters.put(WalletProbe.FLOOR, least);
            }
            wallets.add(new Target(
                    id,
                    TargetKind.WALLET,
                    network,
                    rpc.url(),
                    rpc.token(),
                    entries.texts(item.get("labels")),
                    parameters));
        }
        wallets.forEach(wallet -> targets.add(together(wallet, contracts.get(MULTICALL), wallets)));
    }

    /** {@code wallet} with the contract that says all balances of its RPC at once, and whose those are. */
    private static Target together(Target wallet, @Nullable String contract, List<Target> wallets) {
        if (contract == null) {
            return wallet;
        }
        Map<String, String> parameters = new LinkedHashMap<>(wallet.parameters());
        parameters.put(WalletProbe.MULTICALL, contract);
        parameters.put(
                WalletProbe.WALLETS,
                wallets.stream()
                        .filter(other -> other.url().equals(wallet.url()))
                        .map(other -> other.parameters().getOrDefault(WalletProbe.ADDRESS, ""))
                        .distinct()
                        .collect(Collectors.joining(" ")));
        return new Target(
                wallet.id(),
                wallet.kind(),
                wallet.network(),
                wallet.url(),
                wallet.token(),
                wallet.labels(),
                parameters);
    }
}
