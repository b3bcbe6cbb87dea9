package network.litewatch.controlplane.drill;

import java.util.Locale;

/** How a run of a drill ended. */
public enum Verdict {
    /** All that was expected came, in time, was told as it should, and is over. */
    PROVED,
    /** An expected alert did not fire. */
    NOT_FIRED,
    /** It fired after its bound. */
    LATE,
    WRONG_SEVERITY,
    /** It fired, and people were not told, or too often, or without the runbook that says what to do. */
    NOT_TOLD,
    /** Something else fired that must not, or something although nothing was broken. */
    COLLATERAL,
    /** The fault is over, and the alert or the disturbance is not. */
    NOT_RESOLVED,
    /** Somebody or something ended it before its time. */
    ABORTED,
    /** It was not begun: something was wrong before. */
    UNSAFE_START,
    /** Nothing is known: the fault could not be made, or what was made of it not be seen. */
    INCONCLUSIVE,
    /** All but the injection was done. */
    REHEARSED;

    /** Whether it says that an alert does not do what its runbook promises. */
    public boolean isFailure() {
        return switch (this) {
            case NOT_FIRED, LATE, WRONG_SEVERITY, NOT_TOLD, COLLATERAL, NOT_RESOLVED -> true;
            case PROVED, ABORTED, UNSAFE_START, INCONCLUSIVE, REHEARSED -> false;
        };
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
