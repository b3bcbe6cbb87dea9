package network.litewatch.lab.http;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Named daemon threads, so that a thread dump tells which part of the lab each one belongs to. */
public final class Threads {

    private Threads() {}

    /** Threads called {@code name-1}, {@code name-2}, ... */
    public static ThreadFactory named(String name) {
        var count = new AtomicInteger();
        return task -> {
            var thread = new Thread(task, name + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    /** At most {@code size} threads, and as many tasks waiting; a task beyond that is refused. */
    public static ThreadPoolExecutor pool(String name, int size) {
        var pool = new ThreadPoolExecutor(
                size, size, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(Math.max(16, size)), named(name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** One thread that runs things later. */
    public static ScheduledExecutorService scheduler(String name) {
        return Executors.newSingleThreadScheduledExecutor(named(name));
    }
}
