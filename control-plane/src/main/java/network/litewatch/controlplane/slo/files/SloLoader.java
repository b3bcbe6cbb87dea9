package network.litewatch.controlplane.slo.files;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.controlplane.slo.Budgeting;
import network.litewatch.controlplane.slo.Sli;
import network.litewatch.controlplane.slo.Slo;
import network.litewatch.probe.ProbeId;
import org.jspecify.annotations.Nullable;

/**
 * Reads SLOs in OpenSLO v1, one a file, as far as Litewatch keeps to it: an inline indicator, one objective, one rolling window.
 * A set with any problem gives no SLO at all: half of them is worse than the old ones.
 */
public final class SloLoader {
    private final IndicatorReader indicators;
    private final Map<String, Field> seen = new HashMap<>();
    private final List<Slo> slos = new ArrayList<>();

    /** All SLOs, or all problems; never both. */
    public record Loaded(List<Slo> slos, List<Problem> problems) {}

    private SloLoader(Set<ProbeId> probes) {
        this.indicators = new IndicatorReader(probes);
    }

    /** Reads {@code files}, whose indicators may name {@code probes} and nothing else. */
    public static Loaded load(Collection<YamlDocument.Parsed> files, Set<ProbeId> probes) {
        SloLoader loader = new SloLoader(probes);
        List<Problem> problems = new ArrayList<>();
        for (YamlDocument.Parsed file : files) {
            if (file.root() != null) {
                loader.file(file.root());
            }
            problems.addAll(file.document().problems());
        }
        return problems.isEmpty() ? new Loaded(loader.slos, List.of()) : new Loaded(List.of(), problems);
    }

    private void file(Field root) {
        root.allowOnly("apiVersion", "kind", "metadata", "spec");
        must(root, "apiVersion", "openslo/v1");
        must(root, "kind", "SLO");
        Field metadata = root.require("metadata", "at least name");
        Field spec = root.require("spec", "what is promised");
        String name = metadata == null ? null : name(metadata);
        String title = metadata == null ? null : optional(metadata, "displayName");
        String origin = metadata == null ? null : origin(metadata);
        if (spec == null) {
            return;
        }
        spec.allowOnly("description", "service", "indicator", "timeWindow", "budgetingMethod", "objectives");
        var unused = optional(spec, "description");
        String service = text(spec, "service", "what the SLO is about, as rpc");
        Duration window = window(spec);
        Field objective = objective(spec);
        Field indicator = spec.require("indicator", "metadata and spec of what is measured");
        if (indicator == null || objective == null) {
            return;
        }
        Sli sli = indicators.read(indicator, objective);
        Budgeting budgeting = budgeting(spec, objective);
        Field target = objective.require("target", "the share that is promised, as 0.99");
        Double share = target == null ? null : target.as(text -> Slo.requireTarget(IndicatorReader.number(text)));
        if (name != null && service != null && window != null && sli != null && budgeting != null && share != null) {
            slos.add(new Slo(
                    name,
                    title == null ? name : title,
                    service,
                    origin == null ? "" : origin,
                    sli,
                    budgeting,
                    share,
                    window));
        }
    }

    private @Nullable String name(Field metadata) {
        metadata.allowOnly("name", "displayName", "labels", "annotations");
        Field field = metadata.require("name", "the SLO's name, as rpc-availability");
        String name = field == null ? null : field.text();
        if (field == null || name == null) {
            return null;
        }
        if (!name.matches("[a-z]([a-z0-9-]{0,46}[a-z0-9])?")) {
            field.problem("must be 1-48 characters of a-z 0-9 -, starting with a letter: \"" + name + "\"");
            return null;
        }
        Field before = seen.putIfAbsent(name, field);
        if (before != null) {
            field.problem("the SLO " + name + " is defined already: " + before.asProblem("here"));
            return null;
        }
        return name;
    }

    /** What the annotation {@code origin} says: whose number the objective is. */
    private static @Nullable String origin(Field metadata) {
        Field labels = metadata.get("labels");
        if (labels != null) {
            labels.texts();
        }
        Field annotations = metadata.get("annotations");
        return annotations == null ? null : annotations.texts().get("origin");
    }

    private static @Nullable Duration window(Field spec) {
        Field windows = spec.require("timeWindow", "a list of one, as - {duration: 30d, isRolling: true}");
        List<Field> items = windows == null ? List.of() : windows.items();
        if (windows != null && items.size() != 1) {
            windows.problem("must have one window");
            return null;
        }
        if (items.isEmpty()) {
            return null;
        }
        Field item = items.get(0);
        item.allowOnly("duration", "isRolling");
        Field rolling = item.require("isRolling", "true: months and weeks of a calendar are not kept");
        String is = rolling == null ? null : rolling.text();
        if (rolling != null && is != null && !is.equals("true")) {
            rolling.problem("must be true: months and weeks of a calendar are not kept");
        }
        Field duration = item.require("duration", "7d to 90d, as 30d");
        return duration == null ? null : duration.as(text -> Slo.requireWindow(Durations.parse(text)));
    }

    private static @Nullable Field objective(Field spec) {
        Field objectives = spec.require("objectives", "a list of one, as - target: 0.99");
        List<Field> items = objectives == null ? List.of() : objectives.items();
        if (objectives != null && items.size() != 1) {
            objectives.problem("must have one objective; a second one is an SLO of its own");
            return null;
        }
        if (items.isEmpty()) {
            return null;
        }
        items.get(0).allowOnly("displayName", "op", "value", "target", "timeSliceTarget", "timeSliceWindow");
        var unused = optional(items.get(0), "displayName");
        return items.get(0);
    }

    private static @Nullable Budgeting budgeting(Field spec, Field objective) {
        Field method = spec.require("budgetingMethod", "Occurrences or Timeslices");
        String name = method == null ? null : method.text();
        if (method == null || name == null) {
            return null;
        }
        Field share = objective.get("timeSliceTarget");
        Field length = objective.get("timeSliceWindow");
        switch (name) {
            case "Occurrences" -> {
                if (share != null) {
                    share.problem("goes with budgetingMethod: Timeslices only");
                }
                if (length != null) {
                    length.problem("goes with budgetingMethod: Timeslices only");
                }
                return new Budgeting.Occurrences();
            }
            case "Timeslices" -> {
                return timeslices(objective);
            }
            default -> {
                method.problem("must be Occurrences or Timeslices: \"" + name + "\"");
                return null;
            }
        }
    }

    private static @Nullable Budgeting timeslices(Field objective) {
        Field share = objective.require("timeSliceTarget", "the share of a slice that must be good, as 0.95");
        Field length = objective.require("timeSliceWindow", "how long a slice is, as 1m");
        if (share == null || length == null) {
            return null;
        }
        // Each by itself first, so that each problem stands at its own field.
        Duration minute = Duration.ofMinutes(1);
        Optional<Double> target = Optional.ofNullable(
                share.as(text -> new Budgeting.Timeslices(IndicatorReader.number(text), minute).target()));
        Optional<Duration> slice =
                Optional.ofNullable(length.as(text -> new Budgeting.Timeslices(1, Durations.parse(text)).length()));
        return target.isPresent() && slice.isPresent() ? new Budgeting.Timeslices(target.get(), slice.get()) : null;
    }

    private static void must(Field root, String key, String value) {
        Field field = root.require(key, value);
        String text = field == null ? null : field.text();
        if (field != null && text != null && !text.equals(value)) {
            field.problem("must be " + value + ": \"" + text + "\"");
        }
    }

    private static @Nullable String text(Field parent, String key, String hint) {
        Field field = parent.require(key, hint);
        return field == null ? null : field.text();
    }

    private static @Nullable String optional(Field parent, String key) {
        Field field = parent.get(key);
        return field == null ? null : field.text();
    }
}
