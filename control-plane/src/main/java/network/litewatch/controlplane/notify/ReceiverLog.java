package network.litewatch.controlplane.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.Bulletin;
import network.litewatch.controlplane.alert.incident.Incident;
import network.litewatch.controlplane.alert.incident.Mutes;
import network.litewatch.controlplane.alert.incident.Pace;
import network.litewatch.controlplane.alert.incident.ReceiverPolicy;
import network.litewatch.controlplane.alert.incident.Situation;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * What receivers were told of incidents and what not yet, in PostgreSQL. Decided and stored in one transaction, sent outside of it; what is
 * being sent is nobody else's before its lease ends, and is sent again then: at least once, under a name by which a receiver knows it again.
 * Thread-safe.
 */
public final class ReceiverLog {
    // Who was away for longer than that is not told the end of what is over.
    private static final Duration GIVEN_UP = Duration.ofDays(1);

    private final Jdbi jdbi;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final IncidentLog incidents;
    private final IncidentLog.Alerts alerts;
    private final IncidentLog.Muting muting;

    public ReceiverLog(
            Jdbi jdbi,
            ObjectMapper json,
            InstantSource clock,
            IncidentLog incidents,
            IncidentLog.Alerts alerts,
            IncidentLog.Muting muting) {
        this.jdbi = jdbi;
        this.json = json;
        this.clock = clock;
        this.incidents = incidents;
        this.alerts = alerts;
        this.muting = muting;
    }

    /** A bulletin that is to be sent; nobody else's until its lease ends. */
    record Due(String receiver, UUID incident, Bulletin bulletin, int seq, int attempts) {
        String delivery() {
            return incident + "/" + seq;
        }
    }

    private record Row(
            Incident incident,
            long version,
            @Nullable Instant closedAt,
            @Nullable Bulletin bulletin,
            @Nullable Instant decidedAt,
            int seq,
            boolean pending,
            int attempts) {}

    /** It was decided what a receiver is told of an incident; empty inside when that is nothing. */
    private record Decided(Optional<Due> due) {}

    /** What {@code receiver} is to be told next, for {@code lease} nobody else's; empty when it knows everything. */
    Optional<Due> next(Receiver receiver, Duration lease) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO receiver_log (receiver, incident, look_at)
                        SELECT :receiver, id, :now FROM incident i
                         WHERE closed_at IS NULL
                           AND NOT EXISTS (SELECT 1 FROM receiver_log l WHERE l.receiver = :receiver AND l.incident = i.id)
                        ON CONFLICT DO NOTHING
                        """)
                .bind("receiver", receiver.name())
                .bind("now", clock.instant())
                .execute());
        while (true) {
            Optional<Decided> decided = jdbi.inTransaction(handle -> decideNext(handle, receiver, lease));
            if (decided.isEmpty() || decided.get().due().isPresent()) {
                return decided.flatMap(Decided::due);
            }
        }
    }

    private Optional<Decided> decideNext(Handle handle, Receiver receiver, Duration lease) {
        Instant now = clock.instant();
        return handle.createQuery("""
                        SELECT i.*, l.bulletin::text AS bulletin, l.decided_at, l.seq, l.pending, l.attempts AS tries
                          FROM receiver_log l JOIN incident i ON i.id = l.incident
                         WHERE l.receiver = :receiver AND NOT l.done AND (l.leased_until IS NULL OR l.leased_until <= :now)
                           AND (l.pending OR l.seen <> i.version OR l.look_at <= :now OR i.closed_at IS NOT NULL)
                         ORDER BY i.urgency, l.look_at, l.incident LIMIT 1 FOR UPDATE OF l SKIP LOCKED
                        """)
                .bind("receiver", receiver.name())
                .bind("now", now)
                .map((rs, context) -> row(rs))
                .findOne()
                .map(row -> new Decided(decide(handle, receiver, row, lease, now)));
    }

    private Optional<Due> decide(Handle handle, Receiver receiver, Row row, Duration lease, Instant now) {
        ReceiverPolicy.Step step = step(handle, receiver, row, now);
        Bulletin bulletin = step.bulletin().orElse(row.pending() ? row.bulletin() : null);
        int seq = row.seq() + (step.bulletin().isPresent() ? 1 : 0);
        boolean over =
                row.closedAt() != null && (bulletin == null || row.closedAt().isBefore(now.minus(GIVEN_UP)));
        handle.createUpdate("""
                        UPDATE receiver_log
                           SET seen = :seen, look_at = :look, seq = :seq, done = :over,
                               bulletin = coalesce(:bulletin::jsonb, bulletin),
                               decided_at = CASE WHEN :fresh THEN :now ELSE decided_at END,
                               pending = :sends, leased_until = :until,
                               attempts = CASE WHEN :fresh THEN 0 ELSE attempts END
                         WHERE receiver = :receiver AND incident = :incident
                        """)
                .bind("seen", row.version())
                .bind("look", step.lookAgain())
                .bind("seq", seq)
                .bind("over", over)
                .bind("bulletin", step.bulletin().map(this::write).orElse(null))
                .bind("fresh", step.bulletin().isPresent())
                .bind("now", now)
                .bind("sends", bulletin != null && !over)
                .bind("until", bulletin == null ? null : now.plus(lease))
                .bind("receiver", receiver.name())
                .bind("incident", row.incident().id())
                .execute();
        return bulletin == null || over
                ? Optional.empty()
                : Optional.of(new Due(
                        receiver.name(),
                        row.incident().id(),
                        bulletin,
                        seq,
                        step.bulletin().isPresent() ? 0 : row.attempts()));
    }

    private ReceiverPolicy.Step step(Handle handle, Receiver receiver, Row row, Instant now) {
        Incident incident = row.incident();
        Bulletin last = row.bulletin();
        Instant closedAt = row.closedAt();
        if (closedAt != null) {
            // Its alerts may live in another incident by now; what was told of them has ended.
            return new ReceiverPolicy.Step(
                    Optional.ofNullable(last)
                            .filter(told -> told.status() != Bulletin.Status.RESOLVED)
                            .map(told -> told.resolved(closedAt)),
                    now);
        }
        var members = alerts.of(handle, incident.group(), incident.openedAt());
        Mutes mutes = muting.at(handle, now);
        Situation situation = new Situation(
                now,
                members.stream().map((Alert alert) -> mutes.of(alert)).toList(),
                true,
                false,
                0,
                mutes.nextChange(members),
                Pace.DEFAULT);
        return ReceiverPolicy.decide(
                incident,
                situation,
                receiver.wants(),
                new ReceiverPolicy.LastTold(last, row.decidedAt() == null ? now : row.decidedAt()));
    }

    /** Records that {@code due} has arrived; a bulletin that was decided meanwhile is another one. */
    void delivered(Due due) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE receiver_log SET pending = false, leased_until = NULL, attempts = 0, last_error = NULL
                         WHERE receiver = :receiver AND incident = :incident AND seq = :seq
                        """)
                .bind("receiver", due.receiver())
                .bind("incident", due.incident())
                .bind("seq", due.seq())
                .execute());
    }

    /** Puts {@code due} back for {@code after} from now. */
    void retry(Due due, Duration after, String reason) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE receiver_log SET leased_until = :at, attempts = attempts + 1, last_error = :reason
                         WHERE receiver = :receiver AND incident = :incident AND seq = :seq
                        """)
                .bind("at", clock.instant().plus(after))
                .bind("reason", reason)
                .bind("receiver", due.receiver())
                .bind("incident", due.incident())
                .bind("seq", due.seq())
                .execute());
    }

    /** Why something waits that was decided before {@code since}; empty when nothing does. */
    public Optional<String> trouble(Instant since) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT receiver, count(*) AS count, max(last_error) AS trouble FROM receiver_log
                         WHERE pending AND NOT done AND decided_at < :since GROUP BY receiver ORDER BY receiver LIMIT 1
                        """)
                .bind("since", since)
                .map((rs, context) -> rs.getString("receiver") + " was not told of " + rs.getLong("count")
                        + " incidents: " + rs.getString("trouble"))
                .findFirst());
    }

    private Row row(ResultSet rs) throws SQLException {
        String bulletin = rs.getString("bulletin");
        return new Row(
                incidents.incident(rs),
                rs.getLong("version"),
                IncidentLog.instant(rs, "closed_at").orElse(null),
                bulletin == null ? null : read(bulletin),
                IncidentLog.instant(rs, "decided_at").orElse(null),
                rs.getInt("seq"),
                rs.getBoolean("pending"),
                rs.getInt("tries"));
    }

    private Bulletin read(String text) {
        try {
            return json.readValue(text, Bulletin.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a stored bulletin cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private String write(Bulletin bulletin) {
        try {
            return json.writeValueAsString(bulletin);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a bulletin of our own cannot be written", e);
        }
    }
}
