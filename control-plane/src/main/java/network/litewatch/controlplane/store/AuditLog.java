package network.litewatch.controlplane.store;

import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who did what, append-only: each entry carries the SHA-256 of itself and of the hash of the one before it, so that one that was
 * changed, taken out or moved shows. The newest hash is logged, and whoever keeps it can tell when the end was cut off.
 */
public final class AuditLog {
    private static final Logger LOG = LoggerFactory.getLogger(AuditLog.class);
    private static final long LOCK = 0x4C57_4155_4449_5421L;
    /** What stands before the first entry. */
    public static final String BEGINNING = "0".repeat(64);

    private final Jdbi jdbi;
    private final InstantSource clock;

    public AuditLog(Jdbi jdbi, InstantSource clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /**
     * Who acts.
     *
     * @param name of the token, {@code local} without any, or {@code slack:} and the name of a Slack user
     * @param address from where
     */
    public record Actor(String name, String address) {}

    /**
     * What was done.
     *
     * @param action as {@code silence.create}
     * @param subject what it was done to
     * @param before how that was, as text; empty when it was not
     * @param after how that is, as text; empty when it is no more
     */
    public record Entry(long seq, Instant at, Actor actor, String action, String subject, String before, String after) {
        /** SHA-256, in hexadecimal digits, of this entry after one of that hash. */
        public String hash(String previous) {
            // Lengths first: no two entries are the same text.
            StringBuilder text = new StringBuilder(previous);
            for (String part : List.of(
                    Long.toString(seq), at.toString(), actor.name(), actor.address(), action, subject, before, after)) {
                text.append('\n').append(part.length()).append(':').append(part);
            }
            return Hashing.sha256().hashString(text, StandardCharsets.UTF_8).toString();
        }
    }

    /**
     * An entry in the chain.
     *
     * @param previous hash of the entry before it; 64 zeros of the first
     * @param hash of this one
     */
    public record Link(Entry entry, String previous, String hash) {}

    /** Appends in the transaction of {@code handle}; others who append wait for its end. */
    public void append(Handle handle, Actor actor, String action, String subject, String before, String after) {
        handle.execute("SELECT pg_advisory_xact_lock(?)", LOCK);
        Optional<Link> last = handle.createQuery("SELECT * FROM audit ORDER BY seq DESC LIMIT 1")
                .map((rs, context) -> link(rs))
                .findOne();
        String previous = last.map(Link::hash).orElse(BEGINNING);
        long seq = last.map(link -> link.entry().seq() + 1).orElse(1L);
        // PostgreSQL keeps microseconds: what is hashed must be what is read back.
        Instant at = clock.instant().truncatedTo(ChronoUnit.MICROS);
        Entry entry = new Entry(seq, at, actor, action, subject, before, after);
        String hash = entry.hash(previous);
        handle.createUpdate("""
                        INSERT INTO audit (seq, at, actor, address, action, subject, before, after, previous, hash)
                        VALUES (:seq, :at, :actor, :address, :action, :subject, :before, :after, :previous, :hash)
                        """)
                .bind("seq", seq)
                .bind("at", at)
                .bind("actor", actor.name())
                .bind("address", actor.address())
                .bind("action", action)
                .bind("subject", subject)
                .bind("before", before)
                .bind("after", after)
                .bind("previous", previous)
                .bind("hash", hash)
                .execute();
        LOG.info("audit: seq={} action={} subject={} actor={} hash={}", seq, action, subject, actor.name(), hash);
    }

    /** The newest entry of {@code action}. */
    public Optional<Entry> latest(Handle handle, String action) {
        return handle.createQuery("SELECT * FROM audit WHERE action = :action ORDER BY seq DESC LIMIT 1")
                .bind("action", action)
                .map((rs, context) -> entry(rs))
                .findOne();
    }

    /** The newest {@code limit} entries before entry {@code before}, newest first. */
    public List<Link> newest(int limit, long before) {
        return jdbi.withHandle(
                handle -> handle.createQuery("SELECT * FROM audit WHERE seq < :before ORDER BY seq DESC LIMIT :limit")
                        .bind("limit", limit)
                        .bind("before", before)
                        .map((rs, context) -> link(rs))
                        .list());
    }

    private static Link link(ResultSet rs) throws SQLException {
        return new Link(entry(rs), rs.getString("previous"), rs.getString("hash"));
    }

    private static Entry entry(ResultSet rs) throws SQLException {
        return new Entry(
                rs.getLong("seq"),
                rs.getTimestamp("at").toInstant(),
                new Actor(rs.getString("actor"), rs.getString("address")),
                rs.getString("action"),
                rs.getString("subject"),
                rs.getString("before"),
                rs.getString("after"));
    }
}
