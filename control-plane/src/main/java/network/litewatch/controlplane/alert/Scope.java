package network.litewatch.controlplane.alert;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.probe.NetworkId;

/**
 * What a rule judges.
 *
 * @param only the one network that it is for; empty where it is for all
 * @param except networks that it leaves to rules of their own
 * @param drill the one run of a drill that it is for; empty where it is for all, and for what is seen under none
 * @param exceptDrills runs of drills that it leaves to rules of their own, or to none
 */
public record Scope(Optional<NetworkId> only, Set<NetworkId> except, Optional<String> drill, Set<String> exceptDrills) {
    /** Label of what is seen under a drill. */
    static final String DRILL = "drill";

    public static final Scope EVERYWHERE = new Scope(Optional.empty(), Set.of(), Optional.empty(), Set.of());

    public Scope {
        except = Set.copyOf(except);
        exceptDrills = Set.copyOf(exceptDrills);
    }

    /** One network alone. */
    public static Scope only(NetworkId network) {
        return new Scope(Optional.of(network), Set.of(), Optional.empty(), Set.of());
    }

    /** This without {@code networks}, and with those that it was without before. */
    public Scope without(Set<NetworkId> networks) {
        Set<NetworkId> all = new HashSet<>(except);
        all.addAll(networks);
        return new Scope(only, all, drill, exceptDrills);
    }

    /** Of this what is seen under the run {@code of} a drill. */
    public Scope under(String of) {
        return new Scope(only, except, Optional.of(of), exceptDrills);
    }

    /** Of this what is not seen under the run {@code of} a drill. */
    public Scope notUnder(String of) {
        Set<String> all = new HashSet<>(exceptDrills);
        all.add(of);
        return new Scope(only, except, drill, all);
    }

    /** Whether a rule of this scope judges what is seen in {@code network} with {@code labels}. */
    public boolean covers(NetworkId network, Map<String, String> labels) {
        return covers(network) && coversDrill(labels.getOrDefault(DRILL, ""));
    }

    /** Whether a rule of this scope judges anything in {@code network}. */
    public boolean covers(NetworkId network) {
        return only.map(network::equals).orElse(true) && !except.contains(network);
    }

    private boolean coversDrill(String run) {
        return drill.map(run::equals).orElse(true) && !exceptDrills.contains(run);
    }
}
