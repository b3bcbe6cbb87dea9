package network.litewatch.controlplane;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /** {@code rules} as they are while {@code runs} go on: broken for what is seen under such a run, and as before for the rest. */
    static List<Rule> of(List<Rule> rules, List<DrillRun> runs) {
        List<Rule> all = rules;
        for (DrillRun run : runs) {
            if (concerns(run.mode())) {
                Set<String> alerts = alerts(run.drill());
                all = all.stream()
                        .flatMap(rule -> alerts.contains(rule.alert())
                                        && rule.scope().drill().isEmpty()
                                ? Stream.concat(
                                        Stream.of(rule.within(rule.scope().notUnder(run.id()))),
                                        broken(rule, run.mode()).stream()
                                                .map(broken -> broken.within(
                                                        rule.scope().under(run.id()))))
                                : Stream.of(rule))
                        .toList();
            }
        }
        return all;
    }

    /** The rule that stands for {@code rule}; empty where none does. */
    private static Optional<Rule> broken(Rule rule, Mode mode) {
        return switch (mode) {
            case THRESHOLD_TEN_TIMES -> Optional.of(further(rule));
            case RUNBOOK_BROKEN -> Optional.of(misdirected(rule));
            default -> Optional.empty();
        };
    }

    private static Set<String> alerts(Drill drill) {
        return drill.expects().stream()
                .map(expected -> expected.alert().alert())
                .collect(Collectors.toSet());
    }

    private static Rule misdirected(Rule rule) {
        Map<String, Template> annotations = new TreeMap<>(rule.annotations());
        annotations.put("runbook", new Template(NOWHERE));
        return rule.with(annotations);
    }

    /** The rule with each threshold nine times its size further away, an upper one ten times as high; ten where it is 0. */
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
        return rule.with(compiled.condition()
                .orElseThrow(() ->
                        new IllegalStateException("the mutant of " + rule.alert() + " is no condition: " + text)));
    }

    private static double further(String operator, double threshold) {
        // A tenth of a lower limit would be no limit for a signal that is 0 or 1: it is moved as far as an upper one,
        // the other way.
        double away = threshold == 0 ? 10 : 9 * Math.abs(threshold);
        return operator.startsWith(">") ? threshold + away : threshold - away;
    }

    /** Whether a run of that mode needs other rules than those of the files. */
    static boolean concerns(Mode mode) {
        return mode == Mode.RULE_OFF || mode == Mode.THRESHOLD_TEN_TIMES || mode == Mode.RUNBOOK_BROKEN;
    }
}
