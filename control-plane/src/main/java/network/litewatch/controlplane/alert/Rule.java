package network.litewatch.controlplane.alert;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.assess.Assessment;
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
 * @param noData what is made of a run that leaves one of the condition's signals unknown
 * @param scope the networks, and the runs of drills, that it judges
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
        Optional<Quorum> quorum,
        NoData noData,
        Scope scope) {
    public Rule {
        labels = Map.copyOf(labels);
        annotations = Map.copyOf(annotations);
    }

    /**
     * Whether {@code assessment} counts as a breach; empty where nothing is to be concluded, as when that hangs on a signal
     * that is not known and the rule says to keep what is.
     */
    public Optional<Boolean> judge(Assessment assessment) {
        if (!scope.covers(assessment.network(), assessment.labels())) {
            return Optional.empty();
        }
        return condition
                .test(assessment)
                .or(() -> condition.missing(assessment).isEmpty() ? Optional.empty() : noData.verdict());
    }

    /** Why it counts as a breach or does not, for people: the compared signals, or which of them are not known. */
    List<String> reason(Assessment assessment, boolean breach) {
        if (condition.test(assessment).isPresent()) {
            return breach ? condition.reason(assessment) : condition.explain(assessment);
        }
        return condition.missing(assessment).stream()
                .map(signal -> signal.signalName() + " is not known")
                .sorted()
                .toList();
    }

    /** The rule for {@code others}. */
    public Rule within(Scope others) {
        return with(condition, holdFor, keepFiringFor, labels, others);
    }

    /** The rule with another condition. */
    public Rule with(Condition other) {
        return new Rule(alert, group, probe, other, holdFor, keepFiringFor, labels, annotations, quorum, noData, scope);
    }

    /** The rule with other texts. */
    public Rule with(Map<String, Template> texts) {
        return new Rule(alert, group, probe, condition, holdFor, keepFiringFor, labels, texts, quorum, noData, scope);
    }

    /** The rule with other limits, for {@code others}. */
    public Rule with(Condition limit, Duration hold, Duration keepFiring, Map<String, String> names, Scope others) {
        return new Rule(alert, group, probe, limit, hold, keepFiring, names, annotations, quorum, noData, others);
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
