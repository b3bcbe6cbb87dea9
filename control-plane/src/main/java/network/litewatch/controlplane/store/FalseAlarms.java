package network.litewatch.controlplane.store;

import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** Incidents of which somebody said that they were none. Thread-safe. */
public final class FalseAlarms {
    private final Jdbi jdbi;

    public FalseAlarms(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** How many began since {@code from}, by the class of failure, which is the alerts' runbook. Throws what the database throws. */
    public Map<String, Integer> since(Instant from) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        SELECT failure, count(*) AS times FROM incident
                         WHERE opened_at >= :from AND state ->> 'falseAlarm' IS NOT NULL
                         GROUP BY failure
                        """)
                .bind("from", from)
                .reduceRows(new HashMap<>(), (counts, row) -> {
                    counts.put(row.getColumn("failure", String.class), row.getColumn("times", Integer.class));
                    return counts;
                }));
    }
}
