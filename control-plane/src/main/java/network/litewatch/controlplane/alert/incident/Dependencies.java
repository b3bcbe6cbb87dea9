package network.litewatch.controlplane.alert.incident;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.alert.Alert;

/**
 * What hangs on what, one step far: an RPC and its routers, a router and its miners. A rule says with {@code down: true} that its target
 * is of no use to whatever hangs on it, and with {@code depends_on} which labels name what its own target hangs on.
 *
 * <p>It is a mute only: what hangs on something that is down is probed and judged as ever, and its end is told.
 *
 * @param downs alerts that say so, firing, about to, or until a moment ago
 * @param dependents alerts that fire and depend on something
 */
public record Dependencies(List<Alert> downs, List<Alert> dependents) {
    /** Label of an alert whose rule says that its target is of no use to others: {@code true}. */
    public static final String DOWN = "down";

    /** Label of an alert that names the labels of what its target hangs on, with spaces between. */
    public static final String DEPENDS_ON = "depends_on";

    /** Labels of targets that name others. */
    public static final List<String> NAMES = List.of("rpc", "router");

    /** How long what depends on something has to come back after it, before it is spoken of. */
    public static final Duration GRACE = Duration.ofMinutes(1);

    public static final Dependencies NONE = new Dependencies(List.of(), List.of());

    public Dependencies {
        downs = List.copyOf(downs);
        dependents = List.copyOf(dependents);
    }

    /** Whether {@code alert} says that others are of no use to those that hang on them, or waits to say so. */
    static boolean isDown(Alert alert) {
        return "true".equals(alert.labels().get(DOWN));
    }

    /** What is down of that which {@code alert} depends on at {@code now}; one that fires rather than one that waits or ended. */
    Optional<Alert> hiding(Alert alert, Instant now) {
        Map<String, String> labels = alert.labels();
        // What a drill broke hides nothing real, and what is really broken nothing that a drill waits for.
        String drill = labels.getOrDefault(GroupKey.DRILL, "");
        List<String> on = Arrays.stream(labels.getOrDefault(DEPENDS_ON, "").split(" "))
                .map(name -> labels.getOrDefault(name, ""))
                .filter(name -> !name.isEmpty())
                .toList();
        return downs.stream()
                .filter(down -> !isOver(down, now)
                        && on.contains(down.labels().getOrDefault("target", ""))
                        && down.labels().getOrDefault("network", "").equals(labels.get("network"))
                        && down.labels().getOrDefault(GroupKey.DRILL, "").equals(drill)
                        && !down.fingerprint().equals(alert.fingerprint()))
                .min(Comparator.comparing((Alert down) -> down.state() != Alert.State.FIRING)
                        .thenComparing(Alert::fingerprint));
    }

    private static boolean isOver(Alert down, Instant now) {
        Instant end = down.resolvedAt();
        return end != null && !now.isBefore(end.plus(GRACE));
    }

    /** How many alerts that fire are hidden by one of {@code alerts} at {@code now}. */
    int hiddenBy(List<Alert> alerts, Instant now) {
        List<String> ours = alerts.stream()
                .filter(alert -> alert.state() == Alert.State.FIRING && isDown(alert))
                .map(Alert::fingerprint)
                .toList();
        return ours.isEmpty()
                ? 0
                : (int) dependents.stream()
                        .filter(alert -> hiding(alert, now)
                                .filter(down -> ours.contains(down.fingerprint()))
                                .isPresent())
                        .count();
    }
}
