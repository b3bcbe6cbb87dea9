package network.litewatch.controlplane.alert.ruletest;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.stream.Collectors;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.assess.SeriesKey;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.TargetKind;

/**
 * One test of a file.
 *
 * @param name for people; empty when it has none
 * @param rules of the files that are under test
 * @param interval from one run of every probe to the next; longer than zero
 * @param subjects what is probed, by their keys
 * @param expectations in the order of their times
 */
record RuleTest(
        String name,
        List<Rule> rules,
        Duration interval,
        Map<SeriesKey, Subject> subjects,
        List<Expectation> expectations) {
    RuleTest {
        rules = List.copyOf(rules);
        subjects = Map.copyOf(subjects);
        expectations = List.copyOf(expectations);
    }

    /**
     * A target that one probe asks from one vantage. A run of it comes at each step at which one of its series has an item,
     * be it a value or a missing one; after the last item no run comes any more.
     */
    record Subject(
            SeriesKey key,
            NetworkId network,
            TargetKind kind,
            Map<String, String> labels,
            Map<Signal, List<OptionalDouble>> series) {
        Subject {
            labels = Map.copyOf(labels);
            series = Map.copyOf(series);
        }

        /** Steps until the longest series ends. */
        int steps() {
            return series.values().stream().mapToInt(List::size).max().orElse(0);
        }

        /** What is known at {@code step}; fewer than all its signals where one is missing or has ended. */
        Map<Signal, Double> at(int step) {
            return series.entrySet().stream()
                    .filter(e ->
                            step < e.getValue().size() && e.getValue().get(step).isPresent())
                    .collect(Collectors.toMap(
                            Map.Entry::getKey, e -> e.getValue().get(step).orElse(Double.NaN)));
        }
    }

    /**
     * Exactly these alerts of the name {@code alert}, and no other that fires, at {@code at} since the first step.
     *
     * @param where the item of the file
     */
    record Expectation(Duration at, String alert, List<Expected> alerts, Field where) {
        Expectation {
            alerts = List.copyOf(alerts);
        }

        boolean firing() {
            return alerts.stream().anyMatch(a -> a.state() == Alert.State.FIRING);
        }
    }

    /**
     * One alert: {@code labels} are some of its labels, {@code annotations} some of its texts, each exactly.
     *
     * @param state pending or firing
     */
    record Expected(Alert.State state, Map<String, String> labels, Map<String, String> annotations, Field where) {
        Expected {
            labels = Map.copyOf(labels);
            annotations = Map.copyOf(annotations);
        }

        boolean matches(Alert alert) {
            return alert.state() == state
                    && alert.labels().entrySet().containsAll(labels.entrySet())
                    && alert.annotations().entrySet().containsAll(annotations.entrySet());
        }
    }

    /** The rules of the name {@code alert}, one for each of their probes. */
    List<Rule> named(String alert) {
        return rules.stream().filter(rule -> rule.alert().equals(alert)).toList();
    }

    /** Names of the alerts that something is expected of. */
    Set<String> alerts() {
        return expectations.stream().map(Expectation::alert).collect(Collectors.toUnmodifiableSet());
    }
}
