package network.litewatch.probe.router;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.UntrustedText;

/**
 * Reads what a router answered. Pure; one instance reads one run.
 *
 * <p>A router to which no miner is connected cannot compute its node statistics and fails {@code /info} and
 * {@code /status} with the text of a Python KeyError, at whatever HTTP status. That, and {@code connected_miners} of 0,
 * is {@link Reason#NO_MINERS}.
 */
final class RouterReading {
    private static final Pattern NO_MINERS_ERROR =
            Pattern.compile("Failed to get router (information|status): '(total|total_count)'");

    private static final Pattern PATH_ID = Pattern.compile("[0-9A-Za-z_-]{1,80}");

    private final Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
    private final Map<String, String> evidence = new LinkedHashMap<>();
    private final Map<RouterRoute, Outcome> failures = new EnumMap<>(RouterRoute.class);
    private boolean noMinersError;

    private RouterReading() {}

    /** The finding when ping did not answer 2xx: the router is down, or does not let us in. */
    static Finding pingFailed(HttpResult ping) {
        Outcome outcome = ping.refusal(RouterRoute.PING.path()).orElseThrow();
        return new Finding(outcome, ping.trace().phases(), Map.of(), Map.of("failing_route", RouterRoute.PING.path()));
    }

    /** The finding when ping did; {@code answers} has what else was asked. */
    static Finding of(HttpResult ping, Map<RouterRoute, HttpResult> answers) {
        RouterReading reading = new RouterReading();
        new EnumMap<>(answers).forEach(reading::read);
        return new Finding(reading.outcome(), ping.trace().phases(), reading.measurements, reading.evidence);
    }

    private void read(RouterRoute route, HttpResult answer) {
        if (answer instanceof HttpResponse response && saysNoMiners(response)) {
            noMinersError = true;
            return;
        }
        if (tellsNothingOfTheRouter(route, answer)) {
            evidence.merge("unread_routes", route.path(), (before, more) -> before + " " + more);
            return;
        }
        Optional<Outcome> refused = answer.refusal(route.path());
        if (refused.isPresent()) {
            failures.put(route, refused.get());
            return;
        }
        if (route == RouterRoute.X402_PING) {
            evidence.put("x402_ping", "ok");
            return;
        }
        Optional<JsonNode> json = ((HttpResponse) answer).json();
        if (json.isEmpty()) {
            failures.put(route, Outcome.failed(Reason.PROTOCOL_ERROR, route.path() + " did not answer JSON"));
            return;
        }
        switch (route) {
            case STATUS -> status(json.get());
            case INFO -> info(json.get());
            case MINERS -> miners(json.get());
            case SESSIONS -> need(route, json.get(), "count", Measurement.ROUTER_SESSIONS);
            case ABOUT -> object(route, json.get());
            case SESSION -> session(json.get());
            case TASKS -> tasks(json.get());
            case TASK -> task(json.get());
            case AGENT_JSON -> agent(json.get());
            case X402_PING -> throw new IllegalArgumentException("its body is not documented");
            case PING -> throw new IllegalArgumentException("ping is judged before the rest is asked");
        }
    }

    private void status(JsonNode body) {
        need(RouterRoute.STATUS, body, "connected_miners", Measurement.ROUTER_CONNECTED_MINERS);
        need(RouterRoute.STATUS, body, "active_sessions", Measurement.ROUTER_ACTIVE_SESSIONS);
        amount(body.path("uptime")).ifPresent(uptime -> measurements.put(Measurement.ROUTER_UPTIME, uptime));
    }

    private void info(JsonNode body) {
        if (object(RouterRoute.INFO, body) && body.path("version").isValueNode()) {
            evidence.put("version", UntrustedText.clean(body.path("version").asText(), 60));
        }
    }

    private void miners(JsonNode body) {
        if (body.path("nodes").isContainerNode()) {
            measurements.put(
                    Measurement.ROUTER_MINERS, (double) body.path("nodes").size());
        } else {
            shapeChanged(RouterRoute.MINERS, "has no nodes");
        }
    }

    private boolean object(RouterRoute route, JsonNode body) {
        if (!body.isObject()) {
            shapeChanged(route, "is no object");
        }
        return body.isObject();
    }

    // Plain or wrapped; the id under any of the names that clients have met.
    private void session(JsonNode body) {
        JsonNode session = body.path("session").isObject() ? body.path("session") : body;
        if (!session.hasNonNull("id") && !session.hasNonNull("session_id") && !session.hasNonNull("sessionId")) {
            shapeChanged(RouterRoute.SESSION, "has no id");
        }
    }

    // A bare array or {tasks: [...]}: clients have met both.
    private void tasks(JsonNode body) {
        JsonNode tasks = body.isArray() ? body : body.path("tasks");
        if (!tasks.isArray()) {
            shapeChanged(RouterRoute.TASKS, "has no tasks");
            return;
        }
        for (JsonNode task : tasks) {
            if (taskId(task).isMissingNode()) {
                shapeChanged(RouterRoute.TASKS, "has a task without task_id");
                return;
            }
        }
        measurements.put(Measurement.ROUTER_TASKS, (double) tasks.size());
    }

    // What clients take for the end of a task: a status of 4, or finished_at. One of the two must be there to be read.
    private void task(JsonNode body) {
        JsonNode task = body.path("task").isObject() ? body.path("task") : body;
        if (!task.path("status").isIntegralNumber() && !task.has("finished_at")) {
            shapeChanged(RouterRoute.TASK, "has neither a number status nor finished_at");
        }
    }

    private static JsonNode taskId(JsonNode task) {
        for (String name : List.of("task_id", "taskId", "id")) {
            if (task.hasNonNull(name)) {
                return task.path(name);
            }
        }
        return MissingNode.getInstance();
    }

    /** The task to ask about: the last that is listed, which is the newest on real routers; empty when there is none. */
    static Optional<String> lastTask(Map<RouterRoute, HttpResult> answers) {
        if (!(answers.get(RouterRoute.TASKS) instanceof HttpResponse response) || !response.isSuccess()) {
            return Optional.empty();
        }
        return response.json()
                .map(json -> json.isArray() ? json : json.path("tasks"))
                .map(tasks -> taskId(tasks.path(tasks.size() - 1)).asText(""))
                .filter(id -> PATH_ID.matcher(id).matches());
    }

    private void agent(JsonNode body) {
        if (!body.path("name").isTextual()) {
            shapeChanged(RouterRoute.AGENT_JSON, "has no name");
        } else {
            evidence.put("agent", UntrustedText.clean(body.path("name").asText(), 60));
        }
    }

    /** The session to ask about: the first that the router lists; empty when it lists none that can stand in a path. */
    static Optional<String> firstSession(Map<RouterRoute, HttpResult> answers) {
        if (!(answers.get(RouterRoute.SESSIONS) instanceof HttpResponse response) || !response.isSuccess()) {
            return Optional.empty();
        }
        return response.json()
                .map(json -> json.path("sessions").path(0).path("id").asText(""))
                .filter(id -> PATH_ID.matcher(id).matches());
    }

    /**
     * What is read of one session comes from the chain and may be long or gone by now: without it the router is no worse. Nor is an
     * older one without about.
     */
    private static boolean tellsNothingOfTheRouter(RouterRoute route, HttpResult answer) {
        boolean answered = answer instanceof HttpResponse response && response.isSuccess();
        boolean missing = answer instanceof HttpResponse response && response.status() == 404;
        return ((RouterRoute.OF_A_SESSION.contains(route) || RouterRoute.OF_A_TASK.contains(route)) && !answered)
                || (route == RouterRoute.ABOUT && missing);
    }

    private void need(RouterRoute route, JsonNode body, String field, Measurement measurement) {
        OptionalDouble value = amount(body.path(field));
        if (value.isPresent()) {
            measurements.put(measurement, value.getAsDouble());
        } else {
            shapeChanged(route, "has no number " + field);
        }
    }

    private static OptionalDouble amount(JsonNode node) {
        boolean usable = node.isNumber() && node.doubleValue() >= 0 && Double.isFinite(node.doubleValue());
        return usable ? OptionalDouble.of(node.doubleValue()) : OptionalDouble.empty();
    }

    private void shapeChanged(RouterRoute route, String what) {
        failures.putIfAbsent(route, Outcome.failed(Reason.SHAPE_CHANGED, route.path() + " " + what));
    }

    private Outcome outcome() {
        if (!failures.isEmpty()) {
            evidence.put(
                    "failing_route",
                    failures.keySet().stream().map(RouterRoute::path).collect(Collectors.joining(" ")));
            return failures.values().iterator().next();
        }
        double connected = measurements.getOrDefault(Measurement.ROUTER_CONNECTED_MINERS, Double.NaN);
        if (connected == 0) {
            return Outcome.okBut(Reason.NO_MINERS, "connected_miners is 0");
        }
        // A miner that connects between two answers makes them differ; the count is the better witness.
        return noMinersError && Double.isNaN(connected)
                ? Outcome.okBut(Reason.NO_MINERS, "the router cannot compute its node statistics")
                : Outcome.ok();
    }

    /** Whether the answer is the error of a router that has no miners. */
    static boolean saysNoMiners(HttpResponse response) {
        return NO_MINERS_ERROR.matcher(response.text()).find();
    }
}
