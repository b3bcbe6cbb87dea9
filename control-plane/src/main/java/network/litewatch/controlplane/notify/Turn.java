package network.litewatch.controlplane.notify;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.Dependencies;
import network.litewatch.controlplane.alert.incident.GroupKey;
import network.litewatch.controlplane.alert.incident.Severity;
import org.jdbi.v3.core.Handle;

/**
 * What became of the alerts of one group in one batch.
 *
 * @param fired whether one of them fired
 * @param urgency rank of the worst severity among them
 * @param from when the first of their lives began
 * @param worst the one that an incident is opened by
 */
record Turn(GroupKey group, boolean fired, int urgency, Instant from, Alert worst) {
    private static final long TURNS = 0x4C57_5455_524E_5331L;
    private static final String OPEN = """
            INSERT INTO incident (id, group_key, service, network, failure, urgency, due_at, opened_at, opened_by)
            VALUES (:id, :key, :service, :network, :failure, :urgency, :now, :opened, :by::jsonb)
            ON CONFLICT (group_key) WHERE closed_at IS NULL DO UPDATE
               SET version = incident.version + 1, due_at = LEAST(incident.due_at, excluded.due_at),
                   urgency = LEAST(incident.urgency, excluded.urgency)
            """;
    private static final String TOUCH = """
            UPDATE incident SET version = version + 1, due_at = LEAST(due_at, :now)
             WHERE group_key = :key AND closed_at IS NULL
            """;

    private static final String NEIGHBOURS = """
            UPDATE incident SET version = version + 1, due_at = LEAST(due_at, :now)
             WHERE network = :network AND closed_at IS NULL
            """;

    /** Writes what {@code transitions} mean for incidents, in the transaction of {@code handle}. */
    static void write(Handle handle, List<Transition> transitions, Instant now, Function<Alert, String> json) {
        if (transitions.isEmpty()) {
            return;
        }
        // One after the other, as each touches many incidents: two at once would wait for each other.
        handle.execute("SELECT pg_advisory_xact_lock(?)", TURNS);
        Map<String, Turn> turns = new TreeMap<>();
        for (Transition transition : transitions) {
            turns.merge(GroupKey.of(transition.alert()).value(), of(transition), Turn::and);
        }
        turns.forEach((key, turn) -> turn.write(handle, key, now, json));
        // Whom they hide, or who says how many it hides, is told of otherwise from now on.
        transitions.stream()
                .map(transition -> transition.alert().labels())
                .filter(labels -> labels.containsKey(Dependencies.DOWN) || labels.containsKey(Dependencies.DEPENDS_ON))
                .map(labels -> labels.getOrDefault("network", ""))
                .distinct()
                .forEach(network -> handle.createUpdate(NEIGHBOURS)
                        .bind("network", network)
                        .bind("now", now)
                        .execute());
    }

    private void write(Handle handle, String key, Instant now, Function<Alert, String> json) {
        if (!fired) {
            handle.createUpdate(TOUCH).bind("key", key).bind("now", now).execute();
            return;
        }
        handle.createUpdate(OPEN)
                .bind("id", UUID.randomUUID())
                .bind("key", key)
                .bind("service", group.service())
                .bind("network", group.network())
                .bind("failure", group.failure())
                .bind("urgency", urgency)
                .bind("opened", from)
                .bind("by", json.apply(worst))
                .bind("now", now)
                .execute();
    }

    private static Turn of(Transition transition) {
        Alert alert = transition.alert();
        return new Turn(
                GroupKey.of(alert),
                transition.kind() == Transition.Kind.FIRED,
                Severity.rank(alert.labels().getOrDefault("severity", "")),
                alert.startsAt(),
                alert);
    }

    private Turn and(Turn other) {
        boolean others = fired == other.fired ? other.urgency < urgency : other.fired;
        return new Turn(
                group,
                fired || other.fired,
                Math.min(urgency, other.urgency),
                from.isBefore(other.from) ? from : other.from,
                others ? other.worst : worst);
    }
}
