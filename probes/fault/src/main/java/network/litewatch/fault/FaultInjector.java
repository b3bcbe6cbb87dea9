package network.litewatch.fault;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;

/** Makes one kind of fault at one target. Called by several threads; several faults of a kind may overlap. */
@FunctionalInterface
public interface FaultInjector {

    /** Ends one injected fault. */
    @FunctionalInterface
    interface FaultHandle {
        /** Ends the fault. Called until it returns without an exception, then never again. */
        void undo();
    }

    /**
     * Injects the fault and returns when it is in effect.
     *
     * @param args the fault's arguments: an object, perhaps empty
     * @param lease how long it will last at most, for injectors that want to know; the registry undoes it
     * @throws IllegalArgumentException when the arguments are wrong; the message goes to the caller
     */
    FaultHandle inject(JsonNode args, Duration lease);
}
