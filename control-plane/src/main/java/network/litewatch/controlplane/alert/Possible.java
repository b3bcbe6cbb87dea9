package network.litewatch.controlplane.alert;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import network.litewatch.controlplane.assess.Range;
import network.litewatch.controlplane.assess.Signal;

/**
 * Whether a condition can be met at all, and whether it can be not met: tried with values of its signals on, between and
 * beyond its thresholds, within what those signals can be. Between two thresholds every value gives the same, so that this
 * leaves nothing out.
 */
public final class Possible {
    /** More combinations than that are not tried, and nothing is said of the condition. */
    private static final int MOST = 50_000;

    private Possible() {}

    /** What is wrong with a condition that is always the same; empty for any other, and where that cannot be told. */
    public static Optional<String> flaw(Condition condition) {
        if (!condition.onlyComparisons()) {
            return Optional.empty();
        }
        Map<Signal, List<Double>> values = new TreeMap<>();
        condition.signals().forEach(signal -> values.put(signal, values(signal, condition)));
        if (values.values().stream().mapToDouble(List::size).reduce(1, (a, b) -> a * b) > MOST) {
            return Optional.empty();
        }
        Set<Boolean> results = new TreeSet<>();
        attempt(condition, List.copyOf(values.keySet()), values, new HashMap<>(), results);
        if (results.equals(Set.of(false))) {
            return Optional.of("can never be true: " + ranges(condition));
        }
        return results.equals(Set.of(true))
                ? Optional.of("is always true, so it would always fire: " + ranges(condition))
                : Optional.empty();
    }

    private static void attempt(
            Condition condition,
            List<Signal> left,
            Map<Signal, List<Double>> values,
            Map<Signal, Double> chosen,
            Set<Boolean> results) {
        if (left.isEmpty()) {
            if (Range.together(chosen)) {
                condition.test(chosen).ifPresent(results::add);
            }
            return;
        }
        Signal signal = left.get(0);
        for (double value : values.getOrDefault(signal, List.of())) {
            chosen.put(signal, value);
            attempt(condition, left.subList(1, left.size()), values, chosen, results);
        }
        chosen.remove(signal);
    }

    /** Values of {@code signal} of which one gives whatever any gives. */
    private static List<Double> values(Signal signal, Condition condition) {
        Range range = Range.of(signal);
        TreeSet<Double> thresholds = condition.comparisons().stream()
                .filter(comparison -> comparison.signal() == signal)
                .map(Comparison::threshold)
                .collect(Collectors.toCollection(TreeSet::new));
        TreeSet<Double> tried = new TreeSet<>(thresholds);
        List<Double> sorted = List.copyOf(thresholds);
        for (int i = 1; i < sorted.size(); i++) {
            tried.add((sorted.get(i - 1) + sorted.get(i)) / 2);
        }
        for (double threshold : sorted) {
            // Half a step is between whole numbers; the next whole one is what a count can be.
            tried.addAll(List.of(Math.floor(threshold) - 1, Math.ceil(threshold) + 1));
            tried.addAll(List.of(Math.floor(threshold), Math.ceil(threshold)));
        }
        range.ends().forEach(tried::add);
        return new ArrayList<>(tried.stream().filter(range::has).toList());
    }

    private static String ranges(Condition condition) {
        String ranges = condition.signals().stream()
                .filter(signal -> !Range.of(signal).equals(Range.ANY))
                .map(signal -> signal.signalName() + " is " + Range.of(signal))
                .sorted()
                .collect(Collectors.joining(", "));
        return ranges.isEmpty() ? "its comparisons leave nothing over" : ranges;
    }
}
