package network.litewatch.controlplane.alert.ruletest;

import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import network.litewatch.controlplane.alert.Comparison;
import network.litewatch.controlplane.alert.Condition;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.probe.Unit;

/** Whether a value stands right at a threshold, and whether that threshold is what decides. */
final class Edge {
    private Edge() {}

    /** How far from the threshold is still right beside it: a tenth of it, or what people would call one step of its unit. */
    static double step(Comparison comparison) {
        double threshold = Math.abs(comparison.threshold());
        Unit unit = comparison.signal().unit();
        double least = unit == Unit.RATIO || threshold != Math.rint(threshold) ? 0.01 : unit == Unit.DAYS ? 0.1 : 1;
        return Math.max(least, threshold / 10);
    }

    /**
     * Whether the signal of {@code comparison} is on its threshold or one step beside it, and {@code condition} would be
     * otherwise were it on the other side, all else being as it is.
     */
    static boolean decides(Condition condition, Comparison comparison, Assessment assessment) {
        Double value = assessment.signals().get(comparison.signal());
        Optional<Boolean> now = condition.test(assessment);
        if (value == null || now.isEmpty()) {
            return false;
        }
        double threshold = comparison.threshold();
        // A hair more than a step: 0.06 is one step from 0.05, whatever binary fractions make of it.
        double step = step(comparison) * (1 + 1e-9);
        if (Math.abs(value - threshold) > step) {
            return false;
        }
        return DoubleStream.of(threshold, threshold - step, threshold + step)
                .mapToObj(other -> condition.test(with(assessment, comparison.signal(), other)))
                .anyMatch(other -> other.isPresent() && !other.equals(now));
    }

    private static Assessment with(Assessment assessment, Signal signal, double value) {
        Map<Signal, Double> signals = new EnumMap<>(assessment.signals());
        signals.put(signal, value);
        return new Assessment(
                assessment.key(),
                assessment.kind(),
                assessment.network(),
                assessment.labels(),
                assessment.at(),
                assessment.outcome(),
                signals);
    }
}
