package network.litewatch.controlplane.slo;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Signal;

/**
 * What a run that is ok must show besides, to be good.
 *
 * @param value in the unit of {@code signal}
 */
public record Limit(Signal signal, Op op, double value) {
    /** How the signal compares with the value, as OpenSLO spells it. */
    public enum Op {
        LTE,
        LT,
        GTE,
        GT;

        /** Lower-case name, as it stands in files. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** The operator that files spell {@code text}; {@link IllegalArgumentException} says which there are. */
        public static Op parse(String text) {
            return Arrays.stream(values())
                    .filter(op -> op.label().equals(text))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("must be lte, lt, gte or gt: \"" + text + "\""));
        }

        boolean holds(double left, double right) {
            return switch (this) {
                case LTE -> left <= right;
                case LT -> left < right;
                case GTE -> left >= right;
                case GT -> left > right;
            };
        }
    }

    /** Whether {@code run} keeps within the limit; empty where its signal is not known. */
    Optional<Boolean> kept(Assessment run) {
        return Optional.ofNullable(run.signals().get(signal)).map(seen -> op.holds(seen, value));
    }

    @Override
    public String toString() {
        return signal.signalName() + " " + op.label() + " " + value;
    }
}
