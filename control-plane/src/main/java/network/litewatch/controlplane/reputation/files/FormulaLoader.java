package network.litewatch.controlplane.reputation.files;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.controlplane.reputation.Component;
import network.litewatch.controlplane.reputation.Formula;
import network.litewatch.controlplane.reputation.TaskDeadlines;
import network.litewatch.probe.TargetId;
import org.jspecify.annotations.Nullable;

/** Turns {@code reputation.yml} into a {@link Formula}. A file with any problem gives none. */
public final class FormulaLoader {
    /** Its name, beside the configuration. */
    public static final String FILE = "reputation.yml";

    private static final Duration SHORTEST = Duration.ofMinutes(1);
    private static final Duration LONGEST = Duration.ofDays(3_650);
    private static final String NUMBER = "[0-9]{1,5}(\\.[0-9]{1,6})?";

    private FormulaLoader() {}

    /** The formula, or what is wrong; never both. */
    public record Loaded(Optional<Formula> formula, List<Problem> problems) {}

    public static Loaded load(YamlDocument.Parsed file) {
        Formula formula = file.root() == null ? null : formula(file.root());
        List<Problem> problems = file.document().problems();
        return problems.isEmpty()
                ? new Loaded(Optional.ofNullable(formula), problems)
                : new Loaded(Optional.empty(), problems);
    }

    private static @Nullable Formula formula(Field root) {
        root.allowOnly("version", "z", "components", "deadlines", "away");
        Field version = root.require("version", "a name for this formula, as \"2026-11\"");
        Double z = number(root, "z", "half-width of intervals in standard deviations, as 1.96");
        Field components = root.require("components", "what counts, as availability: {weight: 1, ...}");
        String name = version == null ? null : version.as(FormulaLoader::versionName);
        Map<Component, Formula.Part> parts = new EnumMap<>(Component.class);
        if (components != null) {
            components.fields().forEach((label, field) -> {
                Component component = Component.labelled(label).orElse(null);
                if (component == null) {
                    field.problem("is no component: "
                            + String.join(
                                    ", ",
                                    List.of(Component.values()).stream()
                                            .map(Component::label)
                                            .toList()));
                    return;
                }
                Formula.Part part = part(field);
                if (part != null) {
                    parts.put(component, part);
                }
            });
            if (parts.size() == components.fields().size()
                    && parts.values().stream().noneMatch(part -> part.weight() > 0)) {
                components.problem("must have a component with a weight above 0");
            }
        }
        List<Formula.Away> away = away(root);
        return name == null || z == null || parts.isEmpty() ? null : new Formula(name, z, parts, deadlines(root), away);
    }

    private static Formula.@Nullable Part part(Field field) {
        field.allowOnly("weight", "half_life", "prior", "minimum");
        Field exponent = field.require("weight", "exponent of its share, 0 to count it only, as 1");
        Double weight = exponent == null ? null : exponent.as(FormulaLoader::weight);
        Field half = field.require("half_life", "after which evidence counts half, as 7d");
        Duration halfLife = half == null ? null : half.as(FormulaLoader::halfLife);
        Double minimum = number(field, "minimum", "faded pieces of evidence that are needed, as 5");
        Field prior = field.require("prior", "counts before any evidence, as {good: 1, bad: 1}");
        if (prior == null) {
            return null;
        }
        prior.allowOnly("good", "bad");
        Double good = number(prior, "good", "above 0, as 1");
        Double bad = number(prior, "bad", "above 0, as 1");
        return weight == null || halfLife == null || minimum == null || good == null || bad == null
                ? null
                : new Formula.Part(weight, halfLife, good, bad, minimum);
    }

    private static TaskDeadlines deadlines(Field root) {
        Field deadlines = root.get("deadlines");
        if (deadlines == null) {
            return Formula.DEADLINES;
        }
        deadlines.allowOnly("ack", "precommit", "commit");
        Map<TaskDeadlines.Step, Duration> windows = new EnumMap<>(TaskDeadlines.Step.class);
        for (TaskDeadlines.Step step : TaskDeadlines.Step.values()) {
            Field window = deadlines.require(step.label(), "time from the assignment, as 90s");
            Duration length = window == null ? null : window.as(FormulaLoader::window);
            if (length != null) {
                windows.put(step, length);
            }
        }
        return new TaskDeadlines(windows);
    }

    private static Duration window(String text) {
        Duration duration = Durations.parse(text);
        if (duration.isZero() || duration.compareTo(Duration.ofHours(1)) > 0) {
            throw new IllegalArgumentException("must be above 0s, and 1h at most: \"" + text + "\"");
        }
        return duration;
    }

    private static List<Formula.Away> away(Field root) {
        List<Formula.Away> all = new ArrayList<>();
        Field away = root.get("away");
        if (away == null) {
            return all;
        }
        for (Field item : away.items()) {
            item.allowOnly("node", "from", "to", "why");
            Field node = item.require("node", "id of a miner");
            Field from = item.require("from", "when it goes, as 2026-11-21T10:00:00Z");
            Field to = item.require("to", "when it is back, as 2026-11-21T12:00:00Z");
            Field why = item.require("why", "what was announced, and where");
            TargetId id = node == null ? null : node.as(TargetId::new);
            Instant start = from == null ? null : from.as(FormulaLoader::instant);
            Instant end = to == null ? null : to.as(FormulaLoader::instant);
            String reason = why == null ? null : why.text();
            if (id != null && start != null && end != null && reason != null) {
                if (end.isAfter(start)) {
                    all.add(new Formula.Away(id, start, end, reason));
                } else {
                    item.problem("to must be after from");
                }
            }
        }
        return all;
    }

    private static @Nullable Double number(Field field, String key, String hint) {
        Field written = field.require(key, hint);
        return written == null ? null : written.as(FormulaLoader::positive);
    }

    private static Double positive(String text) {
        if (text.matches(NUMBER) && Double.parseDouble(text) > 0) {
            return Double.parseDouble(text);
        }
        throw new IllegalArgumentException("must be a number above 0, as 1.5: \"" + text + "\"");
    }

    private static Double weight(String text) {
        if (text.matches(NUMBER)) {
            return Double.parseDouble(text);
        }
        throw new IllegalArgumentException("must be a number of 0 or more, as 0.5: \"" + text + "\"");
    }

    private static String versionName(String text) {
        if (text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,39}")) {
            return text;
        }
        throw new IllegalArgumentException("must be 1 to 40 letters, digits, dots, _ or -: \"" + text + "\"");
    }

    private static Duration halfLife(String text) {
        Duration duration = Durations.parse(text);
        if (duration.compareTo(SHORTEST) < 0 || duration.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("must be 1m to 3650d: \"" + text + "\"");
        }
        return duration;
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("must be a time, as 2026-11-21T10:00:00Z: \"" + text + "\"", e);
        }
    }
}
