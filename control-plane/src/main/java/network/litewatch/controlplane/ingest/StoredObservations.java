package network.litewatch.controlplane.ingest;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;

/** Observations out of the documents that {@link ObservationDocuments} made of them, but for their phases. */
public final class StoredObservations {
    private static final Map<String, TargetKind> KINDS = new HashMap<>();
    private static final Map<String, Outcome.Kind> OUTCOMES = new HashMap<>();
    private static final Map<String, Reason> REASONS = new HashMap<>();
    private static final Map<String, Measurement> MEASUREMENTS = new HashMap<>();

    static {
        for (TargetKind kind : TargetKind.values()) {
            KINDS.put(kind.label(), kind);
        }
        for (Outcome.Kind kind : Outcome.Kind.values()) {
            OUTCOMES.put(kind.label(), kind);
        }
        for (Reason reason : Reason.values()) {
            REASONS.put(reason.label(), reason);
        }
        for (Measurement measurement : Measurement.values()) {
            MEASUREMENTS.put(measurement.field(), measurement);
        }
    }

    private StoredObservations() {}

    /** The observation in {@code document}; empty when it is none that this version knows. */
    public static Optional<Observation> read(JsonNode document) {
        JsonNode own = document.path("cortensor");
        TargetKind kind = KINDS.get(own.path("kind").asText());
        Outcome.Kind outcome = OUTCOMES.get(own.path("outcome").asText());
        Reason reason = REASONS.get(own.path("reason").asText());
        if (kind == null || outcome == null || reason == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Observation(
                    new ProbeId(own.path("probe").asText()),
                    new TargetId(own.path("target").asText()),
                    kind,
                    new NetworkId(own.path("network").asText()),
                    new Vantage(own.path("vantage").asText()),
                    texts(document.path("labels")),
                    Instant.parse(own.path("slot").asText()),
                    Instant.parse(own.path("started_at").asText()),
                    Duration.ofNanos(Math.round(own.path("elapsed_seconds").asDouble() * 1e9)),
                    new Finding(
                            new Outcome(outcome, reason, own.path("detail").asText()),
                            Map.of(),
                            measurements(own.path("measurements")),
                            texts(own.path("evidence")))));
        } catch (IllegalArgumentException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Map<Measurement, Double> measurements(JsonNode node) {
        Map<Measurement, Double> found = new EnumMap<>(Measurement.class);
        node.properties().forEach(field -> {
            Measurement measurement = MEASUREMENTS.get(field.getKey());
            if (measurement != null && field.getValue().isNumber()) {
                found.put(measurement, field.getValue().asDouble());
            }
        });
        return found;
    }

    private static Map<String, String> texts(JsonNode node) {
        Map<String, String> texts = new LinkedHashMap<>();
        node.properties()
                .forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
        return texts;
    }
}
