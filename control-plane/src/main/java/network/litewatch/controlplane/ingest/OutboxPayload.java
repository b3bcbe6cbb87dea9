package network.litewatch.controlplane.ingest;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Documents as one outbox row keeps them: gzip of NDJSON in the shape of {@code _bulk}, an action and a source line each. */
final class OutboxPayload {
    private static final ObjectMapper JSON = new ObjectMapper();

    private OutboxPayload() {}

    static byte[] pack(List<Document> documents) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Writer text = new OutputStreamWriter(new FastGzip(bytes), StandardCharsets.UTF_8)) {
            for (Document document : documents) {
                text.write(action(document));
                text.write('\n');
                text.write(document.json());
                text.write('\n');
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

    private static String action(Document document) throws IOException {
        StringWriter text = new StringWriter(160);
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeObjectFieldStart("create");
            json.writeStringField("_index", document.index());
            json.writeStringField("_id", document.id());
            json.writeEndObject();
            json.writeEndObject();
        }
        return text.toString();
    }

    /** The fastest level: documents of one batch are so alike that more effort saves little. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 16 * 1024);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
