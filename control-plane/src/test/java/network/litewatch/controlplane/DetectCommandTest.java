package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.core.Application;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.setup.Bootstrap;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.util.JarLocation;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectCommandTest {
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final ByteArrayOutputStream progress = new ByteArrayOutputStream();

    @TempDir
    Path home;

    private Path in;
    private Path out;

    @BeforeEach
    void directories() throws IOException {
        in = Files.createDirectories(home.resolve("in"));
        out = home.resolve("out");
    }

    @Test
    void segmentWritesFirstSamplesOfNewLevels() throws IOException {
        Files.write(in.resolve("a.csv"), step(150, 1_000));
        Files.write(in.resolve("b.csv"), step(1_000, 200));

        assertThat(run("segment")).isTrue();

        JsonNode found = new ObjectMapper().readTree(out.toFile());
        assertThat(found).hasToString("{\"a\":[150],\"b\":[]}");
        assertThat(progress.toString(StandardCharsets.UTF_8)).contains("[2/2]", "a.csv: 1 changes");
    }

    @Test
    void onlineWritesWhenEachWasTold() throws IOException {
        Files.write(in.resolve("a.csv"), step(150, 400));
        Path at = home.resolve("at.json");

        assertThat(run("online", "--detected-at", at.toString())).isTrue();

        assertThat(new ObjectMapper().readTree(out.toFile())).hasToString("{\"a\":[150]}");
        JsonNode told = new ObjectMapper().readTree(at.toFile()).path("a");
        assertThat(told).hasSize(1);
        assertThat(told.get(0).asInt()).isBetween(150, 160);
    }

    @Test
    void scoreMirrorsTheTreeAndACutFileScoresTheSame() throws IOException {
        Path deep = Files.createDirectories(in.resolve("x/y"));
        List<String> rows = step(300, 700);
        Files.write(deep.resolve("a.csv"), rows);
        Files.write(in.resolve("cut.csv"), rows.subList(0, 423));

        assertThat(run("score")).isTrue();

        List<String> whole = Files.readAllLines(out.resolve("x/y/a.csv"));
        assertThat(whole).hasSameSizeAs(rows);
        assertThat(whole.get(0)).isEqualTo("timestamp,value,anomaly_score");
        assertThat(whole.get(7)).startsWith(rows.get(7) + ",");
        assertThat(Files.readAllLines(out.resolve("cut.csv"))).isEqualTo(whole.subList(0, 423));
    }

    @Test
    void fieldsMayStandInQuotesAndComeOutAsTheyWere() throws IOException {
        List<String> lines = List.of(
                "\uFEFF\"timestamp\",\"a \"\"note\"\", of two lines\nin all\", value",
                "\"Jan 1, 2026\",,\"1.5\"",
                "",
                "2026-01-02 00:00:00.000000+00:00,\"x,y\", 2 ");
        Files.writeString(in.resolve("a.csv"), String.join("\r\n", lines));

        assertThat(run("score")).isTrue();

        List<String> scored = Files.readAllLines(out.resolve("a.csv"));
        assertThat(scored).hasSize(3);
        assertThat(scored.get(1)).startsWith("\"Jan 1, 2026\",1.5,");
        assertThat(scored.get(2)).startsWith("2026-01-02 00:00:00.000000+00:00,2,");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timestamp,value;1,5;2,fast        | bad.csv:3: value: not a number: fast",
                "timestamp,value;1,NaN             | bad.csv:2: value: not a number: NaN",
                "timestamp,value;1,1e999           | bad.csv:2: value: not a number: 1e999",
                "timestamp,value;1                 | bad.csv:2: value: missing",
                "timestamp,value;,5                | bad.csv:2: timestamp: missing",
                "timestamp,value;1,\"5             | bad.csv:2: field 2: Missing closing quote",
                "timestamp,value;1,2;\"1\"x,5     | bad.csv:3: field 1: Unexpected character",
                "timestamp,note,value;1,\"a;b\",5;2,,x | bad.csv:4: value: not a number: x",
                "timestamp,value;1,2;;  ;3,        | bad.csv:5: value: missing",
                "time,value;1,5                    | bad.csv:1: timestamp: no such column",
                "''                                | bad.csv:1: timestamp: the file is empty"
            })
    void badInputIsNamedAndNothingIsWritten(String text, String message) throws IOException {
        Files.write(in.resolve("a-good.csv"), step(100, 200));
        Files.writeString(in.resolve("bad.csv"), text.replace(';', '\n'));

        for (String mode : List.of("segment", "online", "score")) {
            err.reset();
            assertThat(run(mode)).isFalse();
            assertThat(err.toString(StandardCharsets.UTF_8)).contains(message).doesNotContain("\tat ");
        }

        try (Stream<Path> left = Files.list(home)) {
            assertThat(left).containsExactly(in);
        }
    }

    @Test
    void saysWhatIsWrongWithItsArguments() throws IOException {
        assertThat(run("segment")).isFalse();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("no .csv files");

        Files.write(in.resolve("a.csv"), step(10, 20));
        assertThat(run("score", "--detected-at", "x")).isFalse();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--detected-at belongs to --mode online");

        Files.writeString(in.resolve("a.csv"), "timestamp,value\n1,2\n");
        out = home.resolve("folder");
        Files.createDirectories(out.resolve("full"));
        assertThat(run("segment")).isFalse();
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("folder").doesNotContain("\tat ");
    }

    /** A header and rows: 100 up to {@code at}, then 112, with a little noise. */
    private static List<String> step(int at, int rows) {
        Random random = new Random(11);
        List<String> lines = new ArrayList<>(List.of("timestamp,value"));
        for (int i = 0; i < rows; i++) {
            double value = (i < at ? 100 : 112) + 0.3 * random.nextGaussian();
            lines.add("2026-01-01 00:" + i + "," + value);
        }
        return lines;
    }

    /** Whether the command ended well. */
    private boolean run(String mode, String... more) {
        PrintStream to = new PrintStream(err, true, StandardCharsets.UTF_8);
        Application<ControlPlaneConfiguration> alone = new Application<>() {
            @Override
            public void run(ControlPlaneConfiguration configuration, Environment environment) {}
        };
        Bootstrap<ControlPlaneConfiguration> bootstrap = new Bootstrap<>(alone);
        bootstrap.addCommand(new DetectCommand(new PrintStream(progress, true, StandardCharsets.UTF_8)));
        List<String> arguments =
                new ArrayList<>(List.of("detect", "--mode", mode, "--in", in.toString(), "--out", out.toString()));
        arguments.addAll(List.of(more));
        Cli cli = new Cli(new JarLocation(getClass()), bootstrap, to, to);
        return cli.run(arguments.toArray(new String[0])).isEmpty();
    }
}
