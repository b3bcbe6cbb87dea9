package network.litewatch.controlplane.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import com.google.common.io.BaseEncoding;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;

/** Observations as Elasticsearch keeps them: ECS names, our own fields below {@code cortensor}. Thread-safe. */
public final class ObservationDocuments {
    /** Before the date in the names of the daily indices. */
    public static final String INDEX_PREFIX = "litewatch-observations-";

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy.MM.dd").withZone(ZoneOffset.UTC);
    private static final ObjectMapper JSON = new ObjectMapper();

    private ObservationDocuments() {}

    /** The document of {@code o}; equal observations give equal documents. */
    public static Document of(Observation o) {
        return new Document(dailyIndex(INDEX_PREFIX, o.slot()), id(o), json(o));
    }

    /** {@code prefix} and the UTC day of {@code at}. */
    public static String dailyIndex(String prefix, Instant at) {
        return prefix + DAY.format(at);
    }

    private static String id(Observation o) {
        return hash(
                o.probe().value(),
                o.target().value(),
                o.vantage().value(),
                Long.toString(o.slot().toEpochMilli()));
    }

    /** Unpadded base64url of SHA-256 over the parts, which may contain anything but U+0000. */
    public static String hash(String... parts) {
        byte[] digest = Hashing.sha256()
                .hashString(String.join("\u0000", parts), StandardCharsets.UTF_8)
                .asBytes();
        return BaseEncoding.base64Url().omitPadding().encode(digest);
    }

    private static String json(Observation o) {
        ObjectNode root = JSON.createObjectNode();
        root.put("@timestamp", o.slot().toString());
        Outcome outcome = o.outcome();
        root.putObject("event")
                .put("kind", "metric")
                .put("dataset", "litewatch.observations")
                .put("module", "litewatch")
                .put("action", o.probe().value())
                .put("outcome", ecsOutcome(outcome))
                .put("reason", outcome.reason().label())
                .put("duration", o.elapsed().toNanos())
                .put("start", o.startedAt().toString())
                .put("end", o.endedAt().toString());
        root.putObject("observer").put("name", o.vantage().value()).put("type", "prober");
        root.putObject("service")
                .put("name", o.target().value())
                .put("type", o.kind().label())
                .put("environment", o.network().value());
        if (!outcome.isOk()) {
            root.putObject("error").put("type", outcome.reason().label()).put("message", outcome.detail());
        }
        ObjectNode labels = root.putObject("labels");
        o.labels().forEach(labels::put);
        cortensor(o, root.putObject("cortensor"));
        try {
            return JSON.writeValueAsString(root);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of our own cannot be written", e);
        }
    }

    private static void cortensor(Observation o, ObjectNode own) {
        own.put("probe", o.probe().value())
                .put("target", o.target().value())
                .put("kind", o.kind().label())
                .put("network", o.network().value())
                .put("vantage", o.vantage().value())
                .put("slot", o.slot().toString())
                .put("started_at", o.startedAt().toString())
                .put("outcome", o.outcome().kind().label())
                .put("reason", o.outcome().reason().label())
                .put("detail", o.outcome().detail())
                .put("elapsed_seconds", seconds(o.elapsed()))
                .put("slip_seconds", seconds(o.slip()));
        ObjectNode phases = own.putObject("phases");
        o.finding().phases().forEach((phase, duration) -> phases.put(phase.label(), seconds(duration)));
        ObjectNode measurements = own.putObject("measurements");
        o.finding().measurements().forEach((measurement, value) -> measurements.put(measurement.field(), value));
        ObjectNode evidence = own.putObject("evidence");
        o.finding().evidence().forEach(evidence::put);
    }

    private static String ecsOutcome(Outcome outcome) {
        return switch (outcome.kind()) {
            case OK -> "success";
            case FAILED -> "failure";
            case INCONCLUSIVE, NOT_RUN -> "unknown";
        };
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / 1e9;
    }
}
