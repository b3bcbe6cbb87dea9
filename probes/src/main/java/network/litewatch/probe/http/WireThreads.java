package network.litewatch.probe.http;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The threads of this package: daemons with names. */
final class WireThreads {
    private static final Logger LOG = LoggerFactory.getLogger(WireThreads.class);

    private WireThreads() {}

    static ThreadFactory named(String prefix) {
        AtomicInteger next = new AtomicInteger(1);
        return task -> {
            Thread thread = new Thread(task, prefix + next.getAndIncrement());
            thread.setDaemon(true);
            // OkHttp tells the call's callback, then throws the same again: a stranger's answer must not print a stack
            // trace.
            thread.setUncaughtExceptionHandler((t, told) -> LOG.debug("thrown on a thread of the wire", told));
            return thread;
        };
    }

    /** At most {@code threads} that end when idle, before a queue without a bound. */
    static ThreadPoolExecutor pool(int threads, String prefix) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads, threads, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named(prefix));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
