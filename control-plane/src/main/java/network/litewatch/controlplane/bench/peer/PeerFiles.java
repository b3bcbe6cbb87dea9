package network.litewatch.controlplane.bench.peer;

import java.util.Optional;

/** The configuration files of a {@link Peer}, as YAML. Pure. */
public interface PeerFiles {
    /** Where they find each other on loopback. */
    record Ports(int blackbox, int alertmanager) {}

    /**
     * What makes people hear of it.
     *
     * @param rules Prometheus' rules, which its configuration names {@value Peer#RULES}
     * @param alertmanager Alertmanager's configuration
     */
    record Alerting(String rules, String alertmanager) {}

    /** blackbox_exporter's modules. */
    String blackbox();

    /** Prometheus' configuration. */
    String prometheus(Ports ports);

    /** Empty where only figures are wanted: then no Alertmanager runs. */
    default Optional<Alerting> alerting() {
        return Optional.empty();
    }
}
