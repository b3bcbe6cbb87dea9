package network.litewatch.probe;

import java.time.Duration;
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

    /** Asks once; {@code timeout} is the total deadline, connect to last byte, and positive. */
    CompletableFuture<Finding> run(Target target, Duration timeout);
}
