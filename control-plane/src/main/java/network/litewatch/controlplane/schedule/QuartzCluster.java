package network.litewatch.controlplane.schedule;

import static org.quartz.JobBuilder.newJob;
import static org.quartz.SimpleScheduleBuilder.simpleSchedule;
import static org.quartz.TriggerBuilder.newTrigger;

import io.dropwizard.lifecycle.Managed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.IntFunction;
import javax.sql.DataSource;
import org.quartz.Job;
import org.quartz.JobDetail;
import org.quartz.JobExecutionContext;
import org.quartz.Scheduler;
import org.quartz.SchedulerException;
import org.quartz.Trigger;
import org.quartz.impl.StdSchedulerFactory;
import org.quartz.impl.jdbcjobstore.JobStoreTX;
import org.quartz.impl.jdbcjobstore.PostgreSQLDelegate;
import org.quartz.impl.matchers.GroupMatcher;
import org.quartz.spi.JobFactory;
import org.quartz.utils.ConnectionProvider;
import org.quartz.utils.DBConnectionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Quartz in its clustered JDBC store: owns the shards and the chores, so that they run on one node at a time and move to
 * another when theirs dies. It fires no probe; the wheel does (Quartz' store manages some hundred firings a second).
 *
 * <p>The instance id is the node's name, not a random one: a node that was killed finds its own stale records at its
 * first check-in and takes its shards back at once.
 */
public final class QuartzCluster implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(QuartzCluster.class);
    private static final Duration STOP_WITHIN = Duration.ofSeconds(10);
    private static final String SHARDS = "shards";
    private static final String CHORES = "chores";
    private static final Duration OFFER_EVERY = Duration.ofSeconds(5);

    /** One of the slower jobs. */
    public record Chore(String name, Duration every, Runnable work) {}

    private final DataSource dataSource;
    private final String node;
    private final int shards;
    private final List<Chore> chores;
    private final JobFactory jobs;
    private final Scheduler scheduler;

    /**
     * Prepares the scheduler; nothing runs before {@link #start}.
     *
     * @param node this node's name, unique in the cluster
     * @param shards number of shards, equal on all nodes
     * @param start makes and starts the shard of an index; closed when the shard is given up
     */
    public QuartzCluster(
            DataSource dataSource,
            String node,
            int shards,
            ShardLease lease,
            IntFunction<Shard> start,
            List<Chore> chores)
            throws SchedulerException {
        this.dataSource = dataSource;
        this.node = node;
        this.shards = shards;
        this.chores = List.copyOf(chores);
        this.jobs = (bundle, ignored) -> newInstance(bundle.getJobDetail(), lease, start);
        DBConnectionManager.getInstance().addConnectionProvider(dataSourceName(), new Pooled());
        this.scheduler = new StdSchedulerFactory(properties()).getScheduler();
        scheduler.setJobFactory(jobs);
    }

    @Override
    public void start() throws SchedulerException {
        for (int shard = 0; shard < shards; shard++) {
            offer(
                    newJob(ShardJob.class)
                            .withIdentity("shard-" + shard, SHARDS)
                            .usingJobData(ShardJob.SHARD, Integer.toString(shard))
                            .storeDurably()
                            .build(),
                    OFFER_EVERY);
        }
        for (Chore chore : chores) {
            offer(
                    newJob(ChoreJob.class)
                            .withIdentity(chore.name(), CHORES)
                            .storeDurably()
                            .build(),
                    chore.every());
        }
        withdrawShardsBeyond(shards);
        scheduler.start();
    }

    /**
     * Interrupts the shard jobs of this node and waits for them, but not for ever: with the database away Quartz would try
     * to write their ends down until it is back. Other nodes take over what a node did not hand back.
     */
    @Override
    public void stop() throws SchedulerException, InterruptedException {
        scheduler.standby();
        for (JobExecutionContext running : scheduler.getCurrentlyExecutingJobs()) {
            scheduler.interrupt(running.getFireInstanceId());
        }
        Thread shutdown = new Thread(this::shutdown, "quartz-shutdown");
        shutdown.setDaemon(true);
        shutdown.start();
        shutdown.join(STOP_WITHIN.toMillis());
        if (shutdown.isAlive()) {
            LOG.warn("shards not handed back within {}: is the database away?", STOP_WITHIN);
        }
    }

    private void shutdown() {
        try {
            scheduler.shutdown(true);
        } catch (SchedulerException e) {
            LOG.warn("the scheduler did not stop as it should: {}", e.getMessage());
        }
    }

    private void offer(JobDetail job, Duration every) throws SchedulerException {
        Trigger trigger = newTrigger()
                .withIdentity(job.getKey().getName(), job.getKey().getGroup())
                .forJob(job)
                .startNow()
                .withSchedule(simpleSchedule()
                        .withIntervalInMilliseconds(every.toMillis())
                        .repeatForever()
                        .withMisfireHandlingInstructionNextWithRemainingCount())
                .build();
        // Keeping a trigger that exists keeps a chore's rhythm over restarts; a changed interval replaces it.
        scheduler.addJob(job, true);
        Trigger existing = scheduler.getTrigger(trigger.getKey());
        if (existing == null) {
            scheduler.scheduleJob(trigger);
        } else if (existing instanceof org.quartz.SimpleTrigger simple
                && simple.getRepeatInterval() != every.toMillis()) {
            scheduler.rescheduleJob(trigger.getKey(), trigger);
        }
    }

    private void withdrawShardsBeyond(int count) throws SchedulerException {
        for (var key : scheduler.getJobKeys(GroupMatcher.jobGroupEquals(SHARDS))) {
            if (Integer.parseInt(key.getName().substring("shard-".length())) >= count) {
                scheduler.deleteJob(key);
            }
        }
        Set<String> known = Set.copyOf(chores.stream().map(Chore::name).toList());
        for (var key : scheduler.getJobKeys(GroupMatcher.jobGroupEquals(CHORES))) {
            if (!known.contains(key.getName())) {
                scheduler.deleteJob(key);
            }
        }
    }

    private Job newInstance(JobDetail job, ShardLease lease, IntFunction<Shard> start) throws SchedulerException {
        if (job.getJobClass() == ShardJob.class) {
            return new ShardJob(lease, start);
        }
        return chores.stream()
                .filter(chore -> chore.name().equals(job.getKey().getName()))
                .findFirst()
                .map(chore -> new ChoreJob(chore.work()))
                .orElseThrow(() -> new SchedulerException("no such chore: " + job.getKey()));
    }

    private String dataSourceName() {
        return "litewatch-" + node;
    }

    private Properties properties() {
        Properties p = new Properties();
        p.setProperty("org.quartz.scheduler.instanceName", "litewatch");
        p.setProperty("org.quartz.scheduler.instanceId", node);
        p.setProperty("org.quartz.scheduler.threadName", "quartz-scheduler");
        p.setProperty("org.quartz.scheduler.skipUpdateCheck", "true");
        p.setProperty("org.quartz.threadPool.threadCount", Integer.toString(shards + 2));
        p.setProperty("org.quartz.threadPool.threadNamePrefix", "quartz");
        p.setProperty("org.quartz.jobStore.class", JobStoreTX.class.getName());
        p.setProperty("org.quartz.jobStore.driverDelegateClass", PostgreSQLDelegate.class.getName());
        p.setProperty("org.quartz.jobStore.dataSource", dataSourceName());
        p.setProperty("org.quartz.jobStore.isClustered", "true");
        p.setProperty("org.quartz.jobStore.clusterCheckinInterval", "5000");
        p.setProperty("org.quartz.jobStore.misfireThreshold", "5000");
        p.setProperty("org.quartz.jobStore.useProperties", "true");
        return p;
    }

    /** Lends Quartz the service's own pool; the pool's life is not Quartz' business. */
    private final class Pooled implements ConnectionProvider {
        @Override
        public Connection getConnection() throws SQLException {
            return dataSource.getConnection();
        }

        @Override
        public void shutdown() {}

        @Override
        public void initialize() {}
    }
}
