package network.litewatch.lab.feed;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a feed broadcast each block of a node, about 0.2 s after it was made. It reads the node itself: what an RPC before it says wrong
 * is not broadcast.
 */
public final class Sequencer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Sequencer.class);
    private static final long POLL_MILLIS = 200;

    private final EvmClient node;
    private final FeedServer feed;
    private final ScheduledExecutorService scheduler = Threads.scheduler("sequencer");
    private long height = -1; // confined to the scheduler's thread
    private boolean failing; // confined to the scheduler's thread

    private Sequencer(EvmClient node, FeedServer feed) {
        this.node = node;
        this.feed = feed;
    }

    /** Starts broadcasting, with the block that is the newest now. */
    public static Sequencer start(EvmClient node, FeedServer feed) {
        var it = new Sequencer(node, feed);
        var unused = it.scheduler.scheduleWithFixedDelay(it::step, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
        return it;
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }

    private void step() {
        try {
            long head = node.blockNumber();
            for (long number = height < 0 ? head : height + 1; number <= head; number++) {
                feed.publish(timestamp(number));
                height = number;
            }
            failing = false;
        } catch (RuntimeException e) { // a thread boundary: the next poll must still come
            if (!failing && !scheduler.isShutdown()) {
                LOG.warn("the feed has nothing to broadcast: {}", e.toString());
            }
            failing = true;
        }
    }

    private long timestamp(long number) {
        JsonNode block = node.call(
                "eth_getBlockByNumber",
                Json.MAPPER.getNodeFactory().textNode("0x" + Long.toHexString(number)),
                Json.MAPPER.getNodeFactory().booleanNode(false));
        return EvmClient.quantity(block.path("timestamp"));
    }
}
