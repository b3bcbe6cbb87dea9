package network.litewatch.controlplane.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import network.litewatch.controlplane.alert.incident.Matcher;
import network.litewatch.controlplane.alert.incident.Silence;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Silences, those that ended too until they are past their age. Thread-safe. */
public final class SilenceStore {
    private final Jdbi jdbi;
    private final ObjectMapper json;

    public SilenceStore(Jdbi jdbi, ObjectMapper json) {
        this.jdbi = jdbi;
        this.json = json;
    }

    /** Those that end after {@code now}, in the transaction of {@code handle}. */
    List<Silence> lasting(Handle handle, Instant now) {
        return handle.createQuery("SELECT * FROM silence WHERE ends_at > :now")
                .bind("now", now)
                .map((rs, context) -> silence(rs))
                .list();
    }

    /** All that are stored, those that end last first. */
    public List<Silence> all() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM silence ORDER BY ends_at DESC, id")
                .map((rs, context) -> silence(rs))
                .list());
    }

    /** One silence, locked for the transaction of {@code handle}. */
    public Optional<Silence> find(Handle handle, UUID id) {
        return handle.createQuery("SELECT * FROM silence WHERE id = :id FOR UPDATE")
                .bind("id", id)
                .map((rs, context) -> silence(rs))
                .findOne();
    }

    /** One silence. */
    public Optional<Silence> find(UUID id) {
        return jdbi.inTransaction(handle -> find(handle, id));
    }

    /** Stores {@code silence}, over the one of its id if there is one, in the transaction of {@code handle}. */
    public void save(Handle handle, Silence silence) {
        handle.createUpdate("""
                        INSERT INTO silence (id, matchers, starts_at, ends_at, created_by, comment, updated_at)
                        VALUES (:id, :matchers::jsonb, :startsAt, :endsAt, :createdBy, :comment, :updatedAt)
                        ON CONFLICT (id) DO UPDATE
                           SET matchers = excluded.matchers, starts_at = excluded.starts_at, ends_at = excluded.ends_at,
                               created_by = excluded.created_by, comment = excluded.comment, updated_at = excluded.updated_at
                        """)
                .bind("id", silence.id())
                .bind("matchers", write(silence.matchers()))
                .bind("startsAt", silence.startsAt())
                .bind("endsAt", silence.endsAt())
                .bind("createdBy", silence.createdBy())
                .bind("comment", silence.comment())
                .bind("updatedAt", silence.updatedAt())
                .execute();
    }

    private Silence silence(ResultSet rs) throws SQLException {
        return new Silence(
                rs.getObject("id", UUID.class),
                read(rs.getString("matchers")),
                rs.getTimestamp("starts_at").toInstant(),
                rs.getTimestamp("ends_at").toInstant(),
                rs.getString("created_by"),
                rs.getString("comment"),
                rs.getTimestamp("updated_at").toInstant());
    }

    private List<Matcher> read(String text) {
        try {
            return json.readValue(text, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored silence cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private String write(List<Matcher> matchers) {
        try {
            return json.writeValueAsString(matchers);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a silence of our own cannot be written", e);
        }
    }
}
