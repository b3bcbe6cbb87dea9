package network.litewatch.controlplane.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.probe.NetworkId;

/**
 * How many alerts fire now, as {@code litewatch_alerts_firing{network,rule,severity}}. Every rule stands there for every
 * network, with 0 when it is quiet, so that a rule that was never loaded is told from one that is quiet. Thread-safe.
 */
public final class FiringAlerts extends Collector {
    private static final List<String> LABELS = List.of("network", "rule", "severity");

    private volatile Collection<Rule> rules;
    private volatile Collection<NetworkId> networks;
    private final Map<String, Alert> firing = new ConcurrentHashMap<>();

    /** Starts from the alerts of {@code stored} that fire. */
    public FiringAlerts(Collection<Rule> rules, Collection<NetworkId> networks, Collection<Alert> stored) {
        this.rules = List.copyOf(rules);
        this.networks = List.copyOf(networks);
        stored.stream()
                .filter(alert -> alert.state() == Alert.State.FIRING)
                .forEach(alert -> firing.put(alert.fingerprint(), alert));
    }

    /** From here on these are the rules and the networks. */
    public void expect(Collection<Rule> newRules, Collection<NetworkId> newNetworks) {
        rules = List.copyOf(newRules);
        networks = List.copyOf(newNetworks);
    }

    /** Takes over what happened to an alert. */
    public void apply(Transition transition) {
        Alert alert = transition.alert();
        if (transition.kind() == Transition.Kind.FIRED) {
            firing.put(alert.fingerprint(), alert);
        } else {
            firing.remove(alert.fingerprint());
        }
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Map<List<String>, Integer> counts = new TreeMap<>(FiringAlerts::compare);
        for (Rule rule : rules) {
            for (NetworkId network : networks) {
                counts.put(List.of(network.value(), rule.alert(), rule.severity()), 0);
            }
        }
        for (Alert alert : firing.values()) {
            Map<String, String> labels = alert.labels();
            counts.merge(
                    List.of(labels.getOrDefault("network", ""), alert.rule(), labels.getOrDefault("severity", "")),
                    1,
                    Integer::sum);
        }
        GaugeMetricFamily family = new GaugeMetricFamily("litewatch_alerts_firing", "Alerts that fire now", LABELS);
        counts.forEach((labels, count) -> family.addMetric(labels, count));
        return List.of(family);
    }

    private static int compare(List<String> a, List<String> b) {
        return String.join("\u0000", a).compareTo(String.join("\u0000", b));
    }
}
