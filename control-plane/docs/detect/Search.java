import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import network.litewatch.controlplane.drift.AnomalyScorer;
import network.litewatch.controlplane.drift.AnomalySettings;
import network.litewatch.controlplane.drift.Change;
import network.litewatch.controlplane.drift.OnlineDetector;
import network.litewatch.controlplane.drift.OnlineSettings;
import network.litewatch.controlplane.drift.SegmentSettings;
import network.litewatch.controlplane.drift.Segmenter;

/**
 * The search for the settings that ship, on the development parts: {@code java -cp JAR Search.java DATA segment|online|score}. It scores as
 * the tools do (a window of 2 samples; NAB's standard profile), and leaves series out in turn: the settings that are best on the
 * others are scored on those left out.
 */
final class Search {
    private static final int RANDOM = 60;
    private static final double[] THRESHOLDS = IntStream.range(0, 30).mapToDouble(i -> 1.2 + i * 0.05).toArray();

    record Series(String name, double[] values, int[] changes) {}

    record Rows(String name, double[] values, int[] kind, double[] pays, int windows) {}

    public static void main(String[] arguments) throws IOException {
        Path data = Path.of(arguments[0]);
        switch (arguments[1]) {
            case "segment" -> segment(rtt(data));
            case "online" -> online(rtt(data));
            default -> score(nab(data.resolve("nab")));
        }
    }

    // ---- segment and online

    private static void segment(List<Series> series) {
        double[] shipped = array(SegmentSettings.SHIPPED);
        List<SegmentSettings> tried = new ArrayList<>(List.of(SegmentSettings.SHIPPED));
        for (int i = 0; i < shipped.length; i++) {
            for (double factor : new double[] {0.7, 1.4}) {
                double[] other = shipped.clone();
                other[i] *= factor;
                tried.add(of(other));
            }
        }
        Random random = new Random(1);
        for (int i = 0; i < RANDOM; i++) {
            double[] other = shipped.clone();
            for (int k = 0; k < other.length; k++) {
                other[k] *= Math.exp(0.3 * random.nextGaussian());
            }
            tried.add(of(other));
        }
        List<int[][]> results = new ArrayList<>();
        for (SegmentSettings settings : tried) {
            int[][] result = new int[series.size()][];
            IntStream.range(0, result.length).parallel().forEach(i -> {
                List<Change> changes = new Segmenter(settings).segment(series.get(i).values()).changes();
                result[i] = match(series.get(i).changes(), changes.stream().mapToInt(Change::index).toArray());
            });
            results.add(result);
            int[] all = sum(result, i -> true);
            System.out.printf("F1 %.4f tp %d fp %d fn %d  %s%n", f1(all), all[0], all[1], all[2], settings);
        }
        for (int folds : new int[] {5, series.size()}) {
            int[] left = new int[3];
            for (int fold = 0; fold < folds; fold++) {
                int out = fold;
                int[][] best = results.stream()
                        .max((a, b) -> Double.compare(f1(sum(a, i -> i % folds != out)), f1(sum(b, i -> i % folds != out))))
                        .orElseThrow();
                int[] part = sum(best, i -> i % folds == out);
                for (int k = 0; k < 3; k++) {
                    left[k] += part[k];
                }
            }
            System.out.printf("left out in %d parts: F1 %.4f%n", folds, f1(left));
        }
    }

    private static void online(List<Series> series) {
        SegmentSettings segment = SegmentSettings.SHIPPED;
        List<OnlineSettings> tried = new ArrayList<>(List.of(OnlineSettings.SHIPPED));
        for (int window : new int[] {300, 900}) {
            tried.add(new OnlineSettings(segment, window, 2, 3, 1, 5, 3));
        }
        tried.add(new OnlineSettings(segment, 600, 3, 3, 1, 5, 3));
        tried.add(new OnlineSettings(segment, 600, 1.5, 3, 1, 5, 3));
        tried.add(new OnlineSettings(segment, 600, 2, 3, 1, 4, 3));
        tried.add(new OnlineSettings(segment, 600, 2, 3, 1, 7, 3));
        tried.add(new OnlineSettings(segment, 600, 2, 3, 1, 5, 6));
        for (OnlineSettings settings : tried) {
            int[][] result = new int[series.size()][];
            List<List<Integer>> delays = new ArrayList<>();
            series.forEach(one -> delays.add(new ArrayList<>()));
            IntStream.range(0, result.length).parallel().forEach(i -> {
                OnlineDetector detector = new OnlineDetector(settings);
                List<Integer> found = new ArrayList<>();
                for (double value : series.get(i).values()) {
                    detector.step(value).ifPresent(told -> {
                        found.add(told.index());
                        Arrays.stream(series.get(i).changes())
                                .filter(change -> Math.abs(change - told.index()) <= 2)
                                .findFirst()
                                .ifPresent(change -> delays.get(i).add(told.at() - change));
                    });
                }
                result[i] = match(series.get(i).changes(), found.stream().mapToInt(k -> k).sorted().toArray());
            });
            int[] all = sum(result, i -> true);
            List<Integer> sorted = delays.stream().flatMap(List::stream).sorted().toList();
            System.out.printf(
                    "F1 %.4f tp %d fp %d fn %d median delay %d  %s%n",
                    f1(all), all[0], all[1], all[2], sorted.get(sorted.size() / 2), settings);
        }
    }

    private static double[] array(SegmentSettings s) {
        return new double[] {
            s.offset(), s.baseShare(), s.leastNoise(), s.penalty(), s.outliers(),
            s.ratio(), s.noisyCost(), s.leastSpreads(), s.leastStep(), s.leastEnergy()
        };
    }

    private static SegmentSettings of(double[] a) {
        return new SegmentSettings(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9]);
    }

    private static int[] match(int[] labels, int[] found) {
        int hits = 0;
        int label = 0;
        int one = 0;
        while (label < labels.length && one < found.length) {
            if (Math.abs(labels[label] - found[one]) <= 2) {
                hits++;
                label++;
                one++;
            } else if (labels[label] < found[one]) {
                label++;
            } else {
                one++;
            }
        }
        return new int[] {hits, found.length - hits, labels.length - hits};
    }

    private static int[] sum(int[][] results, IntPredicate which) {
        int[] sum = new int[3];
        for (int i = 0; i < results.length; i++) {
            for (int k = 0; which.test(i) && k < 3; k++) {
                sum[k] += results[i][k];
            }
        }
        return sum;
    }

    private static double f1(int[] counts) {
        return 2.0 * counts[0] / Math.max(1, 2 * counts[0] + counts[1] + counts[2]);
    }

    private static List<Series> rtt(Path data) throws IOException {
        List<Series> series = new ArrayList<>();
        try (Stream<Path> files = Files.list(data.resolve("rtt/real"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".csv")).sorted().toList()) {
                List<String[]> rows = Files.readAllLines(file).stream().skip(1).map(l -> l.split(",")).toList();
                series.add(new Series(
                        file.getFileName().toString(),
                        rows.stream().mapToDouble(r -> Double.parseDouble(r[1])).toArray(),
                        IntStream.range(0, rows.size()).filter(i -> rows.get(i)[2].strip().equals("1")).toArray()));
            }
        }
        return series;
    }

    // ---- score

    private static void score(List<Rows> series) {
        List<AnomalySettings> tried = new ArrayList<>(List.of(AnomalySettings.SHIPPED));
        for (int burst : new int[] {5, 7, 10, 15}) {
            for (double handicap : new double[] {0.75, 1, 1.25}) {
                for (double spending : new double[] {1, 1.2, 1.4}) {
                    for (double quiet : new double[] {0.1, 0.2}) {
                        tried.add(new AnomalySettings(5_000, 100, 0.02, 5, burst, handicap, spending, 100, quiet));
                    }
                }
            }
        }
        for (double share : new double[] {0.01, 0.015, 0.03, 0.04}) {
            tried.add(new AnomalySettings(5_000, 100, share, 5, 7, 1, 1.2, 100, 0.2));
        }
        for (int memory : new int[] {2_000, 3_000, 10_000, 16_000}) {
            tried.add(new AnomalySettings(memory, 100, 0.02, 5, 7, 1, 1.2, 100, 0.2));
        }
        int windows = series.stream().mapToInt(Rows::windows).sum();
        List<double[][]> results = new ArrayList<>();
        for (AnomalySettings settings : tried) {
            double[][] result = new double[THRESHOLDS.length][series.size()];
            IntStream.range(0, series.size()).parallel().forEach(i -> {
                AnomalyScorer scorer = new AnomalyScorer(settings);
                double[] scores = Arrays.stream(series.get(i).values()).map(scorer::step).toArray();
                for (int k = 0; k < THRESHOLDS.length; k++) {
                    // A score of one half is an excess of 1.7 orders: the threshold that ships.
                    result[k][i] = raw(series.get(i), scores, THRESHOLDS[k] / (THRESHOLDS[k] + 1.7) - 1e-12);
                }
            });
            results.add(result);
            int best = IntStream.range(0, THRESHOLDS.length).boxed()
                    .max((a, b) -> Double.compare(total(result[a], i -> true), total(result[b], i -> true))).orElseThrow();
            System.out.printf("%.2f at 1.70, best %.2f at %.2f  %s%n",
                    normal(total(result[10], i -> true), windows), normal(total(result[best], i -> true), windows),
                    THRESHOLDS[best], settings);
        }
        for (int folds : new int[] {4, 8, series.size()}) {
            double left = 0;
            for (int fold = 0; fold < folds; fold++) {
                int out = fold;
                double[] best = results.stream().flatMap(Arrays::stream)
                        .max((a, b) -> Double.compare(total(a, i -> i % folds != out), total(b, i -> i % folds != out)))
                        .orElseThrow();
                left += total(best, i -> i % folds == out);
            }
            System.out.printf("left out in %d parts, settings and threshold: %.2f%n", folds, normal(left, windows));
        }
    }

    private static double total(double[] raw, IntPredicate which) {
        return IntStream.range(0, raw.length).filter(which).mapToDouble(i -> raw[i]).sum();
    }

    private static double normal(double raw, int windows) {
        return 100 * (raw + windows) / (2.0 * windows);
    }

    private static double raw(Rows rows, double[] scores, double threshold) {
        double[] best = new double[rows.windows()];
        Arrays.fill(best, -1);
        double raw = 0;
        for (int i = 0; i < scores.length; i++) {
            if (rows.kind()[i] == -2 || scores[i] < threshold) {
                continue;
            }
            if (rows.kind()[i] >= 0) {
                best[rows.kind()[i]] = Math.max(best[rows.kind()[i]], rows.pays()[i]);
            } else {
                raw += 0.11 * rows.pays()[i];
            }
        }
        return raw + Arrays.stream(best).sum();
    }

    private static double curve(double y) {
        return y > 3 ? -1 : 2 / (1 + Math.exp(5 * y)) - 1;
    }

    private static List<Rows> nab(Path nab) throws IOException {
        String labels = Files.readString(nab.resolve("labels/combined_windows.json"));
        Path data = nab.resolve("data");
        List<Rows> all = new ArrayList<>();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.filter(f -> f.toString().endsWith(".csv")).sorted().toList()) {
                String name = data.relativize(file).toString();
                List<String[]> rows = Files.readAllLines(file).stream().skip(1).map(l -> l.split(",")).toList();
                all.add(rows(name, rows, windows(labels, name)));
            }
        }
        return all;
    }

    private static List<LocalDateTime> windows(String labels, String name) {
        int from = labels.indexOf('[', labels.indexOf("\"" + name + "\""));
        int depth = 0;
        int to = from;
        do {
            depth += labels.charAt(to) == '[' ? 1 : labels.charAt(to) == ']' ? -1 : 0;
            to++;
        } while (depth > 0);
        List<LocalDateTime> edges = new ArrayList<>();
        Matcher edge = Pattern.compile("\"(\\d{4}-[^\"]{14})").matcher(labels.substring(from, to));
        while (edge.find()) {
            edges.add(LocalDateTime.parse(edge.group(1).replace(' ', 'T')));
        }
        return edges;
    }

    private static Rows rows(String name, List<String[]> rows, List<LocalDateTime> edges) {
        int n = rows.size();
        List<LocalDateTime> times = rows.stream().map(r -> LocalDateTime.parse(r[0].strip().replace(' ', 'T'))).toList();
        Map<LocalDateTime, Integer> first = new HashMap<>();
        IntStream.range(0, n).forEach(i -> first.putIfAbsent(times.get(i), i));
        int[] kind = new int[n];
        double[] pays = new double[n];
        int next = 0;
        int window = -1;
        int right = -1;
        double width = 0;
        int gone = -1;
        double goneWidth = 0;
        for (int i = 0; i < n; i++) {
            if (2 * next < edges.size() && times.get(i).equals(edges.get(2 * next))) {
                window = next;
                right = first.get(edges.get(2 * next + 1));
                width = right - i + 1;
                next++;
            }
            kind[i] = i < Math.min(n * 15 / 100, 750) ? -2 : window;
            if (window >= 0) {
                pays[i] = curve(-(right - i + 1) / width) / curve(-1);
            } else {
                pays[i] = gone < 0 ? -1 : curve((i - gone) / (goneWidth - 1));
            }
            if (window >= 0 && i == right) {
                gone = i;
                goneWidth = width;
                window = -1;
            }
        }
        return new Rows(name, rows.stream().mapToDouble(r -> Double.parseDouble(r[1])).toArray(), kind, pays, edges.size() / 2);
    }
}
