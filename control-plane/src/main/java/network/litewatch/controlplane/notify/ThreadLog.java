package network.litewatch.controlplane.notify;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import network.litewatch.controlplane.alert.incident.Note;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** Lines in the threads of incidents' messages, out or not yet, in PostgreSQL. Thread-safe. */
final class ThreadLog {
    private final Jdbi jdbi;
    private final InstantSource clock;

    ThreadLog(Jdbi jdbi, InstantSource clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** Adds {@code note} in the transaction of {@code handle}; one that is known already changes nothing. */
    static void insert(Handle handle, UUID incident, Note note, Instant now) {
        handle.createUpdate("""
                        INSERT INTO incident_note (id, incident, text, mention, broadcast, status, next_attempt_at, created_at)
                        VALUES (:id, :incident, :text, :mention, :broadcast, 'pending', :now, :now)
                        ON CONFLICT (id) DO NOTHING
                        """)
                .bind("id", note.id())
                .bind("incident", incident)
                .bind("text", note.text())
                .bind("mention", note.mention())
                .bind("broadcast", note.broadcast())
                .bind("now", now)
                .execute();
    }

    /** The next line of a thread whose message is out, those that call somebody first; it is nobody else's for {@code lease}. */
    Optional<Due.Line> next(Duration lease) {
        return jdbi.inTransaction(handle -> {
            Optional<Due.Line> line = handle.createQuery("""
                            SELECT n.*, i.channel, i.ts FROM incident_note n JOIN incident i ON i.id = n.incident
                             WHERE n.status <> 'sent' AND n.next_attempt_at <= :now AND i.ts IS NOT NULL
                             ORDER BY n.mention DESC, n.seq LIMIT 1 FOR UPDATE OF n SKIP LOCKED
                            """)
                    .bind("now", clock.instant())
                    .map((rs, context) -> line(rs))
                    .findOne();
            line.ifPresent(due -> handle.createUpdate(
                            "UPDATE incident_note SET status = 'sending', next_attempt_at = :until WHERE id = :id")
                    .bind("until", clock.instant().plus(lease))
                    .bind("id", due.note().id())
                    .execute());
            return line;
        });
    }

    /** Records that {@code due} is out, or never will be, for {@code reason}; empty when it is out. */
    void done(Due.Line due, Optional<String> reason) {
        jdbi.useHandle(handle -> handle.createUpdate(
                        "UPDATE incident_note SET status = 'sent', sent_at = :now, last_error = :reason WHERE id = :id")
                .bind("now", clock.instant())
                .bind("reason", reason.orElse(null))
                .bind("id", due.note().id())
                .execute());
    }

    /** Puts {@code due} back for {@code after} from now. {@code certain}: it is not out; else it is looked for first. */
    void retry(Due.Line due, Duration after, String reason, boolean certain) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE incident_note
                           SET status = CASE WHEN :certain THEN 'pending' ELSE 'sending' END, next_attempt_at = :at,
                               attempts = attempts + 1, last_error = :reason
                         WHERE id = :id
                        """)
                .bind("certain", certain)
                .bind("at", clock.instant().plus(after))
                .bind("reason", reason)
                .bind("id", due.note().id())
                .execute());
    }

    /** Keeps {@code due} for {@code lease} from now. */
    void extend(Due.Line due, Duration lease) {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE incident_note SET next_attempt_at = :until WHERE id = :id")
                .bind("until", clock.instant().plus(lease))
                .bind("id", due.note().id())
                .execute());
    }

    private static Due.Line line(ResultSet rs) throws SQLException {
        Note note = new Note(
                rs.getObject("id", UUID.class),
                rs.getString("text"),
                rs.getBoolean("mention"),
                rs.getBoolean("broadcast"));
        return new Due.Line(
                note,
                IncidentLog.posted(rs).orElseThrow(),
                rs.getString("status").equals("sending"),
                rs.getInt("attempts"),
                rs.getTimestamp("created_at").toInstant());
    }
}
