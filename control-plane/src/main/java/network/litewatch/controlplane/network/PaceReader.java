package network.litewatch.controlplane.network;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import network.litewatch.controlplane.config.Durations;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.YamlDocument.Field;
import network.litewatch.probe.ProbeId;
import org.jspecify.annotations.Nullable;

/** The section {@code probes} of a network's file: how often each question is asked, and what is kept of the answers. */
final class PaceReader {
    private final Placeholders placeholders;
    private final Set<ProbeId> probes;

    PaceReader(Placeholders placeholders, Set<ProbeId> probes) {
        this.placeholders = placeholders;
        this.probes = probes;
    }

    Map<ProbeId, Network.Pace> read(Field root) {
        Map<ProbeId, Network.Pace> pace = new LinkedHashMap<>();
        Field section =
                root.require("probes", "interval and timeout by probe, as rpc.head: {interval: 5s, timeout: 3s}");
        if (section == null) {
            return pace;
        }
        section.fields().forEach((name, field) -> {
            field.allowOnly("interval", "timeout", "store", "sample", "metrics");
            if (probes.stream().noneMatch(p -> p.value().equals(name))) {
                field.problem("is not a probe; probes: "
                        + new TreeSet<>(probes.stream().map(ProbeId::value).toList()));
                return;
            }
            Network.Pace read = pace(field);
            if (read != null) {
                pace.put(new ProbeId(name), read);
            }
        });
        return pace;
    }

    /** What a provider allows, as {@code {calls: 100000, per: 1d}}; empty where nothing is written, or nothing right. */
    Optional<Network.Quota> quota(@Nullable Field field) {
        if (field == null) {
            return Optional.empty();
        }
        field.allowOnly("calls", "per");
        Field calls = field.require("calls", "how many calls the provider allows, as 100000");
        Duration per = duration(field.require("per", "in which time, as 1d"));
        Long most = calls == null ? null : calls.as(text -> Literals.whole(placeholders.expand(text)));
        if (most == null || per == null) {
            return Optional.empty();
        }
        if (most == 0 || per.isZero()) {
            field.problem("calls and per must be more than 0");
            return Optional.empty();
        }
        return Optional.of(new Network.Quota(most, per));
    }

    private Network.@Nullable Pace pace(Field field) {
        Duration interval = duration(field.require("interval", "time from slot to slot, as 5s"));
        Duration timeout = duration(field.require("timeout", "total deadline of one run, as 3s"));
        Storing storing = storing(field);
        Boolean perTarget = choice(field.get("metrics"), Map.of("targets", true, "aggregates", false), true);
        if (interval == null || timeout == null || storing == null || perTarget == null) {
            return null;
        }
        if (interval.compareTo(Duration.ofSeconds(1)) < 0) {
            field.problem("interval must be at least 1s");
        } else if (timeout.isZero() || timeout.compareTo(interval) > 0) {
            field.problem("timeout must be positive and not longer than the interval");
        } else {
            return new Network.Pace(interval, timeout, storing, perTarget);
        }
        return null;
    }

    private @Nullable Storing storing(Field field) {
        Boolean everything = choice(field.get("store"), Map.of("all", true, "changes", false), true);
        Field written = field.get("sample");
        if (everything == null) {
            return null;
        }
        if (written == null) {
            return new Storing(everything, Storing.SAMPLE);
        }
        if (everything) {
            written.problem("has a meaning with store: changes only; all are kept here");
            return null;
        }
        Duration sample = duration(written);
        if (sample != null && sample.isZero()) {
            written.problem("must be longer than 0");
            return null;
        }
        return sample == null ? null : new Storing(false, sample);
    }

    /** The value that {@code field} chooses, {@code otherwise} where it is not written; null, and a problem, for any other. */
    private <T> @Nullable T choice(@Nullable Field field, Map<String, T> choices, T otherwise) {
        return field == null
                ? otherwise
                : field.as(text -> {
                    T chosen = choices.get(placeholders.expand(text));
                    if (chosen == null) {
                        throw new IllegalArgumentException("must be one of " + new TreeSet<>(choices.keySet()));
                    }
                    return chosen;
                });
    }

    private @Nullable Duration duration(@Nullable Field field) {
        Function<String, Duration> parser = text -> Durations.parse(placeholders.expand(text));
        return field == null ? null : field.as(parser);
    }
}
