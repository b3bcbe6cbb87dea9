package network.litewatch.controlplane.slo.files;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.config.Nearest;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.controlplane.slo.Limit;
import network.litewatch.controlplane.slo.Sli;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import org.jspecify.annotations.Nullable;

/**
 * Reads the indicator of an SLO: {@code ratioMetric}, good runs out of those that count, or {@code thresholdMetric}, runs that are
 * ok and within the limit that the objective states.
 */
final class IndicatorReader {
    private static final String TYPE = "litewatch";

    private final Set<ProbeId> probes;

    IndicatorReader(Set<ProbeId> probes) {
        this.probes = probes;
    }

    /** Null, with problems, where it does not fit. */
    @Nullable
    Sli read(Field indicator, Field objective) {
        indicator.allowOnly("metadata", "spec");
        Field metadata = indicator.get("metadata");
        if (metadata != null) {
            metadata.allowOnly("name", "displayName");
        }
        Field spec = indicator.require("spec", "ratioMetric or thresholdMetric");
        if (spec == null) {
            return null;
        }
        spec.allowOnly("description", "ratioMetric", "thresholdMetric");
        Field ratio = spec.get("ratioMetric");
        Field threshold = spec.get("thresholdMetric");
        if ((ratio == null) == (threshold == null)) {
            spec.problem("must have ratioMetric or thresholdMetric, one of them");
            return null;
        }
        return ratio != null ? ratio(ratio, objective) : threshold(threshold, objective);
    }

    private @Nullable Sli ratio(Field ratio, Field objective) {
        ratio.allowOnly("counter", "good", "total");
        for (String key : List.of("op", "value")) {
            Field extra = objective.get(key);
            if (extra != null) {
                extra.problem("goes with thresholdMetric only");
            }
        }
        Field good = source(ratio.require("good", "metricSource with spec {outcome: ok}"));
        if (good != null) {
            good.allowOnly("outcome");
            Field outcome = good.require("outcome", "ok");
            String text = outcome == null ? null : outcome.text();
            if (outcome != null && text != null && !text.equals("ok")) {
                outcome.problem("must be ok: \"" + text + "\"");
            }
        }
        Field total = source(ratio.require("total", "metricSource with spec {probe: ...}"));
        if (total == null || good == null) {
            return null;
        }
        total.allowOnly("probe", "networks", "targets", "labels", "by");
        ProbeId probe = probe(total);
        return probe == null ? null : sli(total, probe, Optional.empty());
    }

    private @Nullable Sli threshold(@Nullable Field threshold, Field objective) {
        Field spec = source(threshold);
        Field op = objective.require("op", "lte, lt, gte or gt");
        Field value = objective.require("value", "what the signal is compared with, in its unit");
        if (spec == null) {
            return null;
        }
        spec.allowOnly("probe", "signal", "networks", "targets", "labels", "by");
        ProbeId probe = probe(spec);
        Field named = spec.require("signal", "the signal that is compared, as probe_elapsed_seconds");
        Signal signal = named == null || probe == null ? null : signal(named, probe);
        Limit.Op how = op == null ? null : op.as(Limit.Op::parse);
        Double limit = value == null ? null : value.as(IndicatorReader::number);
        return probe == null || signal == null || how == null || limit == null
                ? null
                : sli(spec, probe, Optional.of(new Limit(signal, how, limit)));
    }

    private static @Nullable Field source(@Nullable Field metric) {
        if (metric == null) {
            return null;
        }
        metric.allowOnly("metricSource");
        Field source = metric.require("metricSource", "type and spec");
        if (source == null) {
            return null;
        }
        source.allowOnly("type", "spec");
        Field type = source.require("type", TYPE);
        String text = type == null ? null : type.text();
        if (type != null && text != null && !text.equals(TYPE)) {
            type.problem("must be " + TYPE + ": \"" + text + "\"");
        }
        return source.require("spec", "what is counted");
    }

    private static Sli sli(Field spec, ProbeId probe, Optional<Limit> limit) {
        Field labels = spec.get("labels");
        Field by = spec.get("by");
        Sli.By own = by == null ? Sli.By.NETWORK : by.as(IndicatorReader::by);
        return new Sli(
                probe,
                names(spec.get("networks"), NetworkId::new),
                names(spec.get("targets"), TargetId::new),
                labels == null ? Map.of() : labels.texts(),
                own == null ? Sli.By.NETWORK : own,
                limit);
    }

    private static Sli.By by(String text) {
        return switch (text) {
            case "network" -> Sli.By.NETWORK;
            case "target" -> Sli.By.TARGET;
            default -> throw new IllegalArgumentException("must be network or target: \"" + text + "\"");
        };
    }

    private static <T> Set<T> names(@Nullable Field field, Function<String, T> parser) {
        List<T> names = new ArrayList<>();
        if (field != null) {
            for (Field item : field.items()) {
                T name = item.as(parser);
                if (name != null) {
                    names.add(name);
                }
            }
            if (field.isList() && field.items().isEmpty()) {
                field.problem("must name at least one; leave it out for all");
            }
        }
        return new LinkedHashSet<>(names);
    }

    private @Nullable ProbeId probe(Field spec) {
        Field field = spec.require("probe", "whose runs are counted, as rpc.head");
        ProbeId probe = field == null ? null : field.as(ProbeId::new);
        if (field == null || probe == null) {
            return null;
        }
        Set<String> known = new TreeSet<>(probes.stream().map(ProbeId::value).toList());
        if (!known.contains(probe.value())) {
            field.problem("\"" + probe + "\" is no probe; did you mean " + Nearest.to(probe.value(), known)
                    + "? probes: " + known);
            return null;
        }
        return probe;
    }

    private static @Nullable Signal signal(Field field, ProbeId probe) {
        String name = field.text();
        if (name == null) {
            return null;
        }
        Optional<Signal> signal = Signal.named(name);
        if (signal.isPresent() && signal.get().givenBy(probe)) {
            return signal.get();
        }
        List<String> given = Arrays.stream(Signal.values())
                .filter(one -> one.givenBy(probe))
                .map(Signal::signalName)
                .toList();
        field.problem("\"" + name + "\" is no signal of " + probe + "; did you mean " + Nearest.to(name, given) + "?");
        return null;
    }

    /** A finite number; {@link IllegalArgumentException} for anything else. */
    static double number(String text) {
        double number;
        try {
            number = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("must be a number: \"" + text + "\"");
        }
        if (!Double.isFinite(number)) {
            throw new IllegalArgumentException("must be a finite number: \"" + text + "\"");
        }
        return number;
    }
}
