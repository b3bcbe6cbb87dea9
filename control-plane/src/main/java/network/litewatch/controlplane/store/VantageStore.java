package network.litewatch.controlplane.store;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import network.litewatch.controlplane.vantage.Delivery;
import network.litewatch.controlplane.vantage.VantageProbe.Heard;
import network.litewatch.probe.Vantage;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.mapper.RowMapper;

/** When each agent was last heard, and what it said of itself. Thread-safe. */
public final class VantageStore {
    private static final RowMapper<Heard> HEARD = (rs, context) -> new Heard(
            new Vantage(rs.getString("name")),
            Optional.ofNullable(rs.getTimestamp("heard_at"))
                    .map(Timestamp::toInstant)
                    .orElse(null),
            new Delivery.Status(
                    rs.getLong("backlog"),
                    rs.getDouble("oldest_seconds"),
                    rs.getLong("dropped"),
                    rs.getBoolean("offline")),
            rs.getDouble("skew_seconds"),
            Optional.ofNullable(rs.getTimestamp("delivered_at"))
                    .map(Timestamp::toInstant)
                    .orElse(null),
            // The column is older than the word.
            Optional.ofNullable(rs.getTimestamp("lost_at"))
                    .map(Timestamp::toInstant)
                    .orElse(null));

    private final Jdbi jdbi;
    private final InstantSource clock;

    public VantageStore(Jdbi jdbi, InstantSource clock) {
        this.jdbi = jdbi;
        this.clock = clock;
    }

    /** The agent of {@code vantage} asked something, and said nothing of itself. */
    public void asked(Vantage vantage) {
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO vantage (name, heard_at) VALUES (:name, :now)
                        ON CONFLICT (name) DO UPDATE SET heard_at = excluded.heard_at
                        """)
                .bind("name", vantage.value())
                .bind("now", clock.instant())
                .execute());
    }

    /** The agent of {@code vantage} delivered, by its clock at {@code sentAt}, and it was taken. */
    public void delivered(Vantage vantage, Instant sentAt, Delivery.Status status) {
        said(vantage, sentAt, status);
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE vantage SET delivered_at = :now WHERE name = :name")
                .bind("name", vantage.value())
                .bind("now", clock.instant())
                .execute());
    }

    /** What the agent of {@code vantage} said of itself, by its clock at {@code sentAt}, whatever became of what it brought. */
    public void said(Vantage vantage, Instant sentAt, Delivery.Status status) {
        Instant now = clock.instant();
        jdbi.useHandle(handle -> handle.createUpdate("""
                        INSERT INTO vantage (name, heard_at, backlog, oldest_seconds, dropped, offline, skew_seconds)
                        VALUES (:name, :now, :backlog, :oldest, :dropped, :offline, :skew)
                        ON CONFLICT (name) DO UPDATE
                           SET heard_at = excluded.heard_at, backlog = excluded.backlog,
                               oldest_seconds = excluded.oldest_seconds, dropped = excluded.dropped,
                               offline = excluded.offline, skew_seconds = excluded.skew_seconds,
                               lost_at = CASE WHEN excluded.dropped > vantage.dropped THEN excluded.heard_at
                                              ELSE vantage.lost_at END
                        """)
                .bind("name", vantage.value())
                .bind("now", now)
                .bind("backlog", status.backlog())
                .bind("oldest", status.oldestSeconds())
                .bind("dropped", status.dropped())
                .bind("offline", status.offline())
                .bind("skew", Duration.between(now, sentAt).toMillis() / 1e3)
                .execute());
    }

    /** What is known of the agent of {@code vantage}; empty before it was heard. */
    public Optional<Heard> find(Vantage vantage) {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM vantage WHERE name = :name")
                .bind("name", vantage.value())
                .map(HEARD)
                .findOne());
    }

    /** All agents that were ever heard, by name. */
    public List<Heard> all() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT * FROM vantage ORDER BY name")
                .map(HEARD)
                .list());
    }
}
