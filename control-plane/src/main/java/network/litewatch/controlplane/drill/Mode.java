package network.litewatch.controlplane.drill;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What is done of a drill, and what has to come of that. */
public enum Mode {
    /** The drill itself: it must be proved. */
    FAULT,
    /** Nothing is broken: nothing may fire. */
    NULL,
    /** Everything but the injection. */
    ACTIONLESS,
    /** The fault does nothing: the drill must fail. */
    FAULT_EMPTY,
    /** The rule of each expected alert is out of force: the drill must fail. */
    RULE_OFF,
    /** Its thresholds are ten times as far away: the drill must fail. */
    THRESHOLD_TEN_TIMES,
    /** Nothing is sent: the drill must fail. */
    ROUTE_REMOVED,
    /** Its runbook is another one: the drill must fail. */
    RUNBOOK_BROKEN;

    /** What breaks our own watching, to see whether the drill notices. */
    public static final Set<Mode> MUTANTS =
            Set.copyOf(EnumSet.of(RULE_OFF, THRESHOLD_TEN_TIMES, ROUTE_REMOVED, RUNBOOK_BROKEN, FAULT_EMPTY));

    /** Whether the injector is asked. */
    boolean injects() {
        return this != NULL && this != ACTIONLESS && this != FAULT_EMPTY;
    }

    /** Whether no expected alert may fire in time. */
    boolean wantsSilence() {
        return this == NULL || this == RULE_OFF || this == THRESHOLD_TEN_TIMES || this == FAULT_EMPTY;
    }

    /** Whether two runs that touch the same may go on at once: nothing is broken by either. */
    public boolean mayGoBeside(Mode other) {
        return !injects() && !other.injects();
    }

    /** Whether {@code verdict} is what this mode has to come to. A mutant that was not tried proves nothing. */
    public boolean isPassedBy(Verdict verdict) {
        return switch (this) {
            case FAULT -> verdict == Verdict.PROVED;
            case NULL -> verdict == Verdict.NOT_FIRED;
            case ACTIONLESS -> verdict == Verdict.REHEARSED;
            case RULE_OFF, THRESHOLD_TEN_TIMES, FAULT_EMPTY -> verdict == Verdict.NOT_FIRED || verdict == Verdict.LATE;
            case ROUTE_REMOVED, RUNBOOK_BROKEN -> verdict == Verdict.NOT_TOLD;
        };
    }

    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The mode of that label. */
    public static Optional<Mode> named(String label) {
        for (Mode mode : values()) {
            if (mode.label().equals(label)) {
                return Optional.of(mode);
            }
        }
        return Optional.empty();
    }
}
