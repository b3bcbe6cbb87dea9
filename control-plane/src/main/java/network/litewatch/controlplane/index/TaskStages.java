package network.litewatch.controlplane.index;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Where the time of one user task went, by the chain's own stamps: the times of the blocks that recorded each step, so right to a block's
 * time and no further. Pure.
 *
 * @param queued when it was queued; null when that was not read
 * @param assigned when miners were assigned; null where the contract has no such event, or it was not read
 * @param ended when it ended; null while it has not
 * @param miners what each of its miners did, by address
 */
public record TaskStages(
        @Nullable Instant queued,
        @Nullable Instant assigned,
        @Nullable Instant ended,
        Map<String, Steps> miners) {
    /** What one miner did of the task, and when; null is not, or not read. */
    public record Steps(
            @Nullable Instant acked,
            @Nullable Instant precommitted,
            @Nullable Instant committed) {
        static final Steps NONE = new Steps(null, null, null);

        Steps with(String event, Instant at) {
            return switch (event) {
                case "TaskAcked" -> new Steps(earlier(acked, at), precommitted, committed);
                case "TaskPrecommitted" -> new Steps(acked, earlier(precommitted, at), committed);
                case "TaskCommitted" -> new Steps(acked, precommitted, earlier(committed, at));
                default -> this;
            };
        }
    }

    public TaskStages {
        miners = Map.copyOf(miners);
    }

    /** Out of all events of one task, in any order; empty when none of them is on the chain. */
    public static Optional<TaskStages> of(List<JsonNode> events) {
        List<JsonNode> canonical = CanonicalEvents.of(events);
        Instant queued = null;
        Instant assigned = null;
        Instant ended = null;
        Map<String, Steps> miners = new TreeMap<>();
        for (JsonNode event : canonical) {
            JsonNode own = event.path("cortensor");
            String name = own.path("event").asText();
            Instant at = Instant.parse(event.path("@timestamp").asText());
            switch (name) {
                case "TaskQueued" -> queued = earlier(queued, at);
                case "TaskAssigned" -> assigned = earlier(assigned, at);
                case "TaskEnded" -> ended = earlier(ended, at);
                case "TaskAcked", "TaskPrecommitted", "TaskCommitted" ->
                    own.path("addresses")
                            .forEach(miner -> miners.compute(
                                    miner.asText().toLowerCase(Locale.ROOT),
                                    (address, before) -> (before == null ? Steps.NONE : before).with(name, at)));
                default -> {
                    // Says nothing of when whose step was.
                }
            }
        }
        return canonical.isEmpty() ? Optional.empty() : Optional.of(new TaskStages(queued, assigned, ended, miners));
    }

    /** Seconds from one stamp to another, never below 0; empty when one is missing. */
    public static OptionalDouble seconds(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.max(0, Duration.between(from, to).toMillis() / 1e3));
    }

    private static Instant earlier(@Nullable Instant one, Instant other) {
        return one != null && one.isBefore(other) ? one : other;
    }
}
