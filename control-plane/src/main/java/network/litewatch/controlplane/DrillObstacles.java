package network.litewatch.controlplane;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.MaintenanceWindow;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.drill.Sight;
import network.litewatch.probe.Target;

/**
 * What keeps a drill from being begun by the clock.
 *
 * @param running ids of runs that are not over
 * @param alerts that are not resolved, of the drill's network
 * @param work that is announced, whenever
 */
record DrillObstacles(
        Collection<String> running,
        Collection<Alert> alerts,
        Collection<MaintenanceWindow> work,
        Collection<Target> inventory) {
    private static final String OPEN_INCIDENT = "open_incident";
    private static final String FREEZE = "freeze";

    /** Why {@code drill}, which does {@code blast}, is not begun at {@code now}; empty when nothing is against it. */
    List<String> of(Drill drill, Blast blast, Instant now) {
        TreeSet<String> why = new TreeSet<>();
        running.forEach(run -> why.add("a drill is running: " + run));
        boolean anywhere = drill.schedule()
                .filter(its -> its.skipIf().contains(OPEN_INCIDENT))
                .isPresent();
        alerts.stream()
                .filter(alert -> alert.state() == Alert.State.FIRING)
                .filter(alert -> !alert.labels().containsKey(Sight.LABEL))
                .filter(alert -> anywhere || blast.touched().contains(target(alert)))
                .forEach(alert -> why.add("an incident is open: " + alert.rule() + " of " + target(alert)));
        boolean frozen =
                drill.schedule().filter(its -> its.skipIf().contains(FREEZE)).isPresent();
        for (MaintenanceWindow window : work) {
            if (window.openUntil(now).isPresent() && (frozen || touches(window, drill, blast))) {
                why.add("work is announced: " + window.name());
            }
        }
        return new ArrayList<>(why);
    }

    private boolean touches(MaintenanceWindow window, Drill drill, Blast blast) {
        return inventory.stream()
                .filter(target -> blast.touched().contains(target.id().value()))
                .map(target -> {
                    Map<String, String> labels = new HashMap<>(target.labels());
                    labels.put("network", target.network().value());
                    labels.put("target", target.id().value());
                    labels.put("kind", target.kind().label());
                    labels.put("alertname", drill.proves().alert());
                    return labels;
                })
                .anyMatch(window::matches);
    }

    private static String target(Alert alert) {
        return alert.labels().getOrDefault("target", "?");
    }
}
