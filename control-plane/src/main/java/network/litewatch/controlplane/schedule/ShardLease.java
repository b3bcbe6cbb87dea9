package network.litewatch.controlplane.schedule;

import java.time.InstantSource;
import org.jdbi.v3.core.Jdbi;

/**
 * Who runs a shard, in PostgreSQL. Every acquisition raises the shard's epoch: a node that was thought dead and
 * comes back carries an old one and gives the shard up. What both wrote meanwhile does no harm: slots, documents and
 * notifications have ids that follow from what they are.
 */
public final class ShardLease {
    private final Jdbi jdbi;
    private final InstantSource clock;
    private final String owner;

    public ShardLease(Jdbi jdbi, InstantSource clock, String owner) {
        this.jdbi = jdbi;
        this.clock = clock;
        this.owner = owner;
    }

    /** Takes the shard, whoever had it, and returns its new epoch (1 or more). */
    long acquire(String shard) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        INSERT INTO shard (name, epoch, owner, acquired_at, renewed_at)
                        VALUES (:shard, 1, :owner, :now, :now)
                        ON CONFLICT (name) DO UPDATE
                           SET epoch = shard.epoch + 1, owner = :owner, acquired_at = :now, renewed_at = :now
                        RETURNING epoch
                        """)
                .bind("shard", shard)
                .bind("owner", owner)
                .bind("now", clock.instant())
                .mapTo(Long.class)
                .one());
    }

    /** Says that the shard still runs here; false when another node has taken it since. */
    boolean renew(String shard, long epoch) {
        return jdbi.withHandle(handle -> handle.createUpdate(
                                "UPDATE shard SET renewed_at = :now WHERE name = :shard AND epoch = :epoch")
                        .bind("now", clock.instant())
                        .bind("shard", shard)
                        .bind("epoch", epoch)
                        .execute())
                == 1;
    }
}
