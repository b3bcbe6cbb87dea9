package network.litewatch.controlplane.store;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** Scheduled drills that were due and not begun, and why; kept for 90 days. Thread-safe. */
public final class DrillSkips {
    private static final Duration KEPT = Duration.ofDays(90);

    private final Jdbi jdbi;

    public DrillSkips(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * A drill that was kept waiting for one reason on one day.
     *
     * @param times it was looked at
     */
    public record Skip(String drill, String reason, Instant firstAt, Instant lastAt, int times) {}

    /** Notes that {@code drill} was due at {@code now} and was not begun; whether that is the first of its day (UTC) and reason. */
    public boolean note(String drill, String reason, Instant now) {
        return jdbi.inTransaction(handle -> {
            handle.createUpdate("DELETE FROM drill_skip WHERE last_at < :old")
                    .bind("old", now.minus(KEPT))
                    .execute();
            int times = handle.createQuery("""
                            INSERT INTO drill_skip AS s (drill, day, reason, first_at, last_at, times)
                            VALUES (:drill, (:now AT TIME ZONE 'UTC')::date, :reason, :now, :now, 1)
                            ON CONFLICT (drill, day, reason) DO UPDATE SET last_at = :now, times = s.times + 1
                            RETURNING times
                            """)
                    .bind("drill", drill)
                    .bind("reason", reason)
                    .bind("now", now)
                    .mapTo(Integer.class)
                    .one();
            return times == 1;
        });
    }

    /** The latest first, {@code limit} from {@code offset}. */
    public List<Skip> list(int limit, int offset) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT drill, reason, first_at, last_at, times FROM drill_skip
                         ORDER BY last_at DESC, drill, reason LIMIT :limit OFFSET :offset
                        """)
                .bind("limit", limit)
                .bind("offset", offset)
                .map((rs, context) -> new Skip(
                        rs.getString("drill"),
                        rs.getString("reason"),
                        rs.getTimestamp("first_at").toInstant(),
                        rs.getTimestamp("last_at").toInstant(),
                        rs.getInt("times")))
                .list());
    }
}
