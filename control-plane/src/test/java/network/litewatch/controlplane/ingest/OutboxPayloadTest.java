package network.litewatch.controlplane.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class OutboxPayloadTest {
    private static final List<Document> DOCUMENTS = List.of(
            new Document("litewatch-observations-2026.01.01", "a", "{\"text\":\"line\\nbreak \u00e9\u2028\"}"),
            new Document("litewatch-alerts-2026.01.02", "b\"quoted", "{}"));

    @Test
    void whatWasPackedComesOutInItsOrder() {
        assertThat(OutboxPayload.unpack(OutboxPayload.pack(DOCUMENTS))).isEqualTo(DOCUMENTS);
        assertThat(OutboxPayload.unpack(OutboxPayload.pack(List.of()))).isEmpty();
    }

    @Test
    void aRowThatIsCutOffIsAnErrorAndNotFewerDocuments() {
        byte[] packed = OutboxPayload.pack(DOCUMENTS);
        for (int length = 0; length < packed.length; length++) {
            byte[] cut = Arrays.copyOf(packed, length);
            assertThatThrownBy(() -> OutboxPayload.unpack(cut)).isInstanceOf(UncheckedIOException.class);
        }
    }

    @Test
    void linesThatAreNoBulkActionAreAnError() throws IOException {
        for (String text : List.of("{}\n{}\n", "nonsense\n{}\n", "{\"create\":{\"_index\":\"i\",\"_id\":\"1\"}}\n")) {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
                gzip.write(text.getBytes(StandardCharsets.UTF_8));
            }
            assertThatThrownBy(() -> OutboxPayload.unpack(bytes.toByteArray()))
                    .isInstanceOf(UncheckedIOException.class);
        }
    }
}
