package network.litewatch.controlplane.alert;

import network.litewatch.controlplane.assess.Signal;

/**
 * One comparison of a rule's expression, {@code signal operator threshold}, taken out of it so that a message can show
 * the value against its threshold without anybody writing the threshold twice.
 *
 * @param operator {@code >}, {@code >=}, {@code <}, {@code <=}, {@code ==} or {@code !=}
 */
public record Comparison(Signal signal, String operator, double threshold) {
    /** {@code rpc_head_lag_seconds 23.4 s > 10 s}, or {@code rpc_head_lag_seconds 0.40 s, not > 10 s}. */
    public String describe(double value) {
        return signal.signalName() + " " + signal.formatBeside(value, threshold) + (holds(value) ? " " : ", not ")
                + operator + " " + signal.format(threshold);
    }

    /** Whether {@code value} is on the breaching side of the threshold. */
    boolean holds(double value) {
        return switch (operator) {
            case ">" -> value > threshold;
            case ">=" -> value >= threshold;
            case "<" -> value < threshold;
            case "<=" -> value <= threshold;
            case "==" -> value == threshold;
            default -> value != threshold;
        };
    }
}
