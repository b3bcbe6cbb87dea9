package network.litewatch.controlplane.drill.files;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.Drill.AlertName;
import network.litewatch.controlplane.drill.Drill.Expectation;
import network.litewatch.controlplane.drill.Drill.Fault;
import network.litewatch.controlplane.drill.Drill.Limits;
import network.litewatch.controlplane.drill.Drill.Schedule;
import network.litewatch.controlplane.drill.Drill.Steady;
import network.litewatch.controlplane.drill.Drill.Targets;
import network.litewatch.controlplane.drill.Drill.Tier;
import network.litewatch.controlplane.drill.Drill.Tolerance;
import network.litewatch.controlplane.drill.Window;

/** A drill out of JSON that the schema has passed. */
final class DrillReading {
    private static final Duration HOLD = Duration.ofSeconds(10);
    private static final Duration TIMEOUT = Duration.ofMinutes(2);
    private static final Duration OFTEN = Duration.ofMinutes(1);

    private final JsonNode given;
    private final BiConsumer<String, String> problem;

    private DrillReading(JsonNode given, BiConsumer<String, String> problem) {
        this.given = given;
        this.problem = problem;
    }

    /** The drill of {@code runbook}; {@code problem} hears the pointer and what is wrong of each flaw that is left. */
    static Drill drill(String runbook, JsonNode given, BiConsumer<String, String> problem) {
        return new DrillReading(given, problem).read(runbook);
    }

    private Drill read(String runbook) {
        if (given.path("tier").asText().equals("production")) {
            production();
        }
        return new Drill(
                given.path("id").asText(),
                runbook,
                new AlertName(given.at("/proves/alert").asText(), labels(given.at("/proves/labels"))),
                Tier.valueOf(given.path("tier").asText().toUpperCase(Locale.ROOT)),
                text(given.path("domain")),
                targets(given.path("targets")),
                steady("/steady_state/before"),
                steady("/steady_state/after"),
                fault("/fault"),
                besides(),
                expects(),
                texts(given.path("forbid")),
                texts(given.path("allow")),
                new Limits(text(given.at("/abort/other_alert")), duration("/abort/max_runtime", TIMEOUT)),
                schedule());
    }

    /** What breaks something that people live by ends when anything else goes wrong, and begins when two of them are there. */
    private void production() {
        if (given.at("/abort/other_alert").isMissingNode()) {
            problem.accept(
                    "/abort",
                    "of a drill of tier production needs other_alert: what is so severe that it ends the drill");
        }
        if (given.has("schedule")) {
            problem.accept("/schedule", "no clock begins a drill of tier production: two people do; take it out");
        }
    }

    private Targets targets(JsonNode node) {
        Map<String, String> selector = new LinkedHashMap<>();
        for (String part : node.path("selector").asText().split(",", -1)) {
            int equals = part.indexOf('=');
            selector.put(part.substring(0, equals), part.substring(equals + 1));
        }
        if (!selector.containsKey("network")) {
            problem.accept("/targets/selector", "must name the network, as network=lab,target=lab-rpc-b");
        }
        return new Targets(
                selector,
                node.path("value").asInt(1),
                texts(node.path("reach")),
                node.path("alone").asBoolean());
    }

    private Steady steady(String at) {
        List<Tolerance> probes = new ArrayList<>();
        for (JsonNode probe : given.at(at + "/probes")) {
            double low = probe.at("/tolerance/range/0").asDouble();
            double high = probe.at("/tolerance/range/1").asDouble();
            if (low > high) {
                problem.accept(at + "/probes", "a range is [lowest, highest]: " + probe.at("/tolerance/range"));
            }
            probes.add(new Tolerance(probe.path("signal").asText(), text(probe.path("target")), low, high));
        }
        return new Steady(duration(at + "/hold", HOLD), duration(at + "/timeout", TIMEOUT), probes);
    }

    private List<Fault> besides() {
        List<Fault> besides = new ArrayList<>();
        for (int i = 0; i < given.path("besides").size(); i++) {
            besides.add(fault("/besides/" + i));
        }
        return besides;
    }

    private Fault fault(String at) {
        JsonNode node = given.at(at);
        Map<String, Object> args = new LinkedHashMap<>();
        node.path("args").properties().forEach(entry -> {
            args.put(entry.getKey(), argument(entry.getValue()));
        });
        return new Fault(node.path("type").asText(), node.path("at").asText(), args, duration(at + "/lease", TIMEOUT));
    }

    private static Object argument(JsonNode value) {
        if (value.isIntegralNumber()) {
            return value.asLong();
        }
        return value.isNumber() ? (Object) value.asDouble() : value.asText();
    }

    private List<Expectation> expects() {
        List<Expectation> expects = new ArrayList<>();
        AlertName proves = new AlertName(given.at("/proves/alert").asText(), labels(given.at("/proves/labels")));
        for (int i = 0; i < given.path("expect").size(); i++) {
            JsonNode one = given.path("expect").get(i);
            String alert = one.path("alert").asText();
            Map<String, String> labels = new LinkedHashMap<>(labels(one.path("labels")));
            if (alert.equals(proves.alert())) {
                labels.putAll(proves.labels());
            }
            Set<String> links = texts(one.at("/notify/links"));
            expects.add(new Expectation(
                    new AlertName(alert, labels),
                    one.path("severity").asText(),
                    duration("/expect/" + i + "/fires_within", TIMEOUT),
                    duration("/expect/" + i + "/resolves_within", TIMEOUT),
                    one.at("/notify/messages_max").asInt(1),
                    one.at("/notify/links").isMissingNode() || links.contains("runbook")));
        }
        return expects;
    }

    private Optional<Schedule> schedule() {
        JsonNode node = given.path("schedule");
        text(node.path("window")).ifPresent(this::window);
        if (node.isMissingNode()) {
            return Optional.empty();
        }
        Duration every = duration("/schedule/every", TIMEOUT);
        if (every.compareTo(OFTEN) < 0) {
            problem.accept("/schedule/every", "must be at least 1m: schedules are looked at once a minute");
        }
        return Optional.of(new Schedule(every, text(node.path("window")), texts(node.path("skip_if"))));
    }

    private void window(String text) {
        try {
            var unused = Window.parse(text);
        } catch (IllegalArgumentException e) {
            problem.accept("/schedule/window", String.valueOf(e.getMessage()));
        }
    }

    private Duration duration(String at, Duration otherwise) {
        JsonNode node = given.at(at);
        try {
            return node.isMissingNode() ? otherwise : Durations.parse(node.asText());
        } catch (IllegalArgumentException e) {
            problem.accept(at, String.valueOf(e.getMessage()));
            return otherwise;
        }
    }

    private static Optional<String> text(JsonNode node) {
        return node.isTextual() ? Optional.of(node.asText()) : Optional.empty();
    }

    private static Set<String> texts(JsonNode node) {
        Set<String> texts = new HashSet<>();
        node.forEach(item -> texts.add(item.asText()));
        return texts;
    }

    private static Map<String, String> labels(JsonNode node) {
        Map<String, String> labels = new LinkedHashMap<>();
        node.properties()
                .forEach(entry -> labels.put(entry.getKey(), entry.getValue().asText()));
        return labels;
    }
}
