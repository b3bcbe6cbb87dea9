package network.litewatch.controlplane.store;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import network.litewatch.controlplane.drill.Verdict;
import org.jdbi.v3.core.Jdbi;

/** What runs of a drill that has a schedule have shown so far. Thread-safe. */
public final class DrillStanding {
    private static final List<String> TELLING = Arrays.stream(Verdict.values())
            .filter(verdict -> verdict == Verdict.PROVED || verdict.isFailure())
            .map(Verdict::label)
            .toList();

    private final Jdbi jdbi;

    public DrillStanding(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * How a drill stands.
     *
     * @param since when it was first known to have a schedule
     * @param proved when its latest run that proved its alert ended; empty when none ever did
     * @param last how the latest run ended that proved its alert or showed that it fails; one that showed nothing, as when it was aborted,
     *     takes nothing back. Empty before there is one
     */
    public record Standing(Instant since, Optional<Instant> proved, Optional<Verdict> last) {}

    /** How {@code drill} stands; from {@code now} on it is known to have a schedule, if it was not before. */
    public Standing of(String drill, Instant now) {
        return jdbi.inTransaction(handle -> {
            handle.createUpdate(
                            "INSERT INTO drill_scheduled (drill, since) VALUES (:drill, :now) ON CONFLICT DO NOTHING")
                    .bind("drill", drill)
                    .bind("now", now)
                    .execute();
            return handle.createQuery("""
                            SELECT since,
                                   (SELECT max(closed_at) FROM drill_run
                                     WHERE drill = :drill AND mode = 'fault' AND verdict = 'proved') AS proved,
                                   (SELECT verdict FROM drill_run
                                     WHERE drill = :drill AND mode = 'fault' AND closed_at IS NOT NULL AND verdict IN (<telling>)
                                     ORDER BY closed_at DESC LIMIT 1) AS last
                              FROM drill_scheduled WHERE drill = :drill
                            """)
                    .bind("drill", drill)
                    .bindList("telling", TELLING)
                    .map((rs, context) -> new Standing(
                            rs.getTimestamp("since").toInstant(),
                            Optional.ofNullable(rs.getTimestamp("proved")).map(java.sql.Timestamp::toInstant),
                            Optional.ofNullable(rs.getString("last"))
                                    .map(verdict -> Verdict.valueOf(verdict.toUpperCase(Locale.ROOT)))))
                    .one();
        });
    }
}
