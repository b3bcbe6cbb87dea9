package network.litewatch.probe.chain;

import java.io.Serial;
import java.util.OptionalLong;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;

/**
 * An RPC did not give what it was asked for. Checked, because whoever asks has another RPC to try; no stack, because it says
 * nothing about our code.
 */
public final class ChainRefusal extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Outcome outcome;
    private final boolean range;
    private final long suggested;

    private ChainRefusal(Outcome outcome, boolean range, long suggested) {
        super(outcome.reason().label() + ": " + outcome.detail(), null, false, false);
        this.outcome = outcome;
        this.range = range;
        this.suggested = suggested;
    }

    static ChainRefusal of(Outcome outcome) {
        return new ChainRefusal(outcome, false, 0);
    }

    static ChainRefusal failed(Reason reason, String detail) {
        return of(Outcome.failed(reason, detail));
    }

    /** The chain moved while it was read, or its RPC has several minds; in both cases the next run sees it whole. */
    public static ChainRefusal torn(String detail) {
        return of(Outcome.inconclusive(Reason.PATH_UNHEALTHY, detail));
    }

    /** The range was too wide; {@code suggested} is the width that the RPC says it would take. */
    static ChainRefusal range(Outcome outcome, OptionalLong suggested) {
        return new ChainRefusal(outcome, true, suggested.orElse(0));
    }

    /** What this run means, were it all that was tried. */
    public Outcome outcome() {
        return outcome;
    }

    /** Whether a narrower range may do. */
    boolean isRange() {
        return range;
    }

    OptionalLong suggested() {
        return suggested > 0 ? OptionalLong.of(suggested) : OptionalLong.empty();
    }
}
