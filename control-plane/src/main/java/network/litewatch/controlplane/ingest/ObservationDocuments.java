package network.litewatch.controlplane.ingest;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.google.common.hash.Hashing;
import com.google.common.io.BaseEncoding;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;

/** Observations as Elasticsearch keeps them: ECS names, our own fields below {@code cortensor}. Thread-safe. */
public final class ObservationDocuments {
    /** Before the date in the names of the daily indices. */
    public static final String INDEX_PREFIX = "litewatch-observations-";

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("yyyy.MM.dd").withZone(ZoneOffset.UTC);
    private static final JsonFactory JSON = new JsonFactory();

    private ObservationDocuments() {}

    /** The document of {@code o}; equal observations give equal documents. */
    public static Document of(Observation o) {
        return new Document(dailyIndex(INDEX_PREFIX, o.slot()), id(o), json(o));
    }

    /** {@code prefix} and the UTC day of {@code at}. */
    public static String dailyIndex(String prefix, Instant at) {
        return prefix + DAY.format(at);
    }

    /** Id of its document. */
    public static String id(Observation o) {
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
        StringWriter text = new StringWriter(1_024);
        // Written as a stream: a tree of nodes for each document cost more than all that is concluded from it.
        try (JsonGenerator json = JSON.createGenerator(text)) {
            String slot = o.slot().toString();
            String startedAt = o.startedAt().toString();
            json.writeStartObject();
            json.writeStringField("@timestamp", slot);
            event(json, o, startedAt);
            json.writeObjectFieldStart("observer");
            json.writeStringField("name", o.vantage().value());
            json.writeStringField("type", "prober");
            json.writeEndObject();
            json.writeObjectFieldStart("service");
            json.writeStringField("name", o.target().value());
            json.writeStringField("type", o.kind().label());
            json.writeStringField("environment", o.network().value());
            json.writeEndObject();
            if (!o.outcome().isOk()) {
                json.writeObjectFieldStart("error");
                json.writeStringField("type", o.outcome().reason().label());
                json.writeStringField("message", o.outcome().detail());
                json.writeEndObject();
            }
            strings(json, "labels", o.labels());
            cortensor(json, o, slot, startedAt);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        return text.toString();
    }

    private static void event(JsonGenerator json, Observation o, String startedAt) throws IOException {
        json.writeObjectFieldStart("event");
        json.writeStringField("kind", "metric");
        json.writeStringField("dataset", "litewatch.observations");
        json.writeStringField("module", "litewatch");
        json.writeStringField("action", o.probe().value());
        json.writeStringField("outcome", ecsOutcome(o.outcome()));
        json.writeStringField("reason", o.outcome().reason().label());
        json.writeNumberField("duration", o.elapsed().toNanos());
        json.writeStringField("start", startedAt);
        json.writeStringField("end", o.endedAt().toString());
        json.writeEndObject();
    }

    private static void cortensor(JsonGenerator json, Observation o, String slot, String startedAt) throws IOException {
        json.writeObjectFieldStart("cortensor");
        json.writeStringField("probe", o.probe().value());
        json.writeStringField("target", o.target().value());
        json.writeStringField("kind", o.kind().label());
        json.writeStringField("network", o.network().value());
        json.writeStringField("vantage", o.vantage().value());
        json.writeStringField("slot", slot);
        json.writeStringField("started_at", startedAt);
        json.writeStringField("outcome", o.outcome().kind().label());
        json.writeStringField("reason", o.outcome().reason().label());
        json.writeStringField("detail", o.outcome().detail());
        json.writeNumberField("elapsed_seconds", seconds(o.elapsed()));
        json.writeNumberField("slip_seconds", seconds(o.slip()));
        json.writeObjectFieldStart("phases");
        for (Map.Entry<Phase, Duration> phase : o.finding().phases().entrySet()) {
            json.writeNumberField(phase.getKey().label(), seconds(phase.getValue()));
        }
        json.writeEndObject();
        json.writeObjectFieldStart("measurements");
        for (Map.Entry<Measurement, Double> measured :
                o.finding().measurements().entrySet()) {
            json.writeNumberField(measured.getKey().field(), measured.getValue());
        }
        json.writeEndObject();
        strings(json, "evidence", o.finding().evidence());
        json.writeEndObject();
    }

    private static void strings(JsonGenerator json, String name, Map<String, String> fields) throws IOException {
        json.writeObjectFieldStart(name);
        for (Map.Entry<String, String> field : fields.entrySet()) {
            json.writeStringField(field.getKey(), field.getValue());
        }
        json.writeEndObject();
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
