package network.litewatch.controlplane.network;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
    private final Placeholders placeholders;
    private final NetworkId network;

    WalletReader(Placeholders placeholders, NetworkId network) {
        this.placeholders = placeholders;
        this.network = network;
    }

    /** Adds a target for each entry; {@code targets} has the RPCs. */
    void addWallets(Field root, List<Target> targets) {
        Field section = root.get("wallets");
        if (section == null) {
            return;
        }
        KnownRpcs rpcs = new KnownRpcs(root, targets);
        for (Field item : section.items()) {
            item.allowOnly("id", "address", "rpc", "floor", "labels");
            TargetId id = required(item, "id", "a name for the wallet", TargetId::new);
            String address = required(item, "address", "0x and 40 hex digits", Literals::address);
            Target rpc = rpcs.named(item, "the id of an RPC above, which is asked", placeholders);
            Field floor = item.get("floor");
            String least = floor == null ? null : floor.as(text -> Literals.ether(placeholders.expand(text)));
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
            targets.add(new Target(
                    id, TargetKind.WALLET, network, rpc.url(), rpc.token(), labels(item.get("labels")), parameters));
        }
    }

    private Map<String, String> labels(@Nullable Field field) {
        Map<String, String> texts = new LinkedHashMap<>();
        if (field != null) {
            field.fields().forEach((name, value) -> {
                String text = value.as(placeholders::expand);
                if (text != null) {
                    texts.put(name, text);
                }
            });
        }
        return texts;
    }

    private <T> @Nullable T required(Field parent, String key, String hint, Function<String, T> parser) {
        Field field = parent.require(key, hint);
        return field == null ? null : field.as(text -> parser.apply(placeholders.expand(text)));
    }
}
