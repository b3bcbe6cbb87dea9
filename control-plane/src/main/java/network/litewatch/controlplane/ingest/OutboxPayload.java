package network.litewatch.controlplane.ingest;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Documents as one outbox row keeps them: gzip of NDJSON in the shape of {@code _bulk}, an action and a source line each. */
final class OutboxPayload {
    private static final ObjectMapper JSON = new ObjectMapper();

    private OutboxPayload() {}

    static byte[] pack(List<Document> documents) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            for (Document document : documents) {
                gzip.write(action(document).getBytes(StandardCharsets.UTF_8));
                gzip.write('\n');
                gzip.write(document.json().getBytes(StandardCharsets.UTF_8));
                gzip.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        return bytes.toByteArray();
    }

    /** Reads back what {@link #pack} wrote; throws {@link UncheckedIOException} for anything else. */
    static List<Document> unpack(byte[] payload) {
        List<Document> documents = new ArrayList<>();
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                new GZIPInputStream(new ByteArrayInputStream(payload)), StandardCharsets.UTF_8))) {
            for (String action = lines.readLine(); action != null; action = lines.readLine()) {
                JsonNode create = JSON.readTree(action).path("create");
                String source = lines.readLine();
                if (source == null || create.isMissingNode()) {
                    throw new IOException("outbox row is cut off");
                }
                documents.add(new Document(
                        create.path("_index").asText(), create.path("_id").asText(), source));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("outbox row cannot be read", e);
        }
        return documents;
    }

    private static String action(Document document) {
        try {
            return JSON.writeValueAsString(JSON.createObjectNode()
                    .set(
                            "create",
                            JSON.createObjectNode()
                                    .put("_index", document.index())
                                    .put("_id", document.id())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree of our own cannot be written", e);
        }
    }
}
