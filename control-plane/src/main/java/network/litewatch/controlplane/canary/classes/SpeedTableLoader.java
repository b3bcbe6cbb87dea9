package network.litewatch.controlplane.canary.classes;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.config.YamlDocument.Field;
import org.jspecify.annotations.Nullable;

/** Turns {@code gpu-classes.yml} into a {@link SpeedTable}. A file with any problem gives none. */
public final class SpeedTableLoader {
    /** Its name, beside the configuration. */
    public static final String FILE = "gpu-classes.yml";

    private SpeedTableLoader() {}

    /** The table, or what is wrong; never both. */
    public record Loaded(Optional<SpeedTable> table, List<Problem> problems) {}

    public static Loaded load(YamlDocument.Parsed file) {
        SpeedTable table = file.root() == null ? null : table(file.root());
        List<Problem> problems = file.document().problems();
        return problems.isEmpty()
                ? new Loaded(Optional.ofNullable(table), problems)
                : new Loaded(Optional.empty(), problems);
    }

    private static @Nullable SpeedTable table(Field root) {
        root.allowOnly("shares", "gpu_classes", "models");
        Field shares = root.require("shares", "parts of the roof, as {floor: 0.4, good: 0.75, source: where from}");
        Map<String, SpeedTable.Card> cards = named(root, "gpu_classes", SpeedTableLoader::card);
        Map<String, SpeedTable.Model> models = named(root, "models", SpeedTableLoader::model);
        if (shares == null) {
            return null;
        }
        shares.allowOnly("floor", "good", "source");
        Double floor = number(shares, "floor", "share of the roof below which a card is slow, as 0.4");
        Double good = number(shares, "good", "share of the roof that a good set-up reaches, as 0.75");
        if (floor == null || good == null || source(shares) == null) {
            return null;
        }
        if (floor >= good || good >= 1) {
            shares.problem("floor must be less than good, and good less than 1");
            return null;
        }
        return new SpeedTable(floor, good, cards, models);
    }

    private static <T> Map<String, T> named(Field root, String section, BiFunction<Field, String, @Nullable T> read) {
        Map<String, T> found = new LinkedHashMap<>();
        Field all = root.require(section, "entries by name, as people write it in labels");
        if (all != null) {
            all.fields().forEach((name, field) -> {
                String source = source(field);
                T entry = source == null ? null : read.apply(field, source);
                if (entry != null) {
                    found.put(name, entry);
                }
            });
        }
        return found;
    }

    private static SpeedTable.@Nullable Card card(Field field, String source) {
        field.allowOnly("bandwidth_gbs", "memory_gb", "source");
        Double bandwidth = number(field, "bandwidth_gbs", "gigabytes a second, as 1008");
        Double memory = number(field, "memory_gb", "gigabytes, as 24");
        return bandwidth == null || memory == null ? null : new SpeedTable.Card(bandwidth, memory, source);
    }

    private static SpeedTable.@Nullable Model model(Field field, String source) {
        field.allowOnly("weights_gb", "source");
        Double weights = number(field, "weights_gb", "gigabytes read for each token, as 4.9");
        return weights == null ? null : new SpeedTable.Model(weights, source);
    }

    /** A figure that nobody can look up is not taken. */
    private static @Nullable String source(Field field) {
        Field source = field.require("source", "where the figures come from");
        return source == null ? null : source.text();
    }

    private static @Nullable Double number(Field field, String key, String hint) {
        Field written = field.require(key, hint);
        return written == null ? null : written.as(SpeedTableLoader::positive);
    }

    private static Double positive(String text) {
        if (text.matches("[0-9]{1,5}(\\.[0-9]{1,6})?")) {
            double value = Double.parseDouble(text);
            if (value > 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("must be a number above 0, as 4.9: \"" + text + "\"");
    }
}
