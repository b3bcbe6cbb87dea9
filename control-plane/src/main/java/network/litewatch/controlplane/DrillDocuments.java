package network.litewatch.controlplane;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import network.litewatch.controlplane.drill.DrillRun;
import network.litewatch.controlplane.drill.DrillRun.State;
import network.litewatch.controlplane.ingest.Document;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.controlplane.ingest.elastic.Templates;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs of drills as Elasticsearch keeps them: one document each, with the journal. */
final class DrillDocuments {
    private static final Logger LOG = LoggerFactory.getLogger(DrillDocuments.class);
    private static final ObjectMapper JSON = new ObjectMapper();

    private DrillDocuments() {}

    static Document of(DrillRun run, JsonNode journal) {
        Instant start = Objects.requireNonNull(run.entered().get(State.PLANNED));
        Instant end = run.entered().getOrDefault(State.CLOSED, start);
        JsonNode ours = journal.path("litewatch");
        ObjectNode root = JSON.createObjectNode();
        root.put("@timestamp", end.toString());
        root.put("message", run.why());
        root.putObject("event")
                .put("kind", "event")
                .put("dataset", "litewatch.drills")
                .put("module", "litewatch")
                .put("action", run.mode().label())
                .put("outcome", run.isPassed() ? "success" : "failure")
                .put("start", start.toString())
                .put("end", end.toString())
                .put("duration", Duration.between(start, end).toNanos());
        ObjectNode own = root.putObject("cortensor");
        for (String name : Templates.DRILL_KEYWORDS) {
            own.put(name, ours.path(name).asText());
        }
        for (String name : Templates.DRILL_NUMBERS) {
            if (ours.has(name)) {
                own.put(name, ours.path(name).asDouble());
            }
        }
        own.set("journal", journal);
        return new Document(
                ObservationDocuments.dailyIndex(Templates.DRILLS_PREFIX, end),
                ObservationDocuments.hash("drill", run.id()),
                root.toString());
    }

    /** A file of {@code signed} in {@code folder}; none where that is empty. That it cannot be written is logged only. */
    static void write(String folder, JsonNode signed) {
        if (folder.isEmpty()) {
            return;
        }
        String run = signed.at("/journal/litewatch/run").asText();
        try {
            Path to = java.nio.file.Files.createDirectories(Path.of(folder));
            java.nio.file.Files.writeString(to.resolve(run + ".json"), signed.toString());
        } catch (IOException e) {
            // It is in PostgreSQL and in Elasticsearch too.
            LOG.warn("the journal of a drill is not written to {}: drill={} cause={}", folder, run, e.getMessage());
        }
    }

    /** A signed journal. Throws {@link IllegalArgumentException} when {@code json} is no JSON. */
    static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("is not a journal of a drill: not JSON", e);
        }
    }
}
