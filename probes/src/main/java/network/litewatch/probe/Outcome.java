package network.litewatch.probe;

import java.util.Locale;
import java.util.Objects;

/**
 * How a run ended, and why.
 *
 * @param detail free text for people, at most {@value #MAX_DETAIL} characters, without secrets; empty when there is
 *     nothing to add
 */
public record Outcome(Kind kind, Reason reason, String detail) {
    public static final int MAX_DETAIL = 500;

    private static final Outcome OK = new Outcome(Kind.OK, Reason.NONE, "");

    public Outcome {
        Objects.requireNonNull(kind, "kind");
        Objects.requireNonNull(reason, "reason");
        if ((kind == Kind.OK) != (reason == Reason.NONE) && reason != Reason.NO_MINERS) {
            throw new IllegalArgumentException(kind + " does not go with reason " + reason);
        }
        // PostgreSQL's jsonb refuses U+0000, and one refused text would hold up a whole batch.
        detail = detail.replace((char) 0, ' ');
        detail = detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL - 1) + "…";
    }

    /** The four ways a run can end. Only {@link #OK} and {@link #FAILED} count towards a ratio. */
    public enum Kind {
        OK,
        FAILED,
        /** Asked, but nothing can be concluded about the target. */
        INCONCLUSIVE,
        /** Never asked: ours to explain, never the target's failure. */
        NOT_RUN;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Outcome ok() {
        return OK;
    }

    /** Ok, in a state worth naming; {@code reason} is {@link Reason#NO_MINERS}, the only such state. */
    public static Outcome okBut(Reason reason, String detail) {
        return new Outcome(Kind.OK, reason, detail);
    }

    public static Outcome failed(Reason reason, String detail) {
        return new Outcome(Kind.FAILED, reason, detail);
    }

    public static Outcome inconclusive(Reason reason, String detail) {
        return new Outcome(Kind.INCONCLUSIVE, reason, detail);
    }

    public static Outcome notRun(Reason reason, String detail) {
        return new Outcome(Kind.NOT_RUN, reason, detail);
    }

    /** Whether the run counts towards a success ratio. */
    public boolean counts() {
        return kind == Kind.OK || kind == Kind.FAILED;
    }

    public boolean isOk() {
        return kind == Kind.OK;
    }
}
