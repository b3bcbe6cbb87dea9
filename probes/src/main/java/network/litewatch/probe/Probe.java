package network.litewatch.probe;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;

/**
 * Asks one target one question.
 *
 * <p>Thread-safe and non-blocking: {@link #run} returns at once. The future completes within {@code timeout} plus a
 * small allowance, and never exceptionally for anything that the target did: a failed run is data.
 */
public interface Probe {
    ProbeId id();

    /** The kind of target that this question can be put to. */
    TargetKind kind();

    /** Whether this question is put to {@code target}: to every target of the kind, unless the probe is choosier. */
    default boolean suits(Target target) {
        return target.kind() == kind();
    }

    /**
     * Whether {@code slot} is used at all: every slot, unless the probe draws. Asked once for each slot, on the schedule's thread:
     * quick, and without blocking. A slot that is not used leaves no observation.
     */
    default boolean isDue(Target target, Instant slot) {
        return true;
    }

    /** Asks once; {@code timeout} is the total deadline, connect to last byte, and positive. */
    CompletableFuture<Finding> run(Target target, Duration timeout);
}
