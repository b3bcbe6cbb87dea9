package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import network.litewatch.probe.Outcome;

/**
 * Why the last {@value #SIZE} slots ended, as far as a ratio asks: one letter a slot, the newest last. Slots that were not
 * asked are left out, but for those in which a target was left alone because it had refused us: were they missing, the
 * better we keep out of its way, the less would be known of its limit.
 *
 * @param runs {@code t} throttled or out of credit, {@code b} left alone after that, {@code p} an answer that is no
 *     protocol, {@code P} one that leaves open whose fault that is, {@code i} inconclusive for another reason, {@code .} all others; a
 *     window of before there was {@code i} has {@code .} in its place
 */
public record ReasonWindow(String runs) implements Detector<Outcome, ReasonWindow> {
    public static final int SIZE = 100;
    static final ReasonWindow EMPTY = new ReasonWindow("");

    private static final String UNKNOWN = "tbPi";

    @Override
    public ReasonWindow step(Outcome outcome) {
        String all = runs + letter(outcome);
        return new ReasonWindow(all.substring(Math.max(0, all.length() - SIZE)));
    }

    /** Share of slots that were refused for a limit or a bill or left alone after it, in [0, 1]; NaN without slots. */
    @JsonIgnore
    double throttled() {
        return (count('t') + count('b')) / (double) runs.length();
    }

    /** Share of runs whose answer broke its protocol or lost its shape, in [0, 1]; NaN without runs. */
    @JsonIgnore
    double malformed() {
        return (count('p') + count('P')) / (double) (runs.length() - count('b'));
    }

    /** How many of the newest slots in a row were neither ok nor failed, in [0, {@value #SIZE}]. */
    @JsonIgnore
    int unknown() {
        int from = runs.length();
        while (from > 0 && UNKNOWN.indexOf(runs.charAt(from - 1)) >= 0) {
            from--;
        }
        return runs.length() - from;
    }

    private long count(char letter) {
        return runs.chars().filter(c -> c == letter).count();
    }

    private static char letter(Outcome outcome) {
        return switch (outcome.reason()) {
            case RATE_LIMITED, BILLING -> 't';
            case BACKING_OFF -> 'b';
            case PROTOCOL_ERROR, SHAPE_CHANGED -> outcome.counts() ? 'p' : 'P';
            default -> outcome.counts() ? '.' : 'i';
        };
    }
}
