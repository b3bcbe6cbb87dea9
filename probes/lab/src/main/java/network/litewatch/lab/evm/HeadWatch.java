package network.litewatch.lab.evm;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import network.litewatch.lab.http.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks a node for its head again and again, and says so when it is another one. What fails is tried again at the next look. */
public final class HeadWatch implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HeadWatch.class);

    private final EvmClient node;
    private final String name;
    private final LongConsumer heads;
    private final ScheduledExecutorService scheduler;
    private long height = -1; // confined to the scheduler's thread
    private boolean failing; // confined to the scheduler's thread

    private HeadWatch(EvmClient node, String name, LongConsumer heads) {
        this.node = node;
        this.name = name;
        this.heads = heads;
        this.scheduler = Threads.scheduler(name);
    }

    /**
     * Starts watching.
     *
     * @param name of its thread, and in its log
     * @param heads hears of the head that is there at first and of each other one, on one thread; of the same again if it throws
     */
    public static HeadWatch start(EvmClient node, String name, long pollMillis, LongConsumer heads) {
        var it = new HeadWatch(node, name, heads);
        var unused = it.scheduler.scheduleWithFixedDelay(it::step, 0, pollMillis, TimeUnit.MILLISECONDS);
        return it;
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }

    private void step() {
        try {
            long head = node.blockNumber();
            if (head != height) {
                heads.accept(head);
                height = head;
            }
            failing = false;
        } catch (RuntimeException e) { // a thread boundary: the next poll must still come
            if (!failing && !scheduler.isShutdown()) {
                LOG.warn("{} does not keep step with its node: {}", name, e.toString());
            }
            failing = true;
        }
    }
}
