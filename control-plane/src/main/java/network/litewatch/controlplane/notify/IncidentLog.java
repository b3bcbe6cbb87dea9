package network.litewatch.controlplane.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.Decision;
import network.litewatch.controlplane.alert.incident.GroupKey;
import network.litewatch.controlplane.alert.incident.Incident;
import network.litewatch.controlplane.alert.incident.Mutes;
import network.litewatch.controlplane.alert.incident.Pace;
import network.litewatch.controlplane.alert.incident.Situation;
import network.litewatch.controlplane.alert.incident.Telling;
import network.litewatch.controlplane.notify.Notifier.Posted;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Incidents, and what of them is told and what is not yet, in PostgreSQL. What is to be told is decided and stored in one
 * transaction and sent outside of it, so nothing is forgotten and nothing told twice. Thread-safe.
 */
public final class IncidentLog {
    private final Jdbi jdbi;
    private final ObjectMapper json;
    private final InstantSource clock;
    private final Pace pace;
    private final Alerts alerts;
    private final Muting muting;

    /** The alerts of a group. */
    public interface Alerts {
        /** Those that fire, or have resolved since {@code since}, as the transaction of {@code handle} sees them. */
        List<Alert> of(Handle handle, GroupKey group, Instant since);
    }

    /** What mutes. */
    public interface Muting {
        /** As of {@code now}, as the transaction of {@code handle} sees it. */
        Mutes at(Handle handle, Instant now);
    }

    public IncidentLog(Jdbi jdbi, ObjectMapper json, InstantSource clock, Pace pace, Alerts alerts, Muting muting) {
        this.jdbi = jdbi;
        this.json = json;
        this.clock = clock;
        this.pace = pace;
        this.alerts = alerts;
        this.muting = muting;
    }

    /** What their threads are told. */
    ThreadLog threads() {
        return new ThreadLog(jdbi, clock);
    }

    DigestLog digests() {
        return new DigestLog(jdbi, json, clock, pace);
    }

    /** What is not out, and since when the oldest of it waits, and what its last trouble was. */
    public record Pending(long count, Optional<Instant> oldest, Optional<String> trouble) {}

    /** Says, in the transaction of {@code handle}, that alerts have turned: an incident is opened, or looked at again. */
    public void turned(Handle handle, List<Transition> transitions) {
        Turn.write(handle, transitions, clock.instant(), this::write);
    }

    /** Has every open incident looked at again, because what mutes has changed. */
    public static void lookAtAll(Handle handle, Instant now) {
        handle.createUpdate(
                        "UPDATE incident SET version = version + 1, due_at = LEAST(due_at, :now) WHERE closed_at IS NULL")
                .bind("now", now)
                .execute();
    }

    /**
     * Decides incidents that are due until something of one is to be sent, which is then nobody else's for {@code lease}; empty
     * when nothing is. A critical one whose message is not out comes before all others.
     */
    public Optional<Due.Root> next(Duration lease) {
        while (true) {
            Optional<Decided> decided = jdbi.inTransaction(handle -> decideNext(handle, lease));
            if (decided.isEmpty() || decided.get().due().isPresent()) {
                return decided.flatMap(Decided::due);
            }
        }
    }

    /** Incidents, latest first, {@code limit} from {@code offset}. */
    public List<IncidentView> list(boolean open, int limit, int offset) {
        return jdbi.withHandle(handle -> handle.createQuery(IncidentView.SELECT
                        + "(closed_at IS NULL) = :open ORDER BY opened_at DESC, id LIMIT :limit OFFSET :offset")
                .bind("open", open)
                .bind("limit", limit)
                .bind("offset", offset)
                .map((rs, context) -> view(rs))
                .list());
    }

    /** One incident. */
    public Optional<IncidentView> find(UUID id) {
        return one("id = :value", id);
    }

    /** The incident that {@code group} has now. */
    public Optional<IncidentView> open(GroupKey group) {
        return one("group_key = :value AND closed_at IS NULL", group.value());
    }

    private Optional<IncidentView> one(String where, Object value) {
        return jdbi.withHandle(handle -> handle.createQuery(IncidentView.SELECT + where)
                .bind("value", value)
                .map((rs, context) -> view(rs))
                .findOne());
    }

    /** What would be decided of an open incident now, without doing any of it. */
    public Optional<Decision> explain(UUID id) {
        return jdbi.inTransaction(handle -> handle.createQuery(
                        "SELECT * FROM incident WHERE id = :id AND closed_at IS NULL")
                .bind("id", id)
                .map((rs, context) -> row(rs))
                .findOne()
                .map(row -> Telling.decide(row.incident(), situation(handle, row, clock.instant()))));
    }

    /**
     * Changes an open incident by what a person says, in the transaction of {@code handle}, and has it looked at. Empty when
     * there is no open one of this id.
     */
    public Optional<Incident> change(Handle handle, UUID id, UnaryOperator<Incident> change) {
        Optional<Incident> after = handle.createQuery(
                        "SELECT * FROM incident WHERE id = :id AND closed_at IS NULL FOR UPDATE")
                .bind("id", id)
                .map((rs, context) -> incident(rs))
                .findOne()
                .map(change);
        after.ifPresent(incident -> handle.createUpdate("UPDATE incident SET state = :state::jsonb,"
                        + " version = version + 1, due_at = LEAST(due_at, :now) WHERE id = :id")
                .bind("state", write(incident))
                .bind("now", clock.instant())
                .bind("id", id)
                .execute());
        return after;
    }

    private IncidentView view(ResultSet rs) throws SQLException {
        return new IncidentView(
                incident(rs),
                posted(rs),
                rs.getBoolean("told"),
                instant(rs, "closed_at"),
                Optional.ofNullable(rs.getString("last_error")));
    }

    /** An incident was decided; empty inside when nothing of it is to be sent. */
    private record Decided(Optional<Due.Root> due) {}

    private Optional<Decided> decideNext(Handle handle, Duration lease) {
        Instant now = clock.instant();
        return handle.createQuery("""
                        SELECT * FROM incident
                         WHERE closed_at IS NULL AND due_at <= :now AND (leased_until IS NULL OR leased_until <= :now)
                         ORDER BY NOT (urgency = 0 AND ts IS NULL), due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
                        """)
                .bind("now", now)
                .map((rs, context) -> row(rs))
                .findOne()
                .map(row -> new Decided(decide(handle, row, lease, now)));
    }

    private Optional<Due.Root> decide(Handle handle, Row row, Duration lease, Instant now) {
        Decision decision = Telling.decide(row.incident(), situation(handle, row, now));
        boolean sends = decision.root() == Decision.Root.POST || decision.root() == Decision.Root.EDIT;
        boolean digests = decision.root() == Decision.Root.DIGEST;
        handle.createUpdate("""
                        UPDATE incident
                           SET state = :state::jsonb, due_at = :due, closed_at = :closed,
                               leased_until = :leased, unsent = unsent OR :sends,
                               waiting_since = CASE WHEN :sends THEN coalesce(waiting_since, :now) END,
                               digest = CASE WHEN :digests THEN :digest::jsonb WHEN :sends THEN NULL ELSE digest END,
                               digest_at = CASE WHEN :digests THEN :now ELSE digest_at END
                         WHERE id = :id
                        """)
                .bind("state", write(decision.after()))
                .bind("due", sends ? now : decision.lookAgain())
                .bind("closed", decision.closed() ? now : null)
                .bind("leased", sends ? now.plus(lease) : null)
                .bind("sends", sends)
                .bind("digests", digests)
                .bind("digest", decision.message().map(this::write).orElse(null))
                .bind("now", now)
                .bind("id", row.incident().id())
                .execute();
        decision.notes().forEach(note -> ThreadLog.insert(handle, row.incident().id(), note, now));
        return decision.message()
                .filter(message -> sends)
                .map(message -> new Due.Root(
                        row.incident().id(),
                        row.version(),
                        decision.root(),
                        message,
                        row.posted(),
                        row.unsent(),
                        row.attempts(),
                        decision.lookAgain(),
                        row.waitingSince() == null ? now : row.waitingSince()));
    }

    private Situation situation(Handle handle, Row row, Instant now) {
        List<Alert> members = new ArrayList<>(
                alerts.of(handle, row.incident().group(), row.incident().openedAt()));
        Alert first = row.openedBy();
        // Nobody has looked before its row went to another life: it fired, and that is to be told.
        if (row.incident().shown() == null
                && first != null
                && members.stream().noneMatch(alert -> alert.fingerprint().equals(first.fingerprint()))) {
            members.add(first.resolved(now, List.of("it ended before it could be told")));
        }
        Mutes mutes = muting.at(handle, now);
        return new Situation(
                now,
                members.stream().map(mutes::of).toList(),
                row.posted().isPresent(),
                row.unsent() || (row.incident().shown() != null && row.posted().isEmpty() && !row.digested()),
                mutes.hiddenBy(members),
                mutes.nextChange(members),
                pace);
    }

    /** Records that {@code due} is out at {@code posted}. */
    public void sent(Due.Root due, Posted posted) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE incident
                           SET channel = :channel, ts = :ts, unsent = false, leased_until = NULL, waiting_since = NULL,
                               attempts = 0, last_error = NULL,
                               due_at = CASE WHEN version = :version THEN CAST(:again AS timestamptz) ELSE :now END
                         WHERE id = :id
                        """)
                .bind("channel", posted.channel())
                .bind("ts", posted.ts())
                .bind("version", due.version())
                .bind("again", due.lookAgain())
                .bind("now", clock.instant())
                .bind("id", due.incident())
                .execute());
    }

    /** Records that the message of {@code due} is out at {@code posted} since an earlier try, and may say less than it should. */
    public void found(Due.Root due, Posted posted) {
        place(due, posted);
    }

    /** Records that the message of {@code due} is there no more. */
    public void gone(Due.Root due) {
        place(due, null);
    }

    /** Records that the message at {@code posted} is there no more; false when no open incident has it. */
    boolean gone(Posted posted) {
        return jdbi.withHandle(handle -> handle.createUpdate("""
                                UPDATE incident
                                   SET channel = NULL, ts = NULL, unsent = false, leased_until = NULL, due_at = :now
                                 WHERE channel = :channel AND ts = :ts AND closed_at IS NULL
                                """)
                        .bind("now", clock.instant())
                        .bind("channel", posted.channel())
                        .bind("ts", posted.ts())
                        .execute())
                > 0;
    }

    private void place(Due.Root due, @Nullable Posted posted) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE incident
                           SET channel = :channel, ts = :ts, unsent = :unsent, leased_until = NULL, due_at = :now
                         WHERE id = :id
                        """)
                .bind("channel", posted == null ? null : posted.channel())
                .bind("ts", posted == null ? null : posted.ts())
                .bind("unsent", posted != null)
                .bind("now", clock.instant())
                .bind("id", due.incident())
                .execute());
    }

    /** Puts {@code due} back for {@code after} from now. {@code certain}: it is not out; else it is looked for first. */
    public void retry(Due.Root due, Duration after, String reason, boolean certain) {
        // A message that is out is to be edited whether or not an edit came through.
        jdbi.useHandle(handle -> handle.createUpdate("""
                        UPDATE incident
                           SET unsent = NOT :certain OR ts IS NOT NULL, leased_until = :at, attempts = attempts + 1,
                               last_error = :reason
                         WHERE id = :id
                        """)
                .bind("certain", certain)
                .bind("at", clock.instant().plus(after))
                .bind("reason", reason)
                .bind("id", due.incident())
                .execute());
    }

    /** Keeps {@code due} for {@code lease} from now. */
    public void extend(Due.Root due, Duration lease) {
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE incident SET leased_until = :until WHERE id = :id")
                .bind("until", clock.instant().plus(lease))
                .bind("id", due.incident())
                .execute());
    }

    /** What is not out yet. */
    public Pending pending() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT count(*) AS count, min(since) AS oldest, max(last_error) AS trouble FROM (
                            SELECT coalesce(waiting_since, due_at) AS since, last_error FROM incident
                             WHERE closed_at IS NULL AND (waiting_since IS NOT NULL OR due_at <= :now)
                            UNION ALL
                            SELECT created_at, last_error FROM incident_note WHERE status <> 'sent') waiting
                        """)
                .bind("now", clock.instant())
                .map((rs, context) -> new Pending(
                        rs.getLong("count"), instant(rs, "oldest"), Optional.ofNullable(rs.getString("trouble"))))
                .one());
    }

    private record Row(
            Incident incident,
            long version,
            Optional<Posted> posted,
            boolean unsent,
            int attempts,
            @Nullable Instant waitingSince,
            @Nullable Alert openedBy,
            boolean digested) {}

    private Row row(ResultSet rs) throws SQLException {
        return new Row(
                incident(rs),
                rs.getLong("version"),
                posted(rs),
                rs.getBoolean("unsent"),
                rs.getInt("attempts"),
                instant(rs, "waiting_since").orElse(null),
                rs.getString("opened_by") == null ? null : read(rs.getString("opened_by"), Alert.class),
                rs.getString("digest") != null);
    }

    Incident incident(ResultSet rs) throws SQLException {
        String state = rs.getString("state");
        if (state != null) {
            return read(state, Incident.class);
        }
        GroupKey group = new GroupKey(rs.getString("service"), rs.getString("network"), rs.getString("failure"));
        return Incident.opened(
                rs.getObject("id", UUID.class),
                group,
                rs.getTimestamp("opened_at").toInstant());
    }

    static Optional<Posted> posted(ResultSet rs) throws SQLException {
        String ts = rs.getString("ts");
        return ts == null ? Optional.empty() : Optional.of(new Posted(rs.getString("channel"), ts));
    }

    static Optional<Instant> instant(ResultSet rs, String column) throws SQLException {
        return Optional.ofNullable(rs.getTimestamp(column)).map(Timestamp::toInstant);
    }

    private <T> T read(String text, Class<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(
                    "what is stored of an incident cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an incident of our own cannot be written", e);
        }
    }
}
