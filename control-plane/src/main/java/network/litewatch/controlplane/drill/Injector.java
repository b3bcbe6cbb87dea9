package network.litewatch.controlplane.drill;

import java.time.Instant;
import java.util.Optional;

/**
 * Something that makes faults and keeps their leases: what it made ends with its lease, whatever became of us. Never throws for
 * anything the other side does.
 */
public interface Injector {
    /** Why {@code fault} cannot be made now; empty when it can. */
    Optional<String> refusal(Drill.Fault fault);

    /** Makes {@code fault}. */
    Answer inject(Drill.Fault fault);

    /**
     * Ends {@code fault} now.
     *
     * @param handle what {@link Made} said; empty ends every fault of that type at that place
     * @return why that cannot be said to be done; empty when the fault is over
     */
    Optional<String> undo(Drill.Fault fault, Optional<String> handle);

    /** What came of asking for a fault. */
    sealed interface Answer {}

    /** It is in effect, and ends at {@code ends} at the latest. */
    record Made(String handle, Instant ends) implements Answer {}

    /** It is not; or, where that is not {@code certain}, may be. */
    record NotMade(String reason, boolean certain) implements Answer {}
}
