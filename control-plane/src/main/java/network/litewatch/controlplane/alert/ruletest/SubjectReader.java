package network.litewatch.controlplane.alert.ruletest;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import network.litewatch.controlplane.alert.ruletest.RuleTest.Subject;
import network.litewatch.controlplane.assess.SeriesKey;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.jspecify.annotations.Nullable;

/**
 * Puts the series of a test together to what is probed. The labels {@code probe}, {@code target}, {@code vantage},
 * {@code network} and {@code kind} say what a series is of; any other is a label of the target.
 */
final class SubjectReader {
    private final Set<ProbeId> tested;
    private final Map<SeriesKey, Map<Signal, List<OptionalDouble>>> series = new LinkedHashMap<>();
    private final Map<SeriesKey, Subject> firsts = new LinkedHashMap<>();

    /** For rules that read {@code tested}; a series may leave its probe out where only one of them gives the signal. */
    SubjectReader(Set<ProbeId> tested) {
        this.tested = tested;
    }

    /** Adds an item of {@code input_series}, or says what is wrong with it. */
    void add(Field item) {
        item.allowOnly("series", "values");
        Field field = item.require("series", "a signal and what it is of, as rpc_head_lag_seconds{target=\"a\"}");
        SeriesName name = field == null ? null : field.as(SeriesName::parse);
        Field valuesField = item.require("values", "one value a step, as 4 4 11x3 _ 4");
        List<OptionalDouble> values = valuesField == null ? null : valuesField.as(SeriesValues::parse);
        Subject subject = field == null || name == null ? null : subject(field, name);
        if (subject == null || values == null || field == null || name == null) {
            return;
        }
        Subject first = firsts.computeIfAbsent(subject.key(), k -> subject);
        if (!first.equals(subject)) {
            field.problem("says network, kind or labels of " + subject.key().target()
                    + " otherwise than an earlier series of it; write the same in all");
        } else if (series.computeIfAbsent(subject.key(), k -> new LinkedHashMap<>())
                        .putIfAbsent(name.signal(), values)
                != null) {
            field.problem("is there twice: " + name.signal().signalName() + " of "
                    + subject.key().target());
        }
    }

    /** All that was added. */
    Map<SeriesKey, Subject> read() {
        Map<SeriesKey, Subject> subjects = new LinkedHashMap<>();
        firsts.forEach((key, first) -> subjects.put(
                key,
                new Subject(key, first.network(), first.kind(), first.labels(), series.getOrDefault(key, Map.of()))));
        return subjects;
    }

    /** What {@code name} is of, without its values; null, with a problem, when that cannot be told. */
    private @Nullable Subject subject(Field field, SeriesName name) {
        Map<String, String> labels = new TreeMap<>(name.labels());
        String probe = labels.remove("probe");
        String target = Optional.ofNullable(labels.remove("target")).orElse("target");
        String vantage = Optional.ofNullable(labels.remove("vantage")).orElse("here");
        String network = Optional.ofNullable(labels.remove("network")).orElse("lab");
        String kind = labels.remove("kind");
        ProbeId id = probe(field, name.signal(), probe);
        if (id == null) {
            return null;
        }
        try {
            return new Subject(
                    new SeriesKey(id, new TargetId(target), new Vantage(vantage)),
                    new NetworkId(network),
                    kind(kind, id),
                    labels,
                    Map.of());
        } catch (IllegalArgumentException e) {
            field.problem(String.valueOf(e.getMessage()));
            return null;
        }
    }

    private @Nullable ProbeId probe(Field field, Signal signal, @Nullable String said) {
        List<ProbeId> giving = tested.stream().filter(signal::givenBy).toList();
        String names = giving.stream().map(ProbeId::value).sorted().collect(Collectors.joining(", "));
        if (giving.isEmpty()) {
            field.problem("no probe of the alerts of this test gives " + signal.signalName());
        } else if (said == null && giving.size() > 1) {
            field.problem("needs a label probe, which is one of " + names);
        } else if (said == null) {
            return giving.get(0);
        } else {
            Optional<ProbeId> found =
                    giving.stream().filter(p -> p.value().equals(said)).findFirst();
            if (found.isEmpty()) {
                field.problem("the label probe must be one of " + names + ": \"" + said + "\"");
            }
            return found.orElse(null);
        }
        return null;
    }

    /** As it is said; else what the name of the probe begins with, as {@code rpc.head}; else a whole chain. */
    private static TargetKind kind(@Nullable String said, ProbeId probe) {
        List<String> kinds = new ArrayList<>();
        String wanted = said == null ? probe.value().replaceAll("\\..*", "") : said;
        for (TargetKind kind : TargetKind.values()) {
            kinds.add(kind.label());
            if (kind.label().equals(wanted)) {
                return kind;
            }
        }
        if (said == null) {
            return TargetKind.CHAIN;
        }
        throw new IllegalArgumentException("the label kind must be one of " + String.join(", ", kinds) + ": \""
                + said.toLowerCase(Locale.ROOT) + "\"");
    }
}
