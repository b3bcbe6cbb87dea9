package network.litewatch.controlplane.alert;

import java.util.Optional;
import java.util.Set;
import network.litewatch.probe.NetworkId;

/**
 * The networks that a rule judges.
 *
 * @param only the one network that it is for; empty where it is for all
 * @param except those that it leaves to rules of their own
 */
public record Scope(Optional<NetworkId> only, Set<NetworkId> except) {
    public static final Scope EVERYWHERE = new Scope(Optional.empty(), Set.of());

    public Scope {
        except = Set.copyOf(except);
    }

    /** One network alone. */
    public static Scope only(NetworkId network) {
        return new Scope(Optional.of(network), Set.of());
    }

    /** Whether a rule of this scope judges {@code network}. */
    public boolean covers(NetworkId network) {
        return only.map(network::equals).orElse(true) && !except.contains(network);
    }
}
