package network.litewatch.lab.evm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps one node in step with another: at each new block of the leader it re-forks the follower there, so that both serve the same
 * blocks under the same hashes, as two RPC providers of one network do. The follower is about 0.1 s behind, and it reads from the
 * leader what it does not hold: if the leader's process dies, so does what the follower can say.
 */
public final class Follower implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Follower.class);
    private static final long POLL_MILLIS = 100;

    private final EvmClient leader;
    private final URI leaderEndpoint;
    private final EvmClient follower;
    private final ScheduledExecutorService scheduler = Threads.scheduler("chain-follower");
    private long height = -1; // confined to the scheduler's thread
    private boolean failing; // confined to the scheduler's thread

    private Follower(Anvil leader, Anvil follower) {
        this.leader = leader.client();
        this.leaderEndpoint = leader.endpoint();
        this.follower = follower.client();
    }

    /** Starts following. */
    public static Follower start(Anvil leader, Anvil follower) {
        var it = new Follower(leader, follower);
        var unused = it.scheduler.scheduleWithFixedDelay(it::step, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
        return it;
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }

    private void step() {
        try {
            long head = leader.blockNumber();
            if (head != height) {
                ObjectNode forking = Json.object();
                forking.putObject("forking")
                        .put("jsonRpcUrl", leaderEndpoint.toString())
                        .put("blockNumber", head);
                follower.call("anvil_reset", forking);
                height = head;
            }
            failing = false;
        } catch (RuntimeException e) { // a thread boundary: the next poll must still come
            if (!failing && !scheduler.isShutdown()) {
                LOG.warn("the follower is not kept in step: {}", e.toString());
            }
            failing = true;
        }
    }
}
