package network.litewatch.controlplane.alert.ruletest;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.ruletest.RuleTest.Expectation;
import network.litewatch.controlplane.alert.ruletest.RuleTest.Expected;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Nearest;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.ProbeId;
import org.jspecify.annotations.Nullable;

/** Reads one file of rule tests, with the line of everything that is wrong with it. */
final class RuleTestReader {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final Map<Path, List<Rule>> known;
    private final List<Rule> rules = new ArrayList<>();
    private final List<RuleTest> tests = new ArrayList<>();

    /** The tests of a file, or what is wrong with it; never both. */
    record Read(List<RuleTest> tests, List<Problem> problems) {}

    private RuleTestReader(Map<Path, List<Rule>> known) {
        this.known = known;
    }

    /** Reads {@code file}, whose rules must stand in one of {@code ruleFiles}: tests of other rules prove nothing of these. */
    static Read read(YamlDocument.Parsed file, Map<Path, List<Rule>> ruleFiles) {
        RuleTestReader reader = new RuleTestReader(ruleFiles);
        if (file.root() != null) {
            reader.file(file.root(), file.document().file());
        }
        List<Problem> problems = file.document().problems();
        return problems.isEmpty() ? new Read(reader.tests, List.of()) : new Read(List.of(), problems);
    }

    /** The key of a rule file. */
    static Path path(Path path) {
        return path.toAbsolutePath().normalize();
    }

    private void file(Field root, Path file) {
        root.allowOnly("rule_files", "evaluation_interval", "tests");
        Field files = root.require("rule_files", "a list of rule files, as [../network/rpc.yml]");
        for (Field entry : files == null ? List.<Field>of() : files.items()) {
            ruleFile(entry, file);
        }
        Duration interval = Objects.requireNonNullElse(duration(root.get("evaluation_interval"), MINUTE), MINUTE);
        Field items = root.require("tests", "a list of tests");
        List<Field> list = items == null ? List.of() : items.items();
        if (items != null && list.isEmpty()) {
            items.problem("must have at least one test");
        }
        for (Field item : list) {
            test(item, interval);
        }
    }

    private void ruleFile(Field entry, Path file) {
        String text = entry.text();
        if (text == null) {
            return;
        }
        List<Rule> found = known.get(path(path(file).resolveSibling(text)));
        if (found == null) {
            entry.problem("\"" + text + "\" is none of the rule files that are checked: "
                    + known.keySet().stream()
                            .map(k -> String.valueOf(k.getFileName()))
                            .sorted()
                            .collect(Collectors.joining(", ")));
        } else {
            rules.addAll(found);
        }
    }

    private void test(Field item, Duration usual) {
        item.allowOnly("name", "interval", "input_series", "alert_rule_test");
        Field name = item.get("name");
        String text = name == null ? "" : name.text();
        Duration interval = duration(item.get("interval"), usual);
        Field checks = item.require("alert_rule_test", "a list of times and the alerts that are expected then");
        List<Expectation> expectations = new ArrayList<>();
        for (Field check : checks == null ? List.<Field>of() : checks.items()) {
            expectation(check, expectations);
        }
        if (checks != null && checks.items().isEmpty()) {
            checks.problem("expects nothing; write an eval_time and an alertname, with exp_alerts where one fires");
        }
        expectations.sort(Comparator.comparing(Expectation::at));
        SubjectReader subjects = new SubjectReader(probesOf(expectations));
        Field series = item.require("input_series", "a list of series of signals");
        List<Field> list = series == null ? List.of() : series.items();
        if (series != null && list.isEmpty()) {
            series.problem("has no series, so no rule would ever be asked");
        }
        list.forEach(subjects::add);
        if (interval != null && text != null) {
            tests.add(new RuleTest(text, rules, interval, subjects.read(), expectations));
        }
    }

    private Set<ProbeId> probesOf(List<Expectation> expectations) {
        Set<String> names = expectations.stream().map(Expectation::alert).collect(Collectors.toSet());
        return rules.stream()
                .filter(rule -> names.contains(rule.alert()))
                .map(Rule::probe)
                .collect(Collectors.toSet());
    }

    private void expectation(Field item, List<Expectation> expectations) {
        item.allowOnly("eval_time", "alertname", "exp_alerts");
        Field time = item.require("eval_time", "when to look, since the first value, as 1m30s");
        Duration at = time == null ? null : time.as(Durations::parse);
        Field field = item.require("alertname", "the alert, as RpcHeadStalled");
        String alert = field == null ? null : field.text();
        Field alerts = item.get("exp_alerts");
        List<Expected> expected = new ArrayList<>();
        for (Field one : alerts == null ? List.<Field>of() : alerts.items()) {
            expected.add(expected(one));
        }
        if (field != null
                && alert != null
                && rules.stream().noneMatch(rule -> rule.alert().equals(alert))) {
            field.problem("\"" + alert + "\" is no alert of the rule_files"
                    + Nearest.near(alert, rules.stream().map(Rule::alert).toList())
                            .map(near -> "; did you mean " + near + "?")
                            .orElse(""));
        } else if (at != null && alert != null) {
            expectations.add(new Expectation(at, alert, expected, item));
        }
    }

    private static Expected expected(Field item) {
        item.allowOnly("exp_state", "exp_labels", "exp_annotations");
        Field state = item.get("exp_state");
        Field labels = item.get("exp_labels");
        Field annotations = item.get("exp_annotations");
        Alert.State read = state == null ? Alert.State.FIRING : state.as(RuleTestReader::state);
        return new Expected(
                read == null ? Alert.State.FIRING : read,
                labels == null ? Map.of() : labels.texts(),
                annotations == null ? Map.of() : annotations.texts(),
                item);
    }

    private static Alert.State state(String text) {
        return switch (text) {
            case "firing" -> Alert.State.FIRING;
            case "pending" -> Alert.State.PENDING;
            default ->
                throw new IllegalArgumentException(
                        "must be firing or pending, and is firing where it is left out; an alert"
                                + " that is neither is not in exp_alerts: \"" + text + "\"");
        };
    }

    private static @Nullable Duration duration(@Nullable Field field, Duration usual) {
        Duration duration = field == null ? usual : field.as(Durations::parse);
        if (field != null && duration != null && duration.isZero()) {
            field.problem("must be longer than zero");
        }
        return duration;
    }
}
