package network.litewatch.controlplane.worker;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A daemon thread that does one piece of work after the other, and where there is none waits for a while, or until it is woken. It outlives
 * whatever goes wrong with the work. Thread-safe; started once, stopped once.
 */
public final class Worker {
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    private final Duration poll;
    private final Work work;
    private final Consumer<Exception> trouble;
    private final Semaphore woken = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopping;

    /** The work, piece by piece. */
    @FunctionalInterface
    public interface Work {
        /** Does the next piece; false when there was none, so that it is asked again after a wait. */
        boolean next() throws IOException, SQLException;
    }

    /**
     * Does nothing yet.
     *
     * @param name of the thread
     * @param poll how long it waits at most when there is nothing to do, and after trouble
     * @param trouble hears of what {@code work} threw, before the wait
     */
    public Worker(String name, Duration poll, Work work, Consumer<Exception> trouble) {
        this.poll = poll;
        this.work = work;
        this.trouble = trouble;
        this.thread = new Thread(this::run, name);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    /** Says that there may be something to do, so that it need not wait for the next poll. */
    public void wake() {
        woken.release();
    }

    /** Whether work that goes on for long should come to an end. */
    public boolean isStopping() {
        return stopping;
    }

    /** Lets the piece in hand end, for 10 s at most. */
    public void stop() throws InterruptedException {
        stopping = true;
        woken.release();
        thread.join(FAREWELL.toMillis());
    }

    /** Waits as between two pieces; for work that holds something while it has nothing to do. */
    public void pause() {
        try {
            if (woken.tryAcquire(poll.toMillis(), TimeUnit.MILLISECONDS)) {
                woken.drainPermits();
            }
        } catch (InterruptedException e) {
            stopping = true;
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!stopping) {
            boolean done = false;
            try {
                done = work.next();
            } catch (IOException | SQLException | RuntimeException e) {
                trouble.accept(e);
            }
            if (!done) {
                pause();
            }
        }
    }
}
