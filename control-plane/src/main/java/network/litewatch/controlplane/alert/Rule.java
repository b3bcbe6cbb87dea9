package network.litewatch.controlplane.alert;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import network.litewatch.probe.ProbeId;

/**
 * When to alert, in the shape of a Prometheus rule.
 *
 * @param alert name of the alert, unique over all rules
 * @param holdFor how long the condition must hold before the alert fires ({@code for})
 * @param keepFiringFor how long the condition must have been gone before it resolves ({@code keep_firing_for})
 * @param labels among them {@code severity}
 * @param annotations among them {@code summary} and {@code runbook}
 * @param quorum how many vantages must see the breach, for one alert of them all; without it each vantage has its own
 */
public record Rule(
        String alert,
        String group,
        ProbeId probe,
        Condition condition,
        Duration holdFor,
        Duration keepFiringFor,
        Map<String, String> labels,
        Map<String, Template> annotations,
        Optional<Quorum> quorum) {
    public Rule {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    public String severity() {
        return labels.getOrDefault("severity", "");
    }

    /** Id of the runbook, which is the same for every alert of the rule. */
    public String runbook() {
        Template runbook = annotations.get("runbook");
        return runbook == null ? "" : runbook.text();
    }
}
