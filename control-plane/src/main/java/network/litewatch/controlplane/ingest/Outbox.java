package network.litewatch.controlplane.ingest;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;

/**
 * The documents that are committed but not yet in Elasticsearch. Thread-safe; several shippers may drain it at once, a
 * claim keeps a row to one of them until it lapses.
 */
public final class Outbox {
    private static final RowMapper<Row> ROW = (rs, context) ->
            new Row(rs.getLong("id"), rs.getInt("attempts"), OutboxPayload.unpack(rs.getBytes("payload")));

    private final Jdbi jdbi;
    private final InstantSource clock;

    public Outbox(Jdbi jdbi, InstantSource clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * A claimed row.
     *
     * @param attempts how often it was tried before
     */
    public record Row(long id, int attempts, List<Document> documents) {}

    /** A document that Elasticsearch will never take, and why. */
    public record DeadLetter(Document document, String errorType, String errorReason) {}

    /** What waits now; {@code oldest} is empty when nothing does. */
    public record Backlog(long rows, long documents, long bytes, Optional<Instant> oldest) {}

    /** Adds {@code documents} (not empty) as one row, in the transaction of {@code handle}. */
    public void append(Handle handle, List<Document> documents) {
        Instant now = clock.instant();
        handle.createUpdate("""
                        INSERT INTO outbox (created_at, documents, payload, next_attempt_at)
                        VALUES (:now, :count, :payload, :now)
                        """)
                .bind("now", now)
                .bind("count", documents.size())
                .bind("payload", OutboxPayload.pack(documents))
                .execute();
    }

    /** Claims up to {@code limit} due rows, oldest first, for {@code lease}. */
    public List<Row> claim(int limit, Duration lease) {
        Instant now = clock.instant();
        return jdbi.withHandle(handle -> handle.createQuery("""
                        WITH due AS (
                            SELECT id FROM outbox
                             WHERE next_attempt_at <= :now AND (claimed_until IS NULL OR claimed_until < :now)
                             ORDER BY id LIMIT :limit
                               FOR UPDATE SKIP LOCKED),
                        claimed AS (
                            UPDATE outbox SET claimed_until = :until
                             WHERE id IN (SELECT id FROM due)
                            RETURNING id, attempts, payload)
                        SELECT * FROM claimed ORDER BY id
                        """)
                .bind("now", now)
                .bind("until", now.plus(lease))
                .bind("limit", limit)
                .map(ROW)
                .list());
    }

    /**
     * Settles a claimed row in one transaction: what is dead goes to the dead letters, what remains (may be empty) stays
     * for {@code nextAttempt}, the rest is done.
     */
    public void settle(Row row, List<Document> remaining, List<DeadLetter> dead, Instant nextAttempt, String error) {
        jdbi.useTransaction(handle -> {
            for (DeadLetter letter : dead) {
                bury(handle, letter);
            }
            if (remaining.isEmpty()) {
                handle.createUpdate("DELETE FROM outbox WHERE id = :id")
                        .bind("id", row.id())
                        .execute();
                return;
            }
            handle.createUpdate("""
                            UPDATE outbox
                               SET payload = :payload, documents = :count, attempts = attempts + 1,
                                   next_attempt_at = :next, claimed_until = NULL, last_error = :error
                             WHERE id = :id
                            """)
                    .bind("payload", OutboxPayload.pack(remaining))
                    .bind("count", remaining.size())
                    .bind("next", nextAttempt)
                    .bind("error", error)
                    .bind("id", row.id())
                    .execute();
        });
    }

    /** What waits now. */
    public Backlog backlog() {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT count(*) AS rows, coalesce(sum(documents), 0) AS documents,
                               coalesce(sum(octet_length(payload)), 0) AS bytes, min(created_at) AS oldest
                          FROM outbox
                        """)
                .map((rs, context) -> new Backlog(
                        rs.getLong("rows"),
                        rs.getLong("documents"),
                        rs.getLong("bytes"),
                        Optional.ofNullable(rs.getTimestamp("oldest")).map(java.sql.Timestamp::toInstant)))
                .one());
    }

    private void bury(Handle handle, DeadLetter letter) {
        handle.createUpdate("""
                        INSERT INTO dead_letter (created_at, index_name, document_id, document, error_type, error_reason)
                        VALUES (:now, :index, :id, :document, :type, :reason)
                        """)
                .bind("now", clock.instant())
                .bind("index", letter.document().index())
                .bind("id", letter.document().id())
                .bind("document", letter.document().json())
                .bind("type", letter.errorType())
                .bind("reason", letter.errorReason())
                .execute();
    }
}
