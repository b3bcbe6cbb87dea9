package network.litewatch.controlplane.ingest;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Lines of text as one value of a table: gzip of UTF-8. */
public final class GzipLines {
    private GzipLines() {}

    /** Packs {@code lines}, none of which may contain a line break. */
    public static byte[] pack(Iterable<String> lines) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Writer text = new OutputStreamWriter(new FastGzip(bytes), StandardCharsets.UTF_8)) {
            for (String line : lines) {
                text.write(line);
                text.write('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot fail to be written", e);
        }
        return bytes.toByteArray();
    }

    /** Reads back what {@link #pack} wrote; throws {@link UncheckedIOException} for what is no gzip, or cut off. */
    public static List<String> unpack(byte[] packed) {
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new GZIPInputStream(new ByteArrayInputStream(packed)), StandardCharsets.UTF_8))) {
            return lines.lines().toList();
        } catch (IOException e) {
            throw new UncheckedIOException("packed lines cannot be read", e);
        }
    }

    /** The fastest level: lines of one batch are so alike that more effort saves little. */
    private static final class FastGzip extends GZIPOutputStream {
        FastGzip(OutputStream out) throws IOException {
            super(out, 16 * 1024);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
