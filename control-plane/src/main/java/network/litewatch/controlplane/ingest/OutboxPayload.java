package network.litewatch.controlplane.ingest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Documents as one outbox row keeps them: gzip of NDJSON in the shape of {@code _bulk}, an action and a source line each. */
final class OutboxPayload {
    private static final ObjectMapper JSON = new ObjectMapper();

    private OutboxPayload() {}

    static byte[] pack(List<Document> documents) {
        List<String> lines = new ArrayList<>(2 * documents.size());
        for (Document document : documents) {
            lines.add(action(document));
            lines.add(document.json());
        }
        return GzipLines.pack(lines);
    }

    /** Reads back what {@link #pack} wrote; throws {@link UncheckedIOException} for anything else. */
    static List<Document> unpack(byte[] payload) {
        List<String> lines = GzipLines.unpack(payload);
        if (lines.size() % 2 != 0) {
            throw new UncheckedIOException(new IOException("outbox row is cut off"));
        }
        List<Document> documents = new ArrayList<>(lines.size() / 2);
        for (int i = 0; i < lines.size(); i += 2) {
            JsonNode create = create(lines.get(i));
            documents.add(new Document(
                    create.path("_index").asText(), create.path("_id").asText(), lines.get(i + 1)));
        }
        return documents;
    }

    private static JsonNode create(String action) {
        try {
            JsonNode create = JSON.readTree(action).path("create");
            if (create.isMissingNode()) {
                throw new IOException("outbox row has something else where an action should be");
            }
            return create;
        } catch (IOException e) {
            throw new UncheckedIOException("outbox row cannot be read", e);
        }
    }

    private static String action(Document document) {
        StringWriter text = new StringWriter(160);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeObjectFieldStart("create");
            json.writeStringField("_index", document.index());
            json.writeStringField("_id", document.id());
            json.writeEndObject();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        return text.toString();
    }
}
