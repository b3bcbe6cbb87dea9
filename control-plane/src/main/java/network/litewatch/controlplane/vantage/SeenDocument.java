package network.litewatch.controlplane.vantage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.Vantage;

/**
 * One observation on the wire. It carries what was seen and when; what the target is (network, kind, labels) the control plane takes
 * from its own files, and who saw it from the token.
 */
public final class SeenDocument {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, Reason> REASONS = byName(Reason.values(), Reason::label);
    private static final Map<String, Outcome.Kind> KINDS = byName(Outcome.Kind.values(), Outcome.Kind::label);
    private static final Map<String, Phase> PHASES = byName(Phase.values(), Phase::label);
    private static final Map<String, Measurement> MEASUREMENTS = byName(Measurement.values(), Measurement::field);
    private static final Pattern EVIDENCE = Pattern.compile("[a-z0-9_.]{1,64}");
    private static final int MAX_EVIDENCE = 40;
    private static final int MAX_EVIDENCE_TEXT = 2_000;
    private static final long LONGEST_RUN = Duration.ofHours(1).toNanos();

    private SeenDocument() {}

    /** What an observation is of: what its text says before anything else of it is believed. */
    public record Subject(ProbeId probe, TargetId target) {}

    /** One line of JSON. */
    public static String write(Observation o) {
        ObjectNode root = JSON.createObjectNode()
                .put("probe", o.probe().value())
                .put("target", o.target().value())
                .put("slot", o.slot().toString())
                .put("startedAt", o.startedAt().toString())
                .put("elapsedNanos", o.elapsed().toNanos())
                .put("outcome", o.outcome().kind().label())
                .put("reason", o.outcome().reason().label())
                .put("detail", o.outcome().detail());
        ObjectNode phases = root.putObject("phases");
        o.finding().phases().forEach((phase, length) -> phases.put(phase.label(), length.toNanos()));
        ObjectNode measurements = root.putObject("measurements");
        o.finding().measurements().forEach((measurement, value) -> {
            // NaN and the infinities are no JSON; what is not known is absent.
            if (Double.isFinite(value)) {
                measurements.put(measurement.field(), value);
            }
        });
        ObjectNode evidence = root.putObject("evidence");
        o.finding().evidence().forEach(evidence::put);
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of our own cannot be written", e);
        }
    }

    /** What {@code node} is of; throws {@link IllegalArgumentException} when it does not say. */
    public static Subject subject(JsonNode node) {
        return new Subject(
                new ProbeId(Fields.text(node, "probe", 128)), new TargetId(Fields.text(node, "target", 128)));
    }

    /** The observation in {@code node}, of {@code target}. Throws {@link IllegalArgumentException} that says what is wrong with it. */
    public static Observation read(JsonNode node, Target target, Vantage vantage) {
        Fields.only(
                node,
                "",
                "probe",
                "target",
                "slot",
                "startedAt",
                "elapsedNanos",
                "outcome",
                "reason",
                "detail",
                "phases",
                "measurements",
                "evidence");
        Instant slot = Fields.instant(node, "slot");
        Instant started = Fields.instant(node, "startedAt");
        Duration elapsed = Duration.ofNanos(Fields.whole(node, "elapsedNanos", LONGEST_RUN));
        if (started.isBefore(slot) || started.isAfter(slot.plus(elapsed))) {
            throw new IllegalArgumentException("startedAt must lie between the slot and the end");
        }
        return new Observation(
                subject(node).probe(),
                target.id(),
                target.kind(),
                target.network(),
                vantage,
                target.labels(),
                slot,
                started,
                elapsed,
                new Finding(outcome(node), phases(node), measurements(node), evidence(node)));
    }

    private static Outcome outcome(JsonNode node) {
        Outcome.Kind kind = named(KINDS, "outcome", Fields.text(node, "outcome", 64));
        Reason reason = named(REASONS, "reason", Fields.text(node, "reason", 64));
        return new Outcome(kind, reason, Fields.text(node, "detail", Outcome.MAX_DETAIL));
    }

    private static Map<Phase, Duration> phases(JsonNode node) {
        Map<Phase, Duration> phases = new EnumMap<>(Phase.class);
        JsonNode map = object(node, "phases");
        map.fieldNames()
                .forEachRemaining(name -> phases.put(
                        named(PHASES, "phases", name), Duration.ofNanos(Fields.whole(map, name, LONGEST_RUN))));
        return phases;
    }

    private static Map<Measurement, Double> measurements(JsonNode node) {
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        JsonNode map = object(node, "measurements");
        map.fieldNames()
                .forEachRemaining(
                        name -> measurements.put(named(MEASUREMENTS, "measurements", name), Fields.finite(map, name)));
        return measurements;
    }

    private static Map<String, String> evidence(JsonNode node) {
        Map<String, String> evidence = new LinkedHashMap<>();
        JsonNode map = object(node, "evidence");
        if (map.size() > MAX_EVIDENCE) {
            throw new IllegalArgumentException("evidence must have at most " + MAX_EVIDENCE + " texts");
        }
        map.fieldNames().forEachRemaining(name -> {
            if (!EVIDENCE.matcher(name).matches()) {
                throw new IllegalArgumentException("evidence has a name that is none: 1-64 of a-z 0-9 _ .");
            }
            evidence.put(name, Fields.text(map, name, MAX_EVIDENCE_TEXT).replace((char) 0, ' '));
        });
        return evidence;
    }

    private static JsonNode object(JsonNode node, String field) {
        JsonNode map = node.path(field);
        if (!map.isObject()) {
            throw new IllegalArgumentException(field + " must be an object");
        }
        return map;
    }

    private static <T> T named(Map<String, T> values, String field, String name) {
        T value = values.get(name);
        if (value == null) {
            throw new IllegalArgumentException(field + " has a name that this version does not know");
        }
        return value;
    }

    private static <T> Map<String, T> byName(T[] values, Function<T, String> name) {
        return Arrays.stream(values)
                .collect(Collectors.toUnmodifiableMap(
                        value -> name.apply(value).toLowerCase(Locale.ROOT), Function.identity()));
    }
}
