package network.litewatch.controlplane;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import network.litewatch.controlplane.alert.Condition;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.Template;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.Mode;

/** Rules that are broken on purpose while a drill runs, to see whether it notices. */
final class DrillMutants {
    /** What a broken link names; no runbook has this id. */
    static final String NOWHERE = "no-such-runbook";

    /** A comparison as rules write it: the signal, then the number. */
    private static final Pattern WRITTEN =
            Pattern.compile("\\b([a-z][a-z0-9_]*)\\s*(>=|<=|>|<)\\s*(-?[0-9]+(?:\\.[0-9]+)?)");

    private DrillMutants() {}

    /** {@code rules} as they are while {@code runs} go on. */
    static List<Rule> of(List<Rule> rules, List<DrillRun> runs) {
        List<Rule> mutated = rules;
        for (DrillRun run : runs) {
            Set<String> alerts = alerts(run.drill());
            mutated = switch (run.mode()) {
                case RULE_OFF ->
                    mutated.stream()
                            .filter(rule -> !alerts.contains(rule.alert()))
                            .toList();
                case THRESHOLD_TEN_TIMES ->
                    mutated.stream()
                            .map(rule -> alerts.contains(rule.alert()) ? further(rule) : rule)
                            .toList();
                case RUNBOOK_BROKEN ->
                    mutated.stream()
                            .map(rule -> alerts.contains(rule.alert()) ? misdirected(rule) : rule)
                            .toList();
                default -> mutated;
            };
        }
        return mutated;
    }

    private static Set<String> alerts(Drill drill) {
        return drill.expects().stream()
                .map(expected -> expected.alert().alert())
                .collect(Collectors.toSet());
    }

    private static Rule misdirected(Rule rule) {
        Map<String, Template> annotations = new TreeMap<>(rule.annotations());
        annotations.put("runbook", new Template(NOWHERE));
        return with(rule, rule.condition(), annotations);
    }

    /** The rule with each threshold ten times as far from 0, or ten away from it where it is 0. */
    private static Rule further(Rule rule) {
        String text = WRITTEN.matcher(rule.condition().text())
                .replaceAll(written -> Signal.named(written.group(1)).isEmpty()
                        ? Matcher.quoteReplacement(written.group())
                        : written.group(1) + " " + written.group(2) + " "
                                + String.format(
                                        Locale.ROOT,
                                        "%.6f",
                                        further(written.group(2), Double.parseDouble(written.group(3)))));
        Condition.Compiled compiled = Condition.compile(text, rule.probe());
        return with(
                rule,
                compiled.condition()
                        .orElseThrow(() -> new IllegalStateException(
                                "the mutant of " + rule.alert() + " is no condition: " + text)),
                rule.annotations());
    }

    private static double further(String operator, double threshold) {
        boolean above = operator.startsWith(">");
        if (threshold == 0) {
            return above ? 10 : -10;
        }
        return above ? threshold * 10 : threshold / 10;
    }

    private static Rule with(Rule rule, Condition condition, Map<String, Template> annotations) {
        return new Rule(
                rule.alert(),
                rule.group(),
                rule.probe(),
                condition,
                rule.holdFor(),
                rule.keepFiringFor(),
                rule.labels(),
                annotations,
                rule.quorum(),
                rule.noData(),
                rule.scope());
    }

    /** Whether a run of that mode needs other rules than those of the files. */
    static boolean concerns(Mode mode) {
        return mode == Mode.RULE_OFF || mode == Mode.THRESHOLD_TEN_TIMES || mode == Mode.RUNBOOK_BROKEN;
    }
}
