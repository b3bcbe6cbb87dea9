package network.litewatch.controlplane.store;

import io.dropwizard.util.Duration;
import java.sql.Timestamp;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes rows of tables that would only grow. A few thousand in a transaction, so that whoever writes meanwhile does not wait. Thread-safe.
 */
public final class RowRetention {
    private static final Logger LOG = LoggerFactory.getLogger(RowRetention.class);
    private static final int AT_ONCE = 5_000;

    private final Jdbi jdbi;
    private final InstantSource clock;
    private final RowAges ages;

    public RowRetention(Jdbi jdbi, InstantSource clock, RowAges ages) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.ages = ages;
    }

    /** Deletes what is past its age, and returns how many rows of each table. Throws what the database throws; then the next run goes on. */
    public Map<String, Integer> run() {
        Map<String, Integer> deleted = new TreeMap<>();
        deleted.put("chain_range", delete("chain_range", "written_at < :before", ages.chainRanges()));
        deleted.put("dead_letter", delete("dead_letter", "created_at < :before", ages.deadLetters()));
        deleted.put("incident", delete("incident", "closed_at < :before", ages.notifications()));
        // Our own rules' alerts are as many as targets; what others send is not bounded by anything.
        deleted.put(
                "alert",
                delete(
                        "alert",
                        "state = 'resolved' AND expires_at IS NOT NULL AND updated_at < :before",
                        ages.notifications()));
        // The newest is edited, and says whether the next is due.
        deleted.put(
                "digest",
                delete(
                        "digest",
                        "began_at < :before AND began_at < (SELECT max(began_at) FROM digest)",
                        ages.notifications()));
        deleted.put("silence", delete("silence", "ends_at < :before", ages.notifications()));
        deleted.put("detector_checkpoint", delete("detector_checkpoint", "at < :before", ages.checkpoints()));
        deleted.put("reputation_snapshot", delete("reputation_snapshot", "day < :before", ages.checkpoints()));
        deleted.put("canary_spend", delete("canary_spend", "minute < :before", ages.spending()));
        deleted.values().removeIf(rows -> rows == 0);
        if (!deleted.isEmpty()) {
            LOG.info("rows past their age deleted: {}", deleted);
        }
        return deleted;
    }

    private int delete(String table, String due, Duration age) {
        Timestamp before = Timestamp.from(clock.instant().minusMillis(age.toMilliseconds()));
        int all = 0;
        int rows;
        do {
            rows = jdbi.withHandle(handle -> handle.createUpdate("DELETE FROM " + table + " WHERE ctid = ANY (ARRAY("
                            + "SELECT ctid FROM " + table + " WHERE " + due + " LIMIT " + AT_ONCE + "))")
                    .bind("before", before)
                    .execute());
            all += rows;
        } while (rows == AT_ONCE);
        return all;
    }
}
