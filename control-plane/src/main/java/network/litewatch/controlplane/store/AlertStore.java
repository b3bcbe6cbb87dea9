package network.litewatch.controlplane.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.AlertBook;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** The current or latest life of each alert. */
public final class AlertStore {
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
                INSERT INTO alert (fingerprint, rule, network, state, document, starts_at, updated_at)
                VALUES (:fingerprint, :rule, :network, :state, :document::jsonb, :startsAt, :updatedAt)
                ON CONFLICT (fingerprint) DO UPDATE
                   SET rule = excluded.rule, network = excluded.network, state = excluded.state,
                       document = excluded.document, starts_at = excluded.starts_at, updated_at = excluded.updated_at
                """);
        for (Alert alert : alerts) {
            batch.bind("fingerprint", alert.fingerprint())
                    .bind("rule", alert.rule())
                    .bind("network", alert.labels().getOrDefault("network", ""))
                    .bind("state", alert.state().label())
                    .bind("document", write(alert))
                    .bind("startsAt", alert.startsAt())
                    .bind("updatedAt", alert.evaluatedAt())
                    .add();
        }
        batch.execute();
    }

    /** Alerts that are pending or firing. */
    public List<Alert> alive() {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT document::text FROM alert WHERE state <> 'resolved'")
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
