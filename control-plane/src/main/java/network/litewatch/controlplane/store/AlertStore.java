package network.litewatch.controlplane.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.incident.Dependencies;
import network.litewatch.controlplane.alert.incident.GroupKey;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The current or latest life of each alert. */
public final class AlertStore {
    private static final long EXTERNAL = 0x4C57_4558_5445_524EL;

    private final Jdbi jdbi;
    private final ObjectMapper json;

    public AlertStore(Jdbi jdbi, ObjectMapper json) {
        this.jdbi = jdbi;
        this.json = json;
    }

    /** Stores {@code changes} in the transaction of {@code handle}. */
    public void save(Handle handle, AlertBook.Changes changes) {
        for (String fingerprint : changes.dropped()) {
            // A pending life that came to nothing; an earlier, resolved life of the same alert was overwritten by it.
            handle.createUpdate("DELETE FROM alert WHERE fingerprint = :fingerprint AND state = 'pending'")
                    .bind("fingerprint", fingerprint)
                    .execute();
        }
        save(handle, changes.changed());
    }

    private void save(Handle handle, Collection<Alert> alerts) {
        if (alerts.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch("""
                INSERT INTO alert (fingerprint, rule, network, group_key, state, document, starts_at, updated_at)
                VALUES (:fingerprint, :rule, :network, :group, :state, :document::jsonb, :startsAt, :updatedAt)
                ON CONFLICT (fingerprint) DO UPDATE
                   SET rule = excluded.rule, network = excluded.network, group_key = excluded.group_key, state = excluded.state,
                       document = excluded.document, starts_at = excluded.starts_at, updated_at = excluded.updated_at
                """);
        for (Alert alert : alerts) {
            batch.bind("fingerprint", alert.fingerprint())
                    .bind("rule", alert.rule())
                    .bind("network", alert.labels().getOrDefault("network", ""))
                    .bind("group", GroupKey.of(alert).value())
                    .bind("state", alert.state().label())
                    .bind("document", write(alert))
                    .bind("startsAt", alert.startsAt())
                    .bind("updatedAt", alert.evaluatedAt())
                    .add();
        }
        batch.execute();
    }

    /** Alerts of our own rules that are pending or firing. */
    public List<Alert> judged() {
        return alive("expires_at IS NULL");
    }

    /** Alerts that are pending or firing, those that others sent among them. */
    public List<Alert> alive() {
        return alive("true");
    }

    private List<Alert> alive(String which) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT document::text FROM alert WHERE state <> 'resolved' AND " + which)
                        .mapTo(String.class)
                        .map(this::read)
                        .list());
    }

    /** Alerts of {@code network} that are pending or firing, and those of the drill run {@code run} in any state. */
    public List<Alert> around(String network, String run) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT document::text FROM alert
                         WHERE (state <> 'resolved' AND network = :network) OR document -> 'labels' ->> 'drill' = :run
                        """)
                .bind("network", network)
                .bind("run", run)
                .mapTo(String.class)
                .map(this::read)
                .list());
    }

    /** Alerts of {@code group} that fire, or resolved since {@code since}, in the transaction of {@code handle}. */
    public List<Alert> of(Handle handle, GroupKey group, Instant since) {
        return handle.createQuery("""
                        SELECT document::text FROM alert
                         WHERE group_key = :group AND (state = 'firing' OR (state = 'resolved' AND updated_at >= :since))
                        """)
                .bind("group", group.value())
                .bind("since", since)
                .mapTo(String.class)
                .map(this::read)
                .list();
    }

    /** What is down at {@code now} or was, and what fires and depends on something, as the transaction of {@code handle} sees it. */
    Dependencies dependencies(Handle handle, Instant now) {
        List<Alert> downs = handle.createQuery("""
                        SELECT document::text FROM alert
                         WHERE document -> 'labels' ->> 'down' = 'true' AND (state <> 'resolved' OR updated_at > :since)
                        """)
                .bind("since", now.minus(Dependencies.GRACE))
                .mapTo(String.class)
                .map(this::read)
                .list();
        return downs.isEmpty()
                ? Dependencies.NONE
                : new Dependencies(
                        downs,
                        handle.createQuery("SELECT document::text FROM alert"
                                        + " WHERE state = 'firing' AND document -> 'labels' ->> 'depends_on' <> ''")
                                .mapTo(String.class)
                                .map(this::read)
                                .list());
    }

    /** One alert by fingerprint. */
    public Optional<Alert> find(String fingerprint) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT document::text FROM alert WHERE fingerprint = :fingerprint")
                        .bind("fingerprint", fingerprint)
                        .mapTo(String.class)
                        .map(this::read)
                        .findOne());
    }

    /** Alerts by state and network (null is any), latest change first, {@code limit} from {@code offset}. */
    public List<Alert> list(@Nullable String state, @Nullable String network, int limit, int offset) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT document::text FROM alert
                         WHERE (CAST(:state AS text) IS NULL OR state = :state)
                           AND (CAST(:network AS text) IS NULL OR network = :network)
                         ORDER BY updated_at DESC, fingerprint LIMIT :limit OFFSET :offset
                        """)
                .bind("state", state)
                .bind("network", network)
                .bind("limit", limit)
                .bind("offset", offset)
                .mapTo(String.class)
                .map(this::read)
                .list());
    }

    /** Those of {@code fingerprints} that are known, by fingerprint, locked for the transaction of {@code handle}. */
    public Map<String, Alert> lockExternal(Handle handle, Collection<String> fingerprints) {
        // Nobody else takes these in before our transaction ends; a row that is not there yet cannot be locked.
        handle.execute("SELECT pg_advisory_xact_lock(?)", EXTERNAL);
        return handle.createQuery("SELECT document::text FROM alert WHERE fingerprint = ANY (:fingerprints)")
                .bindArray("fingerprints", String.class, fingerprints)
                .mapTo(String.class)
                .map(this::read)
                .collectToMap(Alert::fingerprint, alert -> alert);
    }

    /** Stores alerts that others sent; {@code ends} says when they end if nobody sends them again. */
    public void saveExternal(Handle handle, Collection<Alert> changed, Map<String, Instant> ends) {
        save(handle, changed);
        if (changed.isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch("UPDATE alert SET expires_at = :at WHERE fingerprint = :fingerprint");
        changed.forEach(alert -> batch.bind("fingerprint", alert.fingerprint())
                .bind("at", ends.getOrDefault(alert.fingerprint(), alert.evaluatedAt()))
                .add());
        batch.execute();
    }

    /** Alerts that others sent, that fire and should have been sent again by {@code now}; locked for the transaction. */
    public List<Alert> expired(Handle handle, Instant now, int limit) {
        handle.execute("SELECT pg_advisory_xact_lock(?)", EXTERNAL);
        return handle.createQuery(
                        "SELECT document::text FROM alert WHERE state = 'firing' AND expires_at <= :now LIMIT :limit")
                .bind("now", now)
                .bind("limit", limit)
                .mapTo(String.class)
                .map(this::read)
                .list();
    }

    private Alert read(String text) {
        try {
            return json.readValue(text, Alert.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored alert cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private String write(Alert alert) {
        try {
            return json.writeValueAsString(alert);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an alert of our own cannot be written", e);
        }
    }
}
