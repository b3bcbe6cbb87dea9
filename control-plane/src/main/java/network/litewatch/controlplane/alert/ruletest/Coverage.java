package network.litewatch.controlplane.alert.ruletest;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.Comparison;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.ruletest.RuleTest.Expectation;
import network.litewatch.controlplane.alert.ruletest.RuleTest.Subject;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.config.Durations;

/**
 * What tests have shown of rules, worked out from the runs themselves: a test that says that it looks at a threshold and does
 * not counts for nothing. Not thread-safe.
 */
final class Coverage {
    private final Map<String, Shown> shown = new HashMap<>();

    /** What must be shown of each rule, besides both sides of every threshold. */
    private enum Kind {
        FIRES,
        CALM,
        PENDING,
        KEPT,
        RESOLVES,
        MISSING
    }

    /** Of one rule. */
    private static final class Shown {
        private final Set<Kind> kinds = EnumSet.noneOf(Kind.class);
        private final Set<Comparison> met = new HashSet<>();
        private final Set<Comparison> below = new HashSet<>();
    }

    /** Adds what {@code run} shows, whose expectations all came true. */
    void add(RuleTestRun run) {
        for (String alert : run.test().alerts()) {
            Shown rule = shown.computeIfAbsent(alert, a -> new Shown());
            for (Expectation expectation : run.test().expectations()) {
                if (expectation.alert().equals(alert)) {
                    look(run, expectation, rule);
                }
            }
            for (Rule tested : run.test().named(alert)) {
                run.test().subjects().values().stream()
                        .filter(subject -> subject.key().probe().equals(tested.probe()))
                        .forEach(subject -> edges(run, tested, subject, rule));
            }
        }
    }

    /** What is not shown of {@code rule}, in words that say what to write; empty when all is. */
    List<String> missing(Rule rule) {
        Shown of = shown.getOrDefault(rule.alert(), new Shown());
        List<String> missing = new ArrayList<>();
        need(of, Kind.FIRES, "a time at which it fires", missing);
        if (rule.condition().comparisons().isEmpty()) {
            need(of, Kind.CALM, "a time at which its signals are known and it is not met", missing);
        }
        for (Comparison comparison : rule.condition().comparisons()) {
            String text = comparison.signal().signalName() + " " + comparison.operator() + " "
                    + comparison.signal().format(comparison.threshold());
            if (!of.met.contains(comparison)) {
                missing.add("a target of which it fires at the edge of " + text
                        + ", where one step less would not do (steps are " + step(comparison) + ")");
            }
            if (!of.below.contains(comparison)) {
                missing.add("a target of which it never fires, of which everything is met but " + text
                        + ", and that by one step, for as long as the rule waits, and a time that looks at it");
            }
        }
        if (!rule.holdFor().isZero()) {
            need(
                    of,
                    Kind.PENDING,
                    "a time at which it has waited, but not for " + Durations.format(rule.holdFor()),
                    missing);
        }
        if (!rule.keepFiringFor().isZero()) {
            need(
                    of,
                    Kind.KEPT,
                    "a time at which its condition is gone, but not for " + Durations.format(rule.keepFiringFor())
                            + ", and it fires",
                    missing);
        }
        need(of, Kind.RESOLVES, "a time at which it has fired and resolved", missing);
        need(of, Kind.MISSING, "a time right after a missing value (_) of one of its signals", missing);
        return missing;
    }

    private static void need(Shown of, Kind kind, String text, List<String> missing) {
        if (!of.kinds.contains(kind)) {
            missing.add(text);
        }
    }

    private static void look(RuleTestRun run, Expectation expectation, Shown rule) {
        RuleTestRun.Step step = run.at(expectation.at());
        List<Alert> alive = step.named(expectation.alert());
        List<Assessment> runs = step.runs();
        if (expectation.firing()) {
            rule.kinds.add(Kind.FIRES);
        }
        if (alive.isEmpty() && step.resolved().contains(expectation.alert())) {
            rule.kinds.add(Kind.RESOLVES);
        }
        for (Rule tested : run.test().named(expectation.alert())) {
            for (Assessment assessment : runs) {
                if (!assessment.key().probe().equals(tested.probe())) {
                    continue;
                }
                Optional<Alert> own = of(alive, assessment);
                Optional<Boolean> breach = tested.condition().test(assessment);
                if (breach.isPresent()
                        && breach.get()
                        && own.filter(a -> a.state() == Alert.State.PENDING).isPresent()) {
                    rule.kinds.add(Kind.PENDING);
                }
                if (breach.isPresent()
                        && !breach.get()
                        && own.filter(a -> a.state() == Alert.State.FIRING).isPresent()) {
                    rule.kinds.add(Kind.KEPT);
                }
                Subject subject = run.test().subjects().get(assessment.key());
                if (subject != null
                        && subject.series()
                                .keySet()
                                .containsAll(tested.condition().signals())
                        && breach.isEmpty()) {
                    rule.kinds.add(Kind.MISSING);
                }
            }
        }
    }

    /** The alert of {@code alive} that speaks of the target of {@code assessment}, by its vantage or by all of them. */
    private static Optional<Alert> of(List<Alert> alive, Assessment assessment) {
        return alive.stream()
                .filter(a -> assessment.key().target().value().equals(a.labels().get("target")))
                .filter(a -> a.labels()
                        .getOrDefault("probe", "")
                        .equals(assessment.key().probe().value()))
                .filter(a -> a.labels()
                        .getOrDefault("vantage", assessment.key().vantage().value())
                        .equals(assessment.key().vantage().value()))
                .findFirst();
    }

    /** What {@code subject} shows of the thresholds of {@code tested}. */
    private static void edges(RuleTestRun run, Rule tested, Subject subject, Shown rule) {
        List<RuleTestRun.Step> steps = run.steps();
        boolean fired = false;
        Map<Comparison, Duration> since = new HashMap<>();
        Set<Comparison> below = new HashSet<>();
        for (RuleTestRun.Step step : steps) {
            Optional<Assessment> found = step.runs().stream()
                    .filter(a -> a.key().equals(subject.key()))
                    .findFirst();
            if (found.isEmpty()) {
                continue;
            }
            Assessment assessment = found.get();
            boolean firing = of(step.named(tested.alert()), assessment)
                    .filter(a -> a.state() == Alert.State.FIRING)
                    .isPresent();
            fired |= firing;
            boolean breach = tested.condition().test(assessment).orElse(false);
            if (tested.condition().missing(assessment).isEmpty() && !breach) {
                lookedAt(run, tested, step).ifPresent(e -> rule.kinds.add(Kind.CALM));
            }
            for (Comparison comparison : tested.condition().comparisons()) {
                if (!Edge.decides(tested.condition(), comparison, assessment)) {
                    since.remove(comparison);
                } else if (breach
                        && firing
                        && lookedAt(run, tested, step)
                                .filter(Expectation::firing)
                                .isPresent()) {
                    rule.met.add(comparison);
                } else if (!breach) {
                    Duration from = since.computeIfAbsent(comparison, c -> step.at());
                    if (step.at().minus(from).compareTo(tested.holdFor()) >= 0
                            && lookedAt(run, tested, step).isPresent()) {
                        below.add(comparison);
                    }
                } else {
                    since.remove(comparison);
                }
            }
        }
        if (!fired) {
            rule.below.addAll(below);
        }
    }

    /** An expectation of the alert at {@code step}. */
    private static Optional<Expectation> lookedAt(RuleTestRun run, Rule tested, RuleTestRun.Step step) {
        return run.test().expectations().stream()
                .filter(e -> e.alert().equals(tested.alert()) && run.at(e.at()).equals(step))
                .findFirst();
    }

    private static String step(Comparison comparison) {
        return comparison.signal().format(Edge.step(comparison));
    }
}
