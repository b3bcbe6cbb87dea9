package network.litewatch.controlplane.reputation;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableMap;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.index.CanonicalEvents;

/**
 * What a node did of its tasks on the chain, and when, by the events of each task. A step that is late or never came is charged to the
 * node only where another node of the same task took it in time: else it may be the chain, the oracle or the task. Tasks of a single node
 * say nothing. Pure.
 *
 * @param windows within which a step is in time, from the assignment, by step
 */
public record TaskDeadlines(Map<Step, Duration> windows) {
    /** What a node does of a task. */
    public enum Step {
        ACK,
        PRECOMMIT,
        COMMIT;

        /** Lower-case name, as configuration spells it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Tasks of two contracts: what users ask, and what the network asks to see that nodes work. */
    public enum Kind {
        USER(
                "SessionQueueV2",
                "TaskAssigned",
                ImmutableMap.of(
                        Step.ACK, "TaskAcked", Step.PRECOMMIT, "TaskPrecommitted", Step.COMMIT, "TaskCommitted")),
        NETWORK(
                "Cognitive",
                "SessionStarted",
                ImmutableMap.of(Step.PRECOMMIT, "SessionPrecommitted", Step.COMMIT, "SessionCommitted"));

        private final String contract;
        private final String assigned;
        private final ImmutableMap<Step, String> steps;

        Kind(String contract, String assigned, ImmutableMap<Step, String> steps) {
            this.contract = contract;
            this.assigned = assigned;
            this.steps = steps;
        }

        public String contract() {
            return contract;
        }

        /** The event that names the nodes of a task. */
        public String assigned() {
            return assigned;
        }
    }

    /**
     * Counts over tasks.
     *
     * @param kept steps in time
     * @param missed steps that are charged
     * @param precommits of network tasks, taken at any time
     * @param assigned network tasks that some node precommitted
     */
    public record Counts(int kept, int missed, int precommits, int assigned) {
        public static final Counts NONE = new Counts(0, 0, 0, 0);

        public Counts plus(Counts other) {
            return new Counts(
                    kept + other.kept, missed + other.missed, precommits + other.precommits, assigned + other.assigned);
        }
    }

    public TaskDeadlines {
        windows = Map.copyOf(windows);
    }

    /** The longest window. */
    public Duration longest() {
        return windows.values().stream().max(Duration::compareTo).orElse(Duration.ZERO);
    }

    /** Of the node of {@code address}, by all documents of chain events of one task of {@code kind}. */
    public Counts judge(Kind kind, String address, List<JsonNode> events) {
        Map<Step, Map<String, Instant>> taken = new HashMap<>();
        Set<String> nodes = new HashSet<>();
        Instant assignedAt = null;
        for (JsonNode event : CanonicalEvents.of(events)) {
            JsonNode own = event.path("cortensor");
            String name = own.path("event").asText();
            Instant at = Instant.parse(event.path("@timestamp").asText());
            if (name.equals(kind.assigned) && (assignedAt == null || at.isBefore(assignedAt))) {
                assignedAt = at;
            }
            own.path("addresses").forEach(party -> {
                String node = party.asText().toLowerCase(Locale.ROOT);
                if (name.equals(kind.assigned)) {
                    nodes.add(node);
                }
                kind.steps.forEach((step, taking) -> {
                    if (name.equals(taking)) {
                        taken.computeIfAbsent(step, s -> new HashMap<>())
                                .merge(node, at, (one, other) -> one.isBefore(other) ? one : other);
                    }
                });
            });
        }
        String self = address.toLowerCase(Locale.ROOT);
        return assignedAt == null || nodes.size() < 2 || !nodes.contains(self)
                ? Counts.NONE
                : counts(kind, self, nodes, assignedAt, taken);
    }

    private Counts counts(
            Kind kind, String self, Set<String> nodes, Instant assigned, Map<Step, Map<String, Instant>> taken) {
        int kept = 0;
        int missed = 0;
        for (Step step : kind.steps.keySet()) {
            Duration window = windows.get(step);
            if (window == null) {
                continue;
            }
            Instant end = assigned.plus(window);
            Map<String, Instant> by = taken.getOrDefault(step, Map.of());
            Instant own = by.get(self);
            if (own != null && !own.isAfter(end)) {
                kept++;
            } else if (by.entrySet().stream()
                    .anyMatch(other ->
                            nodes.contains(other.getKey()) && !other.getValue().isAfter(end))) {
                missed++;
            }
        }
        Map<String, Instant> precommits = taken.getOrDefault(Step.PRECOMMIT, Map.of());
        boolean any = kind == Kind.NETWORK && !precommits.isEmpty();
        return new Counts(kept, missed, any && precommits.containsKey(self) ? 1 : 0, any ? 1 : 0);
    }

    /** The field that names the task of an event of {@code kind}, and its value; empty for an event that names none. */
    public static Optional<Map<String, String>> task(Kind kind, JsonNode event) {
        JsonNode own = event.path("cortensor");
        if (kind == Kind.NETWORK) {
            return own.has("cognitive_id")
                    ? Optional.of(
                            Map.of("cognitive_id", own.path("cognitive_id").asText()))
                    : Optional.empty();
        }
        return own.has("session_id") && own.has("task_id")
                ? Optional.of(Map.of(
                        "session_id", own.path("session_id").asText(),
                        "task_id", own.path("task_id").asText()))
                : Optional.empty();
    }
}
