package network.litewatch.controlplane.network;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Secret;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.rpc.CanaryAccount;
import network.litewatch.probe.rpc.ChainCanaryProbe;
import network.litewatch.probe.rpc.RpcHeadProbe;
import network.litewatch.probe.rpc.WalletProbe;
import network.litewatch.probe.rpc.WalletTransactionsProbe;
import org.jspecify.annotations.Nullable;

/**
 * Reads the entries of {@code canaries}: accounts of our own that send a transaction now and then. Their keys stand in no target and in
 * no problem.
 */
final class CanaryReader {
    private static final int DECIMALS = 18;

    private final Placeholders placeholders;
    private final Entries entries;
    private final NetworkId network;
    private final Path folder;

    /**
     * A reader for the canaries of one network.
     *
     * @param folder what relative paths of key files start from
     */
    CanaryReader(Placeholders placeholders, NetworkId network, Path folder) {
        this.placeholders = placeholders;
        this.entries = new Entries(placeholders);
        this.network = network;
        this.folder = folder;
    }

    /** The accounts by target; the targets, which are wallets as well, are added to {@code targets}. */
    Map<TargetId, CanaryAccount> read(Field root, @Nullable Long chainId, Set<ProbeId> paced, List<Target> targets) {
        Map<TargetId, CanaryAccount> accounts = new LinkedHashMap<>();
        Field section = root.get("canaries");
        if (section == null) {
            return accounts;
        }
        KnownRpcs rpcs = new KnownRpcs(root, targets);
        for (Field item : section.items()) {
            item.allowOnly("id", "rpc", "key", "key_file", "spend_cap", "floor", "labels");
            if (!paced.contains(ChainCanaryProbe.ID)) {
                item.problem("has no pace: add " + ChainCanaryProbe.ID + ": {interval: 60s, timeout: 50s} to probes");
            }
            TargetId id = entries.required(item, "id", "a name for the canary", TargetId::new);
            Target rpc = rpcs.named(item, "the id of an RPC above, through which it sends", placeholders);
            BigDecimal cap =
                    entries.required(item, "spend_cap", "ether that it may spend in 24 hours, as 0.001", text -> {
                        BigDecimal ether = new BigDecimal(Literals.ether(text));
                        if (ether.signum() == 0) {
                            throw new IllegalArgumentException("must be above 0: without money nothing can be sent");
                        }
                        return ether;
                    });
            Field floor = item.get("floor");
            String least = entries.value(floor, Literals::ether);
            CanaryAccount account = cap == null ? null : account(item, cap);
            if (id == null || rpc == null || account == null || chainId == null) {
                continue;
            }
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put(RpcHeadProbe.CHAIN_ID, chainId.toString());
            parameters.put(WalletProbe.ADDRESS, account.address());
            String window = rpc.parameters().get(WalletTransactionsProbe.WINDOW);
            if (window != null) {
                parameters.put(WalletTransactionsProbe.WINDOW, window);
            }
            if (least != null) {
                parameters.put(WalletProbe.FLOOR, least);
            }
            accounts.put(id, account);
            targets.add(new Target(
                    id,
                    TargetKind.WALLET,
                    network,
                    rpc.url(),
                    rpc.token(),
                    entries.texts(item.get("labels")),
                    parameters));
        }
        return accounts;
    }

    private @Nullable CanaryAccount account(Field item, BigDecimal cap) {
        Field key = item.get("key");
        Field file = item.get("key_file");
        if ((key == null) == (file == null)) {
            item.problem("needs key, as ${SOME_VARIABLE}, or key_file: one of them");
            return null;
        }
        Field field = key == null ? file : key;
        return field.as(text -> {
            String expanded = placeholders.expand(text);
            String secret = key == null ? content(folder.resolve(expanded)) : expanded;
            return new CanaryAccount(
                    new Secret(secret.strip()), cap.movePointRight(DECIMALS).toBigIntegerExact());
        });
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read: " + file);
        }
    }
}
