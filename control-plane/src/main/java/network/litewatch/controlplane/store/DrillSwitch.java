package network.litewatch.controlplane.store;

import java.time.Instant;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** The kill switch of drills, one for all nodes. Thread-safe. */
public final class DrillSwitch {
    private final Jdbi jdbi;

    public DrillSwitch(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Why no drill may begin.
     *
     * @param since when it was turned
     * @param actor who turned it
     * @param reason in that person's words
     */
    public record Stop(Instant since, String actor, String reason) {
        @Override
        public String toString() {
            return "drills were stopped by " + actor + " at " + since + ": " + reason;
        }
    }

    /** What stops all drills now; empty when nothing does. */
    public Optional<Stop> stop() {
        return jdbi.withHandle(this::stop);
    }

    /** The same, in the transaction of {@code handle}. */
    public Optional<Stop> stop(Handle handle) {
        return handle.createQuery("SELECT since, actor, reason FROM drill_stop")
                .map((rs, context) ->
                        new Stop(rs.getTimestamp("since").toInstant(), rs.getString("actor"), rs.getString("reason")))
                .findOne();
    }

    /** Stops all drills; one that stands stays as it is, but for its reason. */
    public void turn(Handle handle, Stop stop) {
        handle.createUpdate("""
                        INSERT INTO drill_stop (id, since, actor, reason) VALUES (1, :since, :actor, :reason)
                        ON CONFLICT (id) DO UPDATE SET actor = EXCLUDED.actor, reason = EXCLUDED.reason
                        """)
                .bind("since", stop.since())
                .bind("actor", stop.actor())
                .bind("reason", stop.reason())
                .execute();
    }

    /** Lets drills begin again; false when nothing stopped them. */
    public boolean release(Handle handle) {
        return handle.createUpdate("DELETE FROM drill_stop").execute() > 0;
    }
}
