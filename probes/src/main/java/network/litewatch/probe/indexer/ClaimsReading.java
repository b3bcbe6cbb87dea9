package network.litewatch.probe.indexer;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;

/** Reads what an indexer claims. Pure; one instance reads one run. */
final class ClaimsReading {
    /** A row that was active later than this by our clock says nothing of when the indexer was last at work. */
    private static final double AHEAD_SECONDS = 600;

    private static final Pattern WHOLE = Pattern.compile("[0-9]{1,15}");
    private static final double MOST = 1e15;

    private final Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
    private final Map<String, String> evidence = new LinkedHashMap<>();
    private final Map<IndexerRoute, Outcome> failures = new EnumMap<>(IndexerRoute.class);
    private final Instant now;
    private final boolean named;
    private int read;

    /**
     * For a run at {@code now}.
     *
     * @param named whether the network file names the routes: then each of them must be there
     */
    ClaimsReading(Instant now, boolean named) {
        this.now = now;
        this.named = named;
    }

    Finding of(Map<IndexerRoute, HttpResult> answers) {
        answers.forEach(this::read);
        Map<Phase, Duration> phases = answers.values().stream()
                .findFirst()
                .map(first -> first.trace().phases())
                .orElse(Map.of());
        return new Finding(outcome(), phases, measurements, evidence);
    }

    /** What the chain has; an RPC that does not say it leaves nothing to compare, and no word on the indexer. */
    void chain(HttpResult answer, double offset) {
        Optional<JsonNode> batch = answer instanceof HttpResponse response && response.isSuccess()
                ? response.json().filter(JsonNode::isArray)
                : Optional.empty();
        if (batch.isEmpty()) {
            evidence.put("chain", "not read");
            return;
        }
        ChainCounts.answer(batch.get(), ChainCounts.SESSIONS)
                .ifPresent(count -> measurements.put(Measurement.INDEXER_CHAIN_SESSIONS, Math.max(0, count - offset)));
        ChainCounts.answer(batch.get(), ChainCounts.NETWORK_TASK)
                .ifPresent(id -> measurements.put(Measurement.INDEXER_CHAIN_NETWORK_TASK, id));
    }

    private void read(IndexerRoute route, HttpResult answer) {
        if (!named && answer instanceof HttpResponse response && response.status() == 404) {
            // Generations of the backend differ in their routes.
            evidence.merge("absent_routes", route.path(), (before, more) -> before + " " + more);
            return;
        }
        Optional<Outcome> refused = answer.refusal(route.path());
        if (refused.isPresent()) {
            failures.put(route, refused.get());
            return;
        }
        Optional<JsonNode> json = ((HttpResponse) answer).json();
        if (json.isEmpty()) {
            failures.put(route, Outcome.failed(Reason.PROTOCOL_ERROR, route.path() + " did not answer JSON"));
            return;
        }
        read++;
        switch (route) {
            case SESSION_COUNT -> count(route, json.get(), Measurement.INDEXER_SESSIONS);
            case SESSION_TASKS_COUNT -> count(route, json.get(), Measurement.INDEXER_TASKS);
            case ACTIVE_NODES_COUNT -> count(route, json.get(), Measurement.INDEXER_ACTIVE_NODES);
            case NETWORK_STATS_TASKS -> networkTasks(json.get());
            case LEADERBOARD -> leaderboard(json.get());
        }
    }

    private void count(IndexerRoute route, JsonNode body, Measurement measurement) {
        OptionalDouble count = only(body, 2);
        if (count.isPresent()) {
            measurements.put(measurement, count.getAsDouble());
        } else {
            shapeChanged(route, "is not one number");
        }
    }

    /** The one number that {@code node} is, or has at most {@code depth} objects down: how it is wrapped is not documented. */
    private static OptionalDouble only(JsonNode node, int depth) {
        if (!node.isObject()) {
            return amount(node);
        }
        if (depth == 0) {
            return OptionalDouble.empty();
        }
        OptionalDouble found = OptionalDouble.empty();
        for (JsonNode value : node) {
            OptionalDouble number = only(value, depth - 1);
            if (number.isPresent() && found.isPresent()) {
                return OptionalDouble.empty();
            }
            found = number.isPresent() ? number : found;
        }
        return found;
    }

    private static OptionalDouble amount(JsonNode node) {
        boolean text = node.isTextual() && WHOLE.matcher(node.textValue()).matches();
        double value = text ? Long.parseLong(node.textValue()) : node.isNumber() ? node.doubleValue() : -1;
        return value >= 0 && value <= MOST ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    // {stats|data: {"<n>": {...}}}: the newest is the one with the greatest number.
    private void networkTasks(JsonNode body) {
        JsonNode tasks = body.path("stats").isObject() ? body.path("stats") : body.path("data");
        if (!tasks.isObject()) {
            shapeChanged(IndexerRoute.NETWORK_STATS_TASKS, "has neither stats nor data");
            return;
        }
        long newest = -1;
        for (Map.Entry<String, JsonNode> task : tasks.properties()) {
            if (WHOLE.matcher(task.getKey()).matches()) {
                newest = Math.max(newest, Long.parseLong(task.getKey()));
            }
        }
        if (newest >= 0) {
            measurements.put(Measurement.INDEXER_NETWORK_TASK, (double) newest);
        } else if (!tasks.isEmpty()) {
            shapeChanged(IndexerRoute.NETWORK_STATS_TASKS, "has no numbered task");
        }
    }

    private void leaderboard(JsonNode body) {
        if (!body.isArray()) {
            shapeChanged(IndexerRoute.LEADERBOARD, "is no array");
            return;
        }
        double latest = now.toEpochMilli() / 1e3 + AHEAD_SECONDS;
        double newest = -1;
        double counted = 0;
        boolean dated = body.isEmpty();
        for (JsonNode row : body) {
            OptionalDouble active = amount(row.path("last_active"));
            dated |= active.isPresent();
            if (active.isPresent() && active.getAsDouble() <= latest) {
                newest = Math.max(newest, active.getAsDouble());
            }
            for (Map.Entry<String, JsonNode> field : row.properties()) {
                boolean counter =
                        field.getKey().endsWith("Counter") || field.getKey().equals("ping_counter");
                counted += counter ? amount(field.getValue()).orElse(0) : 0;
            }
        }
        if (!dated) {
            shapeChanged(IndexerRoute.LEADERBOARD, "has no row with a number last_active");
            return;
        }
        measurements.put(Measurement.INDEXER_NODES, (double) body.size());
        measurements.put(Measurement.INDEXER_NODE_COUNTERS, counted);
        if (newest > 0) {
            measurements.put(Measurement.INDEXER_LAST_ACTIVE, newest);
            measurements.put(Measurement.INDEXER_LAST_ACTIVE_AGE, Math.max(0, now.toEpochMilli() / 1e3 - newest));
        }
    }

    private void shapeChanged(IndexerRoute route, String what) {
        failures.put(route, Outcome.failed(Reason.SHAPE_CHANGED, route.path() + " " + what));
    }

    private Outcome outcome() {
        if (!failures.isEmpty()) {
            evidence.put(
                    "failing_route",
                    failures.keySet().stream().map(IndexerRoute::path).collect(Collectors.joining(" ")));
            return failures.values().iterator().next();
        }
        return read > 0
                ? Outcome.ok()
                : Outcome.failed(Reason.HTTP_STATUS, "none of the routes that are documented is there");
    }
}
