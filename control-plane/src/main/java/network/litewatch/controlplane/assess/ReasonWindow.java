package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import network.litewatch.probe.Outcome;

/**
 * Why the last {@value #SIZE} runs ended, as far as a ratio asks: one letter a run, the newest last.
 *
 * @param runs {@code t} throttled or out of credit, {@code p} an answer that is no protocol, {@code .} all others
 */
public record ReasonWindow(String runs) implements Detector<Outcome, ReasonWindow> {
    public static final int SIZE = 100;
    static final ReasonWindow EMPTY = new ReasonWindow("");

    @Override
    public ReasonWindow step(Outcome outcome) {
        String all = runs + letter(outcome);
        return new ReasonWindow(all.substring(Math.max(0, all.length() - SIZE)));
    }

    /** Share of runs that were refused for a limit or a bill, in [0, 1]; NaN without runs. */
    @JsonIgnore
    double throttled() {
        return share('t');
    }

    /** Share of runs whose answer broke its protocol or lost its shape, in [0, 1]; NaN without runs. */
    @JsonIgnore
    double malformed() {
        return share('p');
    }

    private double share(char letter) {
        return runs.chars().filter(c -> c == letter).count() / (double) runs.length();
    }

    private static char letter(Outcome outcome) {
        return switch (outcome.reason()) {
            case RATE_LIMITED, BILLING -> 't';
            case PROTOCOL_ERROR, SHAPE_CHANGED -> 'p';
            default -> '.';
        };
    }
}
