package network.litewatch.lab.feed;

import com.fasterxml.jackson.databind.JsonNode;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.HeadWatch;
import network.litewatch.lab.http.Json;

/**
 * Has a feed broadcast each block of a node, about 0.2 s after it was made. It reads the node itself: what an RPC before it says wrong
 * is not broadcast.
 */
public final class Sequencer implements AutoCloseable {

    private static final long POLL_MILLIS = 200;

    private final HeadWatch watch;

    private Sequencer(EvmClient node, FeedServer feed) {
        this.watch = HeadWatch.start(node, "sequencer", POLL_MILLIS, new Broadcast(node, feed)::upTo);
    }

    /** Starts broadcasting, with the block that is the newest now. */
    public static Sequencer start(EvmClient node, FeedServer feed) {
        return new Sequencer(node, feed);
    }

    @Override
    public void close() {
        watch.close();
    }

    /** What was broadcast so far; confined to the watch's thread. */
    private static final class Broadcast {
        private final EvmClient node;
        private final FeedServer feed;
        private long newest = -1;

        Broadcast(EvmClient node, FeedServer feed) {
            this.node = node;
            this.feed = feed;
        }

        void upTo(long head) {
            for (long number = newest < 0 ? head : newest + 1; number <= head; number++) {
                feed.publish(timestamp(number));
                newest = number;
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
}
