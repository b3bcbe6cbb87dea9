package network.litewatch.controlplane;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the trials of failure modes showed, a row each, as Markdown: printed, and kept in {@code target/failure-modes.md}. One table
 * for all classes that ran in this JVM.
 */
final class FailureTable {
    private static final List<String> HEAD = List.of(
            "| failure | provoked by | signal | value | fired | looks alike, silent |", "|---|---|---|---|---|---|");
    private static final Path FILE = Path.of("target/failure-modes.md");
    private static final List<String> ROWS = new ArrayList<>();

    private FailureTable() {}

    static synchronized void add(
            String failure, String provoked, String signal, String value, String fired, String alike) {
        ROWS.add(String.format(
                Locale.ROOT, "| %s | %s | %s | %s | %s | %s |", failure, provoked, signal, value, fired, alike));
    }

    /** Writes all rows so far. */
    static synchronized void write() throws IOException {
        List<String> lines = new ArrayList<>(HEAD);
        lines.addAll(ROWS);
        lines.forEach(System.out::println);
        Files.write(FILE, lines);
    }
}
