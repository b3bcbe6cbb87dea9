package network.litewatch.controlplane.schedule;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import org.jdbi.v3.core.JdbiException;
import org.quartz.DisallowConcurrentExecution;
import org.quartz.InterruptableJob;
import org.quartz.JobExecutionContext;
import org.quartz.JobExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds one shard on this node for as long as the node lives: Quartz sees to it that exactly one node of the cluster
 * executes the job, and that another takes over when this one stops checking in.
 *
 * <p>The job ends when it is interrupted (shutdown) or when the shard's epoch shows that another node has it; its trigger
 * then offers the shard again within seconds.
 */
@DisallowConcurrentExecution
final class ShardJob implements InterruptableJob {
    static final String SHARD = "shard";

    private static final Logger LOG = LoggerFactory.getLogger(ShardJob.class);
    private static final int RENEW_SECONDS = 5;

    private final ShardLease lease;
    private final IntFunction<Shard> shards;
    private final CountDownLatch interrupted = new CountDownLatch(1);

    ShardJob(ShardLease lease, IntFunction<Shard> shards) {
        this.lease = lease;
        this.shards = shards;
    }

    @Override
    public void execute(JobExecutionContext context) throws JobExecutionException {
        int index = context.getMergedJobDataMap().getIntFromString(SHARD);
        String name = "shard-" + index;
        long epoch = lease.acquire(name);
        LOG.info("shard taken: shard={} epoch={}", name, epoch);
        try (Shard shard = shards.apply(index)) {
            hold(name, epoch);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LOG.info("shard given up: shard={} epoch={}", name, epoch);
    }

    private void hold(String name, long epoch) throws InterruptedException {
        while (!interrupted.await(RENEW_SECONDS, TimeUnit.SECONDS)) {
            try {
                if (!lease.renew(name, epoch)) {
                    LOG.warn("another node has taken the shard: shard={} epoch={}", name, epoch);
                    return;
                }
            } catch (JdbiException e) {
                // Asking goes on while the database is away: what is seen waits in memory, and the epoch decides later.
                LOG.warn("shard not renewed, database unreachable: shard={} cause={}", name, e.getMessage());
            }
        }
    }

    @Override
    public void interrupt() {
        interrupted.countDown();
    }
}
