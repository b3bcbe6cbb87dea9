package network.litewatch.lab.evm;

import com.fasterxml.jackson.databind.node.ObjectNode;
import network.litewatch.lab.http.Json;

/**
 * Keeps one node in step with another: at each new block of the leader it re-forks the follower there, so that both serve the same
 * blocks under the same hashes, as two RPC providers of one network do. The follower is about 0.1 s behind, and it reads from the
 * leader what it does not hold: if the leader's process dies, so does what the follower can say.
 */
public final class Follower implements AutoCloseable {

    private static final long POLL_MILLIS = 100;

    private final HeadWatch watch;

    private Follower(HeadWatch watch) {
        this.watch = watch;
    }

    /** Starts following. */
    public static Follower start(Anvil leader, Anvil follower) {
        EvmClient node = follower.client();
        return new Follower(HeadWatch.start(leader.client(), "chain-follower", POLL_MILLIS, head -> {
            ObjectNode forking = Json.object();
            forking.putObject("forking")
                    .put("jsonRpcUrl", leader.endpoint().toString())
                    .put("blockNumber", head);
            node.call("anvil_reset", forking);
        }));
    }

    @Override
    public void close() {
        watch.close();
    }
}
