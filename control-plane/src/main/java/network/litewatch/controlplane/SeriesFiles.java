package network.litewatch.controlplane;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvGenerator;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Series as people keep them: CSV with a header row, of which the columns {@code timestamp} and {@code value} are read. */
final class SeriesFiles {
    static final String ENDING = ".csv";
    private static final String TIMESTAMP = "timestamp";
    private static final String VALUE = "value";
    // Double.parseDouble takes NaN, Infinity, hexadecimal and "1d" as well, which no such file means.
    private static final Pattern NUMBER = Pattern.compile("[+-]?(\\d+(\\.\\d*)?|\\.\\d+)([eE][+-]?\\d{1,3})?");
    private static final int SHOWN = 40;
    private static final int BYTE_ORDER_MARK = 0xFEFF;
    private static final CsvFactory CSV = CsvFactory.builder()
            .enable(CsvParser.Feature.WRAP_AS_ARRAY)
            .enable(CsvGenerator.Feature.STRICT_CHECK_FOR_QUOTING)
            .build();

    private SeriesFiles() {}

    /** One row: the texts as they are in the file, without their quotes, and the value as a number. */
    record Row(String timestamp, String text, double value) {}

    /** The series below {@code directory}, in the order of their paths; {@code depth} 1 is the directory itself. */
    static List<Path> in(Path directory, int depth) throws IOException {
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(directory + ": not a directory");
        }
        try (Stream<Path> found = Files.walk(directory, depth)) {
            List<Path> series = found.filter(Files::isRegularFile)
                    .filter(file -> file.getFileName().toString().endsWith(ENDING))
                    .sorted()
                    .toList();
            if (series.isEmpty()) {
                throw new IllegalArgumentException(directory + ": no " + ENDING + " files in it");
            }
            return series;
        }
    }

    /** All rows of a file; what cannot be read is thrown as {@code FILE:LINE: FIELD: what is wrong}. */
    static List<Row> read(Path file) throws IOException {
        try (BufferedReader text = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            text.mark(1);
            if (text.read() != BYTE_ORDER_MARK) {
                text.reset();
            }
            try (CsvParser rows = CSV.createParser(text)) {
                return read(file, rows);
            }
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(file + ": is not text in UTF-8", e);
        }
    }

    private static List<Row> read(Path file, CsvParser csv) throws IOException {
        csv.nextToken();
        List<String> names = new ArrayList<>();
        if (line(file, csv, names) == 0) {
            throw wrong(file, 1, TIMESTAMP, "the file is empty; a header row is needed");
        }
        names.replaceAll(String::strip);
        int timestamp = column(file, names, TIMESTAMP);
        int value = column(file, names, VALUE);
        List<Row> rows = new ArrayList<>();
        List<String> fields = new ArrayList<>();
        for (int line = line(file, csv, fields); line > 0; line = line(file, csv, fields)) {
            if (fields.size() > 1 || !fields.get(0).isBlank()) {
                rows.add(row(file, line, fields, timestamp, value));
            }
            fields.clear();
        }
        return rows;
    }

    /** Adds the fields of the next row to {@code fields}; the line on which it begins, 0 after the last. */
    private static int line(Path file, CsvParser csv, List<String> fields) throws IOException {
        int line = 0;
        try {
            if (csv.nextToken() != JsonToken.START_ARRAY) {
                return 0;
            }
            while (csv.nextToken() != JsonToken.END_ARRAY) {
                fields.add(csv.getText());
                line = line == 0 ? csv.currentTokenLocation().getLineNr() : line;
            }
            return line;
        } catch (JsonProcessingException e) {
            int at = e.getLocation() == null ? line : e.getLocation().getLineNr();
            throw wrong(file, at, "field " + (fields.size() + 1), e.getOriginalMessage());
        }
    }

    /** A row with these fields, in quotes where they need them. */
    static String row(String... fields) throws IOException {
        StringWriter line = new StringWriter();
        try (CsvGenerator csv = CSV.createGenerator(line)) {
            csv.writeStartArray();
            for (String field : fields) {
                csv.writeString(field);
            }
            csv.writeEndArray();
        }
        return line.toString();
    }

    static double[] values(List<Row> rows) {
        return rows.stream().mapToDouble(Row::value).toArray();
    }

    private static Row row(Path file, int line, List<String> fields, int timestamp, int value) {
        String time = field(file, line, fields, timestamp, TIMESTAMP);
        String text = field(file, line, fields, value, VALUE);
        double number = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
        if (!Double.isFinite(number)) {
            throw wrong(file, line, VALUE, "not a number: " + shown(text));
        }
        return new Row(time, text, number);
    }

    private static String field(Path file, int line, List<String> fields, int column, String name) {
        String text = column < fields.size() ? fields.get(column).strip() : "";
        if (text.isEmpty()) {
            throw wrong(file, line, name, "missing");
        }
        return text;
    }

    private static int column(Path file, List<String> names, String name) {
        int column = names.indexOf(name);
        if (column < 0) {
            throw wrong(file, 1, name, "no such column in the header row");
        }
        return column;
    }

    private static String shown(String text) {
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "..." : text;
    }

    private static IllegalArgumentException wrong(Path file, int line, String field, String what) {
        return new IllegalArgumentException(file + ":" + line + ": " + field + ": " + what);
    }

    /** Writes beside {@code file} and takes its name last: a reader sees the old file or the whole new one. */
    static void replace(Path file, String text) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory == null) {
            throw new IllegalArgumentException(file + ": not a file");
        }
        Files.createDirectories(directory);
        Path part = Files.createTempFile(directory, ".litewatch-", ".part");
        try {
            Files.writeString(part, text);
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(part);
        }
    }
}
