package network.litewatch.controlplane;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.ExternalAlert;
import network.litewatch.controlplane.api.AlertIntake;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.store.AlertStore;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Alerts that other systems send: stored, told and kept in the history as our own are, in one transaction; what is accepted is not
 * lost. One that nobody sends again ends when it said it would.
 */
final class ExternalAlerts implements AlertIntake {
    private static final int AT_ONCE = 1_000;

    private final Jdbi jdbi;
    private final InstantSource clock;
    private final AlertStore alerts;
    private final IncidentLog incidents;
    private final Outbox outbox;
    private final Runnable turned;

    /** {@code turned} is called when alerts fired or ended. */
    ExternalAlerts(
            Jdbi jdbi, InstantSource clock, AlertStore alerts, IncidentLog incidents, Outbox outbox, Runnable turned) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.alerts = alerts;
        this.incidents = incidents;
        this.outbox = outbox;
        this.turned = turned;
    }

    @Override
    public void take(List<ExternalAlert> sent) {
        Instant now = clock.instant();
        // In the order of their fingerprints, so that two who do this do not wait for each other.
        Map<String, List<ExternalAlert>> byFingerprint = new TreeMap<>();
        sent.forEach(alert -> byFingerprint
                .computeIfAbsent(alert.fingerprint(), f -> new ArrayList<>())
                .add(alert));
        boolean any = jdbi.inTransaction(handle -> {
            Map<String, Alert> known = alerts.lockExternal(handle, byFingerprint.keySet());
            Map<String, Alert> changed = new HashMap<>();
            Map<String, Instant> ends = new HashMap<>();
            List<Transition> transitions = new ArrayList<>();
            byFingerprint.forEach((fingerprint, lives) -> lives.forEach(life -> {
                Alert before = changed.getOrDefault(fingerprint, known.get(fingerprint));
                life.after(before, now).ifPresent(after -> {
                    changed.put(fingerprint, after);
                    ends.put(fingerprint, life.endsAt());
                    ExternalAlert.turn(before, after).ifPresent(transitions::add);
                });
            }));
            store(handle, changed, ends, transitions);
            return !transitions.isEmpty();
        });
        if (any) {
            turned.run();
        }
    }

    /** Ends those that nobody has sent again. Throws what the database throws; then the next run does it. */
    void expire() {
        Instant now = clock.instant();
        int ended;
        do {
            ended = jdbi.inTransaction(handle -> {
                List<Transition> transitions = alerts.expired(handle, now, AT_ONCE).stream()
                        .map(alert -> alert.resolved(now, List.of("nobody has sent it again")))
                        .map(alert -> new Transition(Transition.Kind.RESOLVED, alert))
                        .toList();
                Map<String, Alert> changed = new HashMap<>();
                transitions.forEach(transition -> changed.put(transition.alert().fingerprint(), transition.alert()));
                store(handle, changed, Map.of(), transitions);
                return transitions.size();
            });
            if (ended > 0) {
                turned.run();
            }
        } while (ended == AT_ONCE);
    }

    private void store(
            Handle handle, Map<String, Alert> changed, Map<String, Instant> ends, List<Transition> transitions) {
        alerts.saveExternal(handle, changed.values(), ends);
        if (!transitions.isEmpty()) {
            outbox.append(handle, transitions.stream().map(AlertDocuments::of).toList());
            incidents.turned(handle, transitions);
        }
    }
}
