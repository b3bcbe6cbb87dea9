package network.litewatch.controlplane.gate;

import java.time.Instant;
import java.util.Optional;

/**
 * What became of one request of the load.
 *
 * @param round requests of a stage and a round had one prompt, each for another session
 * @param slot when it was meant to be sent; all times count from it
 * @param ttftSeconds to the first token; infinite without one
 * @param totalSeconds to the end of a whole answer; infinite without one
 * @param tokensPerSecond from the first token to the last; 0 without two of them
 * @param text hash of the answer; empty without a whole one
 * @param task its id on the chain; empty where nobody said
 */
public record Answer(
        String stage,
        long session,
        int round,
        Instant slot,
        double ttftSeconds,
        double totalSeconds,
        double tokensPerSecond,
        Optional<ErrorClass> error,
        String text,
        Optional<String> task) {}
