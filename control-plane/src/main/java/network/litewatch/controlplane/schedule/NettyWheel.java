package network.litewatch.controlplane.schedule;

import io.netty.util.HashedWheelTimer;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The timing wheel of Netty: constant cost per timer, late by one tick at most while its thread is not starved. */
public final class NettyWheel implements Wheel, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NettyWheel.class);
    private static final Duration TICK = Duration.ofMillis(5);
    private static final int BUCKETS = 4096;

    private final InstantSource clock;
    private final HashedWheelTimer timer;

    public NettyWheel(InstantSource clock) {
        this.clock = clock;
        this.timer = new HashedWheelTimer(
                new DefaultThreadFactory("probe-wheel", true), TICK.toMillis(), TimeUnit.MILLISECONDS, BUCKETS);
    }

    @Override
    public Timer at(Instant when, Runnable task) {
        long delay = Math.max(0, Duration.between(clock.instant(), when).toNanos());
        var timeout = timer.newTimeout(ignored -> runQuietly(task), delay, TimeUnit.NANOSECONDS);
        return timeout::cancel;
    }

    // The wheel's one thread serves every plan: an exception of one task must not reach the others.
    private static void runQuietly(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException bug) {
            LOG.error("a scheduled task threw; the wheel goes on", bug);
        }
    }

    /** Drops all waiting tasks. */
    @Override
    public void close() {
        timer.stop();
    }
}
