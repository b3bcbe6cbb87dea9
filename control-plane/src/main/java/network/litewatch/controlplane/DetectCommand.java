package network.litewatch.controlplane;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.dropwizard.core.cli.Cli;
import io.dropwizard.core.cli.Command;
import io.dropwizard.core.setup.Bootstrap;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import net.sourceforge.argparse4j.inf.Namespace;
import net.sourceforge.argparse4j.inf.Subparser;
import network.litewatch.controlplane.drift.AnomalyScorer;
import network.litewatch.controlplane.drift.AnomalySettings;
import network.litewatch.controlplane.drift.Change;
import network.litewatch.controlplane.drift.OnlineDetector;
import network.litewatch.controlplane.drift.OnlineSettings;
import network.litewatch.controlplane.drift.SegmentSettings;
import network.litewatch.controlplane.drift.Segmenter;
import org.jspecify.annotations.Nullable;

/** {@code detect}: where stored series changed. Reads files, writes files, asks nobody. */
final class DetectCommand extends Command {
    private static final ObjectMapper JSON = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private static final int ANY_DEPTH = 64;

    private final PrintStream progress;

    DetectCommand(PrintStream progress) {
        super("detect", "finds changes and anomalies in series stored as CSV files");
        this.progress = progress;
    }

    @Override
    public void configure(Subparser parser) {
        parser.addArgument("--mode")
                .choices("segment", "online", "score")
                .required(true)
                .help(
                        "segment: first samples of new levels, seen from the end; online: the same, told while the series comes"
                                + " in; score: how unusual each row is, by the rows before it. In segment and online a negative"
                                + " value is a lost sample");
        parser.addArgument("--in")
                .metavar("DIR")
                .required(true)
                .help("*.csv with a header row and the columns timestamp and value; for score in folders as well");
        parser.addArgument("--out")
                .metavar("FILE|DIR")
                .required(true)
                .help("segment, online: a JSON file {\"<file name without .csv>\": [index, ...]}, counted from 0;"
                        + " score: a directory for the same tree, with timestamp,value,anomaly_score from 0 to 1."
                        + " An anomaly is a score of " + AnomalySettings.THRESHOLD + " and more");
        parser.addArgument("--detected-at")
                .metavar("FILE")
                .help("online: a JSON file of the same shape, with the sample at which each change was told");
    }

    @Override
    public void run(Bootstrap<?> bootstrap, Namespace arguments) throws IOException {
        Path in = Path.of(arguments.getString("in"));
        Path out = Path.of(arguments.getString("out"));
        String mode = arguments.getString("mode");
        @Nullable String detectedAt = arguments.getString("detected_at");
        if (detectedAt != null && !mode.equals("online")) {
            throw new IllegalArgumentException("--detected-at belongs to --mode online");
        }
        try {
            if (mode.equals("score")) {
                score(in, out);
            } else if (mode.equals("online")) {
                online(in, out, detectedAt == null ? null : Path.of(detectedAt));
            } else {
                segment(in, out);
            }
        } catch (FileSystemException e) {
            String reason = e.getReason();
            throw new IllegalArgumentException(
                    e.getFile() + ": " + (reason == null ? e.getClass().getSimpleName() : reason), e);
        }
    }

    private void segment(Path in, Path out) throws IOException {
        Segmenter segmenter = new Segmenter(SegmentSettings.SHIPPED);
        Map<String, List<Integer>> found = new LinkedHashMap<>();
        List<Path> files = SeriesFiles.in(in, 1);
        for (Path file : files) {
            List<Change> changes = segmenter
                    .segment(SeriesFiles.values(SeriesFiles.read(file)))
                    .changes();
            found.put(name(file), changes.stream().map(Change::index).toList());
            tell(found.size(), files.size(), file, changes.size() + " changes");
        }
        SeriesFiles.replace(out, json(found));
    }

    private void online(Path in, Path out, @Nullable Path detectedAt) throws IOException {
        Map<String, List<Integer>> found = new LinkedHashMap<>();
        Map<String, List<Integer>> told = new LinkedHashMap<>();
        List<Path> files = SeriesFiles.in(in, 1);
        for (Path file : files) {
            OnlineDetector detector = new OnlineDetector(OnlineSettings.SHIPPED);
            List<Integer> indices = new ArrayList<>();
            List<Integer> at = new ArrayList<>();
            for (double value : SeriesFiles.values(SeriesFiles.read(file))) {
                detector.step(value).ifPresent(change -> {
                    indices.add(change.index());
                    at.add(change.at());
                });
            }
            found.put(name(file), indices);
            told.put(name(file), at);
            tell(found.size(), files.size(), file, indices.size() + " changes");
        }
        if (detectedAt != null) {
            SeriesFiles.replace(detectedAt, json(told));
        }
        SeriesFiles.replace(out, json(found));
    }

    private void score(Path in, Path out) throws IOException {
        List<Path> files = SeriesFiles.in(in, ANY_DEPTH);
        // Everything is scored before anything is written: a bad file leaves no tree that looks whole.
        Map<Path, String> scored = new LinkedHashMap<>();
        for (Path file : files) {
            AnomalyScorer scorer = new AnomalyScorer(AnomalySettings.SHIPPED);
            StringBuilder text = new StringBuilder("timestamp,value,anomaly_score\n");
            int anomalies = 0;
            for (SeriesFiles.Row row : SeriesFiles.read(file)) {
                double score = scorer.step(row.value());
                anomalies += score >= AnomalySettings.THRESHOLD ? 1 : 0;
                text.append(SeriesFiles.row(row.timestamp(), row.text(), Double.toString(score)));
            }
            scored.put(out.resolve(in.relativize(file)), text.toString());
            tell(scored.size(), files.size(), file, anomalies + " anomalies");
        }
        for (Map.Entry<Path, String> file : scored.entrySet()) {
            SeriesFiles.replace(file.getKey(), file.getValue());
        }
    }

    private void tell(int done, int all, Path file, String what) {
        progress.println("[" + done + "/" + all + "] " + file + ": " + what);
    }

    private static String name(Path file) {
        String name = file.getFileName().toString();
        return name.substring(0, name.length() - SeriesFiles.ENDING.length());
    }

    private static String json(Map<String, List<Integer>> found) throws JsonProcessingException {
        return JSON.writeValueAsString(found) + "\n";
    }

    @Override
    public void onError(Cli cli, Namespace namespace, Throwable e) {
        cli.getStdErr().println(e.getMessage());
    }
}
