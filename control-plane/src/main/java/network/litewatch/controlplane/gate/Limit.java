package network.litewatch.controlplane.gate;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * A promise that a run of the gate keeps or breaks.
 *
 * @param id unique in its plan
 * @param quantile of what it is; empty where the measure has none
 * @param stages of the load whose requests count; empty where the measure has none
 * @param error which errors count; empty for all of them
 * @param drill whose time it is
 * @param bound in the measure's unit, part of what is allowed
 * @param isMost whether {@code bound} is the most that is allowed, else the least
 */
public record Limit(
        String id,
        Measure measure,
        OptionalDouble quantile,
        Set<String> stages,
        Optional<ErrorClass> error,
        Optional<String> drill,
        double bound,
        boolean isMost) {
    public Limit {
        stages = Set.copyOf(stages);
    }

    /** What is measured, in words. */
    public String what() {
        StringBuilder what = new StringBuilder(measure.label());
        quantile.ifPresent(q -> what.append(String.format(Locale.ROOT, " p%.0f", q * 100)));
        error.ifPresent(one -> what.append(' ').append(one.label()));
        drill.ifPresent(one -> what.append(' ').append(one));
        if (!stages.isEmpty()) {
            what.append(" in ")
                    .append(String.join(", ", stages.stream().sorted().toList()));
        }
        return what.toString();
    }

    /** Whether {@code measured} keeps it, by all of its interval: a value on the right side with an end on the wrong one says nothing. */
    public LimitResult judge(Measured measured) {
        if (measured.samples() == 0) {
            return new LimitResult(this, measured, LimitResult.Verdict.INCONCLUSIVE, measured.method());
        }
        double good = isMost ? measured.high() : measured.low();
        double bad = isMost ? measured.low() : measured.high();
        if (isMost ? good <= bound : good >= bound) {
            return new LimitResult(this, measured, LimitResult.Verdict.PASSED, "");
        }
        if (isMost ? bad > bound : bad < bound) {
            return new LimitResult(this, measured, LimitResult.Verdict.FAILED, "");
        }
        String why = Double.isInfinite(good)
                ? "too few samples, " + measured.samples() + ", or too many without an answer, to say where it ends"
                : "the interval is on both sides of the limit";
        return new LimitResult(this, measured, LimitResult.Verdict.INCONCLUSIVE, why);
    }
}
