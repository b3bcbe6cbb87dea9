package network.litewatch.controlplane.network;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;

/** The networks as they are configured now; replaced whole when the files are read again. Thread-safe. */
public final class CurrentNetworks {
    private volatile Map<NetworkId, Network> networks;

    public CurrentNetworks(List<Network> networks) {
        this.networks = byId(networks);
    }

    /** From here on these are the networks. */
    public void replace(List<Network> others) {
        networks = byId(others);
    }

    public List<Network> all() {
        return List.copyOf(networks.values());
    }

    /** The targets of all networks. */
    public List<Target> targets() {
        return networks.values().stream()
                .flatMap(network -> network.targets().stream())
                .toList();
    }

    /** What is kept of the runs of {@code probe}; everything of a probe that has no pace any more. */
    public Storing storing(NetworkId network, ProbeId probe) {
        return pace(network, probe).map(Network.Pace::storing).orElse(Storing.ALL);
    }

    /** Whether {@code /metrics} has series for each target of {@code probe}; true for what has no pace. */
    public boolean perTarget(NetworkId network, ProbeId probe) {
        return pace(network, probe).map(Network.Pace::perTarget).orElse(true);
    }

    private Optional<Network.Pace> pace(NetworkId network, ProbeId probe) {
        return Optional.ofNullable(networks.get(network))
                .map(found -> found.pace().get(probe));
    }

    private static Map<NetworkId, Network> byId(List<Network> networks) {
        return networks.stream().collect(Collectors.toUnmodifiableMap(Network::id, Function.identity()));
    }
}
