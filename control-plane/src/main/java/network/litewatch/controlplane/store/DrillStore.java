package network.litewatch.controlplane.store;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.DrillRun;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Runs of drills. Thread-safe; each run belongs to one node at a time. */
public final class DrillStore {
    private static final long TURNS = 0x4C57_4452_494C_4C53L;

    private final Jdbi jdbi;
    private final ObjectMapper json;

    public DrillStore(Jdbi jdbi, ObjectMapper json) {
        this.jdbi = jdbi;
        this.json = json;
    }

    /**
     * A run and what it touches.
     *
     * @param epoch of its owner
     * @param abortWanted who wants it ended, and why; null while nobody does
     * @param approvedBy the second person; null while there is none
     */
    public record Held(
            DrillRun run,
            Blast blast,
            long epoch,
            @Nullable String abortWanted,
            @Nullable String approvedBy) {}

    /** From when to when a run marks what it touches; {@code until} is empty while it goes on. */
    public record Marked(String run, Blast blast, Instant from, Optional<Instant> until) {}

    /** Adds a run that {@code by} wants and nobody has taken, in the transaction of {@code handle}. */
    public void add(Handle handle, DrillRun run, Blast blast, String by, Instant now) {
        handle.createUpdate("""
                        INSERT INTO drill_run (id, drill, runbook, network, mode, state, document, blast, planned_by, planned_at)
                        VALUES (:id, :drill, :runbook, :network, :mode, :state, :document::jsonb, :blast::jsonb, :by, :now)
                        """)
                .bind("id", run.id())
                .bind("drill", run.drill().id())
                .bind("runbook", run.drill().runbook())
                .bind("network", run.drill().targets().network())
                .bind("mode", run.mode().label())
                .bind("state", run.state().label())
                .bind("document", write(run))
                .bind("blast", write(blast))
                .bind("by", by)
                .bind("now", now)
                .execute();
    }

    /** Takes over what has no owner, or one whose lease is past. */
    public List<Held> adopt(String owner, Instant now, Duration lease) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        UPDATE drill_run SET owner = :owner, epoch = epoch + 1, leased_until = :until
                         WHERE closed_at IS NULL AND (leased_until IS NULL OR leased_until < :now)
                        RETURNING *
                        """)
                .bind("owner", owner)
                .bind("now", now)
                .bind("until", now.plus(lease))
                .map((rs, context) -> held(rs))
                .list());
    }

    /** What {@code owner} runs, the oldest first. */
    public List<Held> owned(String owner) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT * FROM drill_run WHERE closed_at IS NULL AND owner = :owner ORDER BY planned_at, id")
                .bind("owner", owner)
                .map((rs, context) -> held(rs))
                .list());
    }

    /** Runs that have begun and are not over, whoever's, with everybody else kept from beginning one until the end of the transaction. */
    public List<Held> begunWhileNobodyElseBegins(Handle handle) {
        handle.execute("SELECT pg_advisory_xact_lock(?)", TURNS);
        return handle.createQuery("SELECT * FROM drill_run WHERE closed_at IS NULL AND state <> 'planned'")
                .map((rs, context) -> held(rs))
                .list();
    }

    /**
     * Stores {@code run} and keeps it for {@code lease}, in the transaction of {@code handle}; false when it has another owner by
     * now, and nothing was stored.
     */
    public boolean save(Handle handle, Held held, DrillRun run, Instant leasedUntil) {
        return handle.createUpdate("""
                        UPDATE drill_run
                           SET state = :state, verdict = :verdict, document = :document::jsonb, leased_until = :until,
                               marked_from = :from, marked_until = :to, closed_at = :closed
                         WHERE id = :id AND epoch = :epoch
                        """)
                        .bind("state", run.state().label())
                        .bind(
                                "verdict",
                                run.verdict() == null ? null : run.verdict().label())
                        .bind("document", write(run))
                        .bind("until", leasedUntil)
                        .bind("from", run.markedFrom().orElse(null))
                        .bind("to", run.markedUntil().orElse(null))
                        .bind("closed", run.entered().get(DrillRun.State.CLOSED))
                        .bind("id", run.id())
                        .bind("epoch", held.epoch())
                        .execute()
                > 0;
    }

    /** Keeps the signed journal of a run that is closed, in the transaction of {@code handle}. */
    public void journal(Handle handle, String run, String signed) {
        handle.createUpdate("UPDATE drill_run SET journal = :journal WHERE id = :id")
                .bind("journal", signed)
                .bind("id", run)
                .execute();
    }

    /** The signed journal; empty of a run that is not there or not closed. */
    public Optional<String> journal(String run) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT journal FROM drill_run WHERE id = :id AND journal IS NOT NULL")
                        .bind("id", run)
                        .mapTo(String.class)
                        .findOne());
    }

    /** Says that somebody wants it ended; false when no open run has this id. */
    public boolean wantAbort(Handle handle, String run, String why) {
        return handle.createUpdate("UPDATE drill_run SET abort_wanted = :why WHERE id = :id AND closed_at IS NULL")
                        .bind("why", why)
                        .bind("id", run)
                        .execute()
                > 0;
    }

    /** Says that every open run is to be ended; how many there are. */
    public int wantAbortOfAll(Handle handle, String why) {
        return handle.createUpdate("UPDATE drill_run SET abort_wanted = :why WHERE closed_at IS NULL")
                .bind("why", why)
                .execute();
    }

    /** Says that a second person agrees; false when the run is not one that waits, or {@code by} is who wanted it. */
    public boolean approve(Handle handle, String run, String by) {
        return handle.createUpdate("""
                        UPDATE drill_run SET approved_by = :by
                         WHERE id = :id AND state = 'planned' AND approved_by IS NULL AND planned_by <> :by
                        """).bind("by", by).bind("id", run).execute() > 0;
    }

    /** What is marked, or was after {@code since}. */
    public List<Marked> marked(Instant since) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT id, blast, marked_from, marked_until FROM drill_run
                         WHERE marked_from IS NOT NULL AND (marked_until IS NULL OR marked_until > :since)
                        """)
                .bind("since", since)
                .map((rs, context) -> new Marked(
                        rs.getString("id"),
                        read(rs.getString("blast"), Blast.class),
                        rs.getTimestamp("marked_from").toInstant(),
                        Optional.ofNullable(rs.getTimestamp("marked_until")).map(Timestamp::toInstant)))
                .list());
    }

    /** One run. */
    public Optional<DrillRun> find(String run) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM drill_run WHERE id = :id")
                .bind("id", run)
                .map((rs, context) -> held(rs).run())
                .findOne());
    }

    /** Runs, latest first, {@code limit} from {@code offset}. */
    public List<DrillRun> list(int limit, int offset) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT * FROM drill_run ORDER BY planned_at DESC, id LIMIT :limit OFFSET :offset")
                .bind("limit", limit)
                .bind("offset", offset)
                .map((rs, context) -> held(rs).run())
                .list());
    }

    /** Ids of the runs that are not over, whoever's. */
    public List<String> open() {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT id FROM drill_run WHERE closed_at IS NULL ORDER BY planned_at, id")
                        .mapTo(String.class)
                        .list());
    }

    /** When a run of {@code drill} with its fault was last planned, whatever became of it. */
    public Optional<Instant> lastPlanned(String drill) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT planned_at FROM drill_run WHERE drill = :drill AND mode = 'fault' ORDER BY planned_at DESC LIMIT 1")
                .bind("drill", drill)
                .mapTo(Instant.class)
                .findOne());
    }

    /** Of each drill the latest run that proved it. */
    public List<DrillRun> proved() {
        return jdbi.withHandle(handle ->
                handle.createQuery("""
                        SELECT DISTINCT ON (drill) * FROM drill_run
                         WHERE verdict = 'proved' AND mode = 'fault' ORDER BY drill, closed_at DESC
                        """).map((rs, context) -> held(rs).run()).list());
    }

    private Held held(ResultSet rs) throws SQLException {
        return new Held(
                read(rs.getString("document"), DrillRun.class),
                read(rs.getString("blast"), Blast.class),
                rs.getLong("epoch"),
                rs.getString("abort_wanted"),
                rs.getString("approved_by"));
    }

    private <T> T read(String text, Class<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("what is stored of a drill cannot be read: " + e.getOriginalMessage(), e);
        }
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a drill of our own cannot be written", e);
        }
    }
}
