package network.litewatch.controlplane.network;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import org.jspecify.annotations.Nullable;

/** The RPCs of a network file, for entries that name one. */
final class KnownRpcs {
    private final Map<String, Target> rpcs = new HashMap<>();
    private final boolean allRead;

    /** Those among {@code targets}; {@code root} has them as written. */
    KnownRpcs(Field root, List<Target> targets) {
        targets.stream()
                .filter(target -> target.kind() == TargetKind.RPC)
                .forEach(rpc -> rpcs.put(rpc.id().value(), rpc));
        Field written = root.get("rpcs");
        allRead = written == null || rpcs.size() == written.items().size();
    }

    /**
     * The RPC that {@code item} names under {@code rpc}; null, and a problem, when there is none. An RPC that is written but cannot be
     * read has its own problem; one more would hide which.
     */
    @Nullable
    Target named(Field item, String hint, Placeholders placeholders) {
        Field field = item.require("rpc", hint);
        String name = field == null ? null : field.as(placeholders::expand);
        Target found = name == null ? null : rpcs.get(name);
        if (field != null && name != null && found == null && allRead) {
            field.problem("\"" + name + "\" is no RPC of this network: " + new TreeSet<>(rpcs.keySet()));
        }
        return found;
    }
}
