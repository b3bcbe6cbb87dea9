package network.litewatch.controlplane.alert.ruletest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.ruletest.RuleTest.Expectation;
import network.litewatch.controlplane.alert.ruletest.RuleTest.Expected;
import network.litewatch.controlplane.alert.ruletest.RuleTest.Subject;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;

/** What the rules of a test made of its series, step by step. */
record RuleTestRun(RuleTest test, List<Step> steps) {
    /** Longer than any file can mean; it bounds what a slip of the pen costs. */
    private static final int MOST_STEPS = 20_000;

    RuleTestRun {
        steps = List.copyOf(steps);
    }

    /**
     * The state after the runs of one step.
     *
     * @param at since the first
     * @param resolved names of alerts that have resolved at this step or before
     */
    record Step(Duration at, List<Assessment> runs, List<Alert> alive, Set<String> resolved) {
        List<Alert> named(String alert) {
            return alive.stream().filter(a -> a.rule().equals(alert)).toList();
        }
    }

    /** Runs {@code test} with a book of its own, up to its last time that something is expected at. */
    static RuleTestRun of(RuleTest test) {
        AlertBook book = new AlertBook(test.rules(), List.of());
        Duration last = test.expectations().stream()
                .map(Expectation::at)
                .max(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        List<Subject> subjects = test.subjects().values().stream()
                .sorted(Comparator.comparing(subject -> subject.key().toString()))
                .toList();
        List<Step> steps = new ArrayList<>();
        Set<String> resolved = new HashSet<>();
        Duration at = Duration.ZERO;
        while (at.compareTo(last) <= 0 && steps.size() < MOST_STEPS) {
            List<Assessment> runs = new ArrayList<>();
            for (Subject subject : subjects) {
                if (steps.size() < subject.steps()) {
                    runs.add(assessment(subject, steps.size(), at));
                }
            }
            AlertBook.Changes changes = book.evaluate(runs);
            book.commit(changes);
            changes.transitions().stream()
                    .filter(transition -> transition.kind() == Transition.Kind.RESOLVED)
                    .forEach(transition -> resolved.add(transition.alert().rule()));
            steps.add(new Step(at, List.copyOf(runs), book.alive(), Set.copyOf(resolved)));
            at = at.plus(test.interval());
        }
        return new RuleTestRun(test, steps);
    }

    private static Assessment assessment(Subject subject, int step, Duration at) {
        Map<Signal, Double> signals = subject.at(step);
        return new Assessment(
                subject.key(),
                subject.kind(),
                subject.network(),
                subject.labels(),
                Instant.EPOCH.plus(at),
                signals.isEmpty() ? Outcome.inconclusive(Reason.TIMEOUT, "no value in this test") : Outcome.ok(),
                signals);
    }

    /** The newest step at {@code at} or before. */
    Step at(Duration at) {
        long index = Math.min(steps.size() - 1L, at.toMillis() / test.interval().toMillis());
        return steps.get((int) index);
    }

    /** What is otherwise than expected, each with the line that expects it. */
    List<Problem> problems() {
        List<Problem> problems = new ArrayList<>();
        test.expectations().forEach(expectation -> problems.addAll(problems(expectation)));
        return problems;
    }

    private List<Problem> problems(Expectation expectation) {
        List<Alert> left = new ArrayList<>(at(expectation.at()).named(expectation.alert()));
        boolean texts = expectation.alerts().stream()
                .anyMatch(expected -> !expected.annotations().isEmpty());
        String got = left.isEmpty() ? "none that is pending or firing" : describe(left, texts);
        List<Problem> problems = new ArrayList<>();
        for (Expected expected : expectation.alerts()) {
            if (!take(left, expected)) {
                problems.add(expected.where()
                        .asProblem(head(expectation) + "expected " + describe(expected) + "; got " + got));
            }
        }
        List<Alert> more =
                left.stream().filter(a -> a.state() == Alert.State.FIRING).toList();
        if (problems.isEmpty() && !more.isEmpty()) {
            String expected = expectation.alerts().isEmpty() ? "none that fires" : "no other that fires";
            problems.add(expectation
                    .where()
                    .asProblem(head(expectation) + "expected " + expected + "; got " + describe(more, false)));
        }
        return problems;
    }

    private static boolean take(List<Alert> left, Expected expected) {
        for (Alert alert : left) {
            if (expected.matches(alert)) {
                left.remove(alert);
                return true;
            }
        }
        return false;
    }

    private String head(Expectation expectation) {
        boolean named = !test.name().isEmpty() && !test.name().equals(expectation.alert());
        return (named ? "\"" + test.name() + "\": " : "") + expectation.alert() + " at "
                + Durations.format(expectation.at()) + ": ";
    }

    private static String describe(Expected expected) {
        return expected.state().label() + " " + new TreeMap<>(expected.labels())
                + (expected.annotations().isEmpty() ? "" : " that says " + new TreeMap<>(expected.annotations()));
    }

    private static String describe(List<Alert> alerts, boolean texts) {
        return alerts.stream()
                .map(alert -> alert.state().label() + " " + new TreeMap<>(alert.labels()) + " ("
                        + String.join(", ", alert.now()) + ")"
                        + (texts ? " that says " + new TreeMap<>(alert.annotations()) : ""))
                .sorted()
                .collect(Collectors.joining("; "));
    }
}
