package network.litewatch.controlplane.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import network.litewatch.controlplane.alert.incident.Digest;
import network.litewatch.controlplane.alert.incident.IncidentMessage;
import network.litewatch.controlplane.alert.incident.Pace;
import network.litewatch.controlplane.notify.Notifier.Posted;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The message for all that is not critical, out or not yet, in PostgreSQL. Decided under lock, sent outside. Thread-safe. */
final class DigestLog {
    private final Jdbi jdbi;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final Pace pace;

    DigestLog(Jdbi jdbi, ObjectMapper json, InstantSource clock, Pace pace) {
        this.jdbi = jdbi;
        this.json = json;
        this.clock = clock;
        this.pace = pace;
    }

    private record Row(
            UUID id,
            Instant beganAt,
            String says,
            Instant saidAt,
            @Nullable Instant leasedUntil,
            boolean unsent,
            @Nullable Instant waitingSince,
            int attempts,
            Optional<Posted> posted) {}

    /** The digest, if it is to be posted or edited; it is nobody else's for {@code lease}. */
    Optional<Due.Summary> next(Duration lease) {
        return pace.digest()
                .flatMap(every -> jdbi.inTransaction(handle -> {
                    Instant now = clock.instant();
                    Row row = newest(handle);
                    if (row != null
                            && row.leasedUntil() != null
                            && row.leasedUntil().isAfter(now)) {
                        return Optional.empty();
                    }
                    List<Digest.Entry> entries = entries(handle, row == null ? now : row.beganAt());
                    if (row == null || Digest.isOver(row.beganAt(), entries, now, every)) {
                        Instant end =
                                row == null ? Instant.EPOCH : row.beganAt().plus(every);
                        // What changed since the last one ended belongs to the one that begins.
                        Instant from = entries.stream()
                                .map(Digest.Entry::at)
                                .filter(at -> !at.isBefore(end))
                                .min(Comparator.naturalOrder())
                                .orElse(now);
                        row = entries.isEmpty() ? null : begun(handle, from, now);
                    }
                    return row == null
                            ? Optional.empty()
                            : due(handle, row, Digest.of(row.beganAt(), entries), now, lease);
                }));
    }

    private Optional<Due.Summary> due(Handle handle, Row row, Digest digest, Instant now, Duration lease) {
        String says = Hashing.sha256()
                .hashString(write(digest), StandardCharsets.UTF_8)
                .toString();
        boolean waits = row.posted().isEmpty() || row.unsent() || row.attempts() > 0;
        boolean changed = !says.equals(row.says()) && !now.isBefore(row.saidAt().plus(pace.edits()));
        if (!waits && !changed) {
            return Optional.empty();
        }
        handle.createUpdate("""
                        UPDATE digest
                           SET says = :says, said_at = :now, leased_until = :until, unsent = true,
                               waiting_since = coalesce(waiting_since, :now)
                         WHERE id = :id
                        """)
                .bind("says", says)
                .bind("now", now)
                .bind("until", now.plus(lease))
                .bind("id", row.id())
                .execute();
        return Optional.of(new Due.Summary(
                row.id(),
                digest,
                row.posted(),
                row.unsent(),
                row.attempts(),
                row.waitingSince() == null ? now : row.waitingSince()));
    }

    private List<Digest.Entry> entries(Handle handle, Instant from) {
        return handle.createQuery("""
                        SELECT digest::text, digest_at FROM incident
                         WHERE digest IS NOT NULL AND (closed_at IS NULL OR digest_at >= :from)
                        """)
                .bind("from", from)
                .map((rs, context) -> new Digest.Entry(
                        read(rs.getString("digest")),
                        rs.getTimestamp("digest_at").toInstant()))
                .list();
    }

    private @Nullable Row newest(Handle handle) {
        return handle.createQuery("SELECT * FROM digest ORDER BY began_at DESC LIMIT 1 FOR UPDATE")
                .map((rs, context) -> row(rs))
                .findOne()
                .orElse(null);
    }

    private Row begun(Handle handle, Instant from, Instant now) {
        Row row = new Row(UUID.randomUUID(), from, "", now, null, false, null, 0, Optional.empty());
        handle.createUpdate("INSERT INTO digest (id, began_at, said_at) VALUES (:id, :began, :now)")
                .bind("id", row.id())
                .bind("began", from)
                .bind("now", now)
                .execute();
        return row;
    }

    /** Records that {@code due} is out at {@code posted}. {@code current}: it says what it should. */
    void sent(Due.Summary due, Posted posted, boolean current) {
        place(due, posted, !current);
    }

    /** Records that the message is there no more; it is posted again. */
    void gone(Due.Summary due) {
        place(due, null, false);
    }

    private void place(Due.Summary due, @Nullable Posted posted, boolean unsent) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE digest
                           SET channel = :channel, ts = :ts, unsent = :unsent, leased_until = NULL, waiting_since = NULL,
                               attempts = 0, last_error = NULL
                         WHERE id = :id
                        """)
                .bind("channel", posted == null ? null : posted.channel())
                .bind("ts", posted == null ? null : posted.ts())
                .bind("unsent", unsent)
                .bind("id", due.id())
                .execute());
    }

    /** Puts {@code due} back for {@code after} from now. {@code certain}: it is not out; else it is looked for first. */
    void retry(Due.Summary due, Duration after, String reason, boolean certain) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE digest
                           SET unsent = NOT :certain, leased_until = :at, attempts = attempts + 1, last_error = :reason
                         WHERE id = :id
                        """)
                .bind("certain", certain)
                .bind("at", clock.instant().plus(after))
                .bind("reason", reason)
                .bind("id", due.id())
                .execute());
    }

    /** Keeps {@code due} for {@code lease} from now. */
    void extend(Due.Summary due, Duration lease) {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE digest SET leased_until = :until WHERE id = :id")
                .bind("until", clock.instant().plus(lease))
                .bind("id", due.id())
                .execute());
    }

    private static Row row(ResultSet rs) throws SQLException {
        return new Row(
                rs.getObject("id", UUID.class),
                rs.getTimestamp("began_at").toInstant(),
                rs.getString("says"),
                rs.getTimestamp("said_at").toInstant(),
                IncidentLog.instant(rs, "leased_until").orElse(null),
                rs.getBoolean("unsent"),
                IncidentLog.instant(rs, "waiting_since").orElse(null),
                rs.getInt("attempts"),
                IncidentLog.posted(rs));
    }

    private IncidentMessage read(String text) {
        try {
            return json.readValue(text, IncidentMessage.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a digest's entry cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private String write(Digest digest) {
        try {
            return json.writeValueAsString(digest.incidents()) + digest.firing() + "/" + digest.ended();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a digest of our own cannot be written", e);
        }
    }
}
