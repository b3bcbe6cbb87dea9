package network.litewatch.controlplane.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** What is to be told and what was, in PostgreSQL. Outlives every crash, so nothing is forgotten and nothing told twice. */
public final class NotificationLog {
    private final Jdbi jdbi;
    private final ObjectMapper json;
    private final InstantSource clock;

    public NotificationLog(Jdbi jdbi, ObjectMapper json, InstantSource clock) {
        this.jdbi = jdbi;
        this.json = json;
        this.clock = clock;
    }

    /**
     * A notification that is due.
     *
     * @param interrupted an earlier try was begun and its end never recorded: the message may be out already
     * @param attempts tries before this one
     */
    public record Due(Notification notification, boolean interrupted, int attempts) {}

    /** Age of the oldest notification that is not out, and what its last trouble was. */
    public record Pending(long count, Optional<Instant> oldest, Optional<String> trouble) {}

    /** Adds {@code notifications} in the transaction of {@code handle}; one that is known already changes nothing. */
    public void insert(Handle handle, List<Notification> notifications) {
        for (Notification notification : notifications) {
            handle.createUpdate("""
                            INSERT INTO notification (id, fingerprint, episode, kind, status, payload, next_attempt_at, created_at)
                            VALUES (:id, :fingerprint, :episode, :kind, 'pending', :payload::jsonb, :now, :now)
                            ON CONFLICT (fingerprint, episode, kind) DO NOTHING
                            """)
                    .bind("id", notification.id())
                    .bind("fingerprint", notification.fingerprint())
                    .bind("episode", notification.episode())
                    .bind("kind", notification.kind().label())
                    .bind("payload", write(notification.message()))
                    .bind("now", clock.instant())
                    .execute();
        }
    }

    /**
     * The next notification to send, marked as being sent for {@code lease}, in which nobody else gets it; critical ones
     * first, then oldest. A resolution waits until its firing is out, because it edits that message.
     */
    public Optional<Due> next(Duration lease) {
        return jdbi.inTransaction(handle -> {
            Optional<Due> due = handle.createQuery("""
                            SELECT n.* FROM notification n
                             WHERE n.status <> 'sent' AND n.next_attempt_at <= :now
                               AND NOT (n.kind = 'resolved' AND EXISTS (
                                   SELECT 1 FROM notification f
                                    WHERE f.fingerprint = n.fingerprint AND f.episode = n.episode
                                      AND f.kind = 'firing' AND f.status <> 'sent'))
                             ORDER BY (n.payload ->> 'severity') <> 'critical', n.created_at, n.kind, n.id
                             LIMIT 1 FOR UPDATE SKIP LOCKED
                            """)
                    .bind("now", clock.instant())
                    .map((rs, context) -> due(rs))
                    .findOne();
            due.ifPresent(d -> handle.createUpdate(
                            "UPDATE notification SET status = 'sending', next_attempt_at = :until WHERE id = :id")
                    .bind("until", clock.instant().plus(lease))
                    .bind("id", d.notification().id())
                    .execute());
            return due;
        });
    }

    /** Keeps {@code notification} for {@code lease} from now; false when it is not being sent any more. */
    public boolean extend(Notification notification, Duration lease) {
        return jdbi.withHandle(handle -> handle.createUpdate(
                                "UPDATE notification SET next_attempt_at = :until WHERE id = :id AND status = 'sending'")
                        .bind("until", clock.instant().plus(lease))
                        .bind("id", notification.id())
                        .execute())
                == 1;
    }

    /** Records that the message of {@code notification} is out at {@code posted}. */
    public void sent(Notification notification, Notifier.Posted posted) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE notification
                           SET status = 'sent', channel = :channel, ts = :ts, sent_at = :now, last_error = NULL,
                               attempts = attempts + 1
                         WHERE id = :id
                        """)
                .bind("channel", posted.channel())
                .bind("ts", posted.ts())
                .bind("now", clock.instant())
                .bind("id", notification.id())
                .execute());
    }

    /** Puts {@code notification} back for {@code after} from now: it is certain that it is not out. */
    public void retry(Notification notification, Duration after, String reason) {
        putBack(notification, "pending", after, reason);
    }

    /** As {@link #retry}, but whether it is out is not known: it is looked for before the next try. */
    public void retryUnknown(Notification notification, Duration after, String reason) {
        putBack(notification, "sending", after, reason);
    }

    /** Where the firing message of the same life is; empty when there is none. */
    public Optional<Notifier.Posted> firing(Notification notification) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT channel, ts FROM notification
                         WHERE fingerprint = :fingerprint AND episode = :episode AND kind = 'firing' AND status = 'sent'
                        """)
                .bind("fingerprint", notification.fingerprint())
                .bind("episode", notification.episode())
                .map((rs, context) -> new Notifier.Posted(rs.getString("channel"), rs.getString("ts")))
                .findOne());
    }

    /** The resolution of the same life, when there is one waiting. */
    public Optional<Notification> resolution(Notification firing) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT * FROM notification
                         WHERE fingerprint = :fingerprint AND episode = :episode AND kind = 'resolved'
                           AND status <> 'sent'
                        """)
                .bind("fingerprint", firing.fingerprint())
                .bind("episode", firing.episode())
                .map((rs, context) -> due(rs).notification())
                .findOne());
    }

    /** What is not out yet. */
    public Pending pending() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT count(*) AS count, min(created_at) AS oldest, max(last_error) AS trouble
                          FROM notification WHERE status <> 'sent'
                        """)
                .map((rs, context) -> new Pending(
                        rs.getLong("count"),
                        Optional.ofNullable(rs.getTimestamp("oldest")).map(Timestamp::toInstant),
                        Optional.ofNullable(rs.getString("trouble"))))
                .one());
    }

    private void putBack(Notification notification, String status, Duration after, String reason) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE notification
                           SET status = :status, next_attempt_at = :next, last_error = :reason, attempts = attempts + 1
                         WHERE id = :id
                        """)
                .bind("status", status)
                .bind("next", clock.instant().plus(after))
                .bind("reason", reason)
                .bind("id", notification.id())
                .execute());
    }

    private Due due(ResultSet rs) throws SQLException {
        Notification notification = new Notification(
                rs.getObject("id", UUID.class),
                rs.getString("fingerprint"),
                rs.getTimestamp("episode").toInstant(),
                rs.getString("kind").equals("firing") ? Notification.Kind.FIRING : Notification.Kind.RESOLVED,
                read(rs.getString("payload")));
        return new Due(notification, rs.getString("status").equals("sending"), rs.getInt("attempts"));
    }

    private AlertMessage read(String text) {
        try {
            return json.readValue(text, AlertMessage.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored notification cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private String write(AlertMessage message) {
        try {
            return json.writeValueAsString(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a message of our own cannot be written", e);
        }
    }
}
