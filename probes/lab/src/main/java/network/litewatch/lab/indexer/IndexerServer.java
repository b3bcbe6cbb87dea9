package network.litewatch.lab.indexer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.LongNode;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import network.litewatch.fault.FaultInjector;
import network.litewatch.lab.evm.AbiWords;
import network.litewatch.lab.evm.Deployment;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.EvmException;
import network.litewatch.lab.http.Exchange;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.LoopbackServer;
import network.litewatch.lab.http.Threads;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.generated.Uint256;

/**
 * The backend of a dashboard: reads the chain each second and says what it counted, on the routes that the public ones have. It can stand
 * still, add sessions that there are not, or start anew as between phases. Thread-safe.
 */
public final class IndexerServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IndexerServer.class);
    private static final int THREADS = 4;

    private final EvmClient chain;
    private final Deployment contracts;
    private final List<String> nodes;
    private final InstantSource clock;
    private final ScheduledExecutorService reader = Threads.scheduler("indexer");
    private final LoopbackServer server;
    private volatile Counts counts = new Counts(0, 0, 0, List.of(), 0);
    private volatile @Nullable Counts stale;
    private volatile @Nullable Counts reset;
    private volatile long invented;

    /**
     * Reads the chain once and listens; port 0 picks a free one.
     *
     * @param nodes the accounts on the leaderboard
     * @param clock stamps when they were last active
     */
    public IndexerServer(int port, URI rpc, Deployment contracts, List<String> nodes, InstantSource clock) {
        this.chain = new EvmClient(rpc, Duration.ofSeconds(2));
        this.contracts = contracts;
        this.nodes = List.copyOf(nodes);
        this.clock = clock;
        count();
        var unused = reader.scheduleWithFixedDelay(this::count, 1, 1, TimeUnit.SECONDS);
        this.server = LoopbackServer.start("indexer", port, THREADS, this::handle);
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** Says from here on what it says now, whatever happens on the chain. */
    public FaultInjector.FaultHandle standStill() {
        stale = told();
        return () -> stale = null;
    }

    /** Claims {@code sessions} that there are not. */
    public FaultInjector.FaultHandle invent(long sessions) {
        invented = sessions;
        return () -> invented = 0;
    }

    /** Counts from here on only what is new, as after a reset between phases. */
    public FaultInjector.FaultHandle startAnew() {
        reset = counts;
        return () -> reset = null;
    }

    @Override
    public void close() {
        server.close();
        reader.shutdownNow();
    }

    private Counts told() {
        Counts still = stale;
        Counts before = reset;
        Counts now = still == null ? counts : still;
        return (before == null ? now : now.since(before)).inflated(invented);
    }

    private void handle(Exchange exchange) throws IOException {
        Counts now = told();
        JsonNode body = switch (exchange.method() + " " + exchange.path()) {
            case "GET /session-count" -> LongNode.valueOf(now.sessions());
            case "GET /session-tasks-count" -> LongNode.valueOf(now.tasks());
            case "GET /active-nodes-count" ->
                Json.object().put("count", now.nodes().size());
            case "GET /network-stats-tasks" -> now.networkTasks();
            case "GET /leaderboard" -> now.leaderboard();
            default -> null;
        };
        if (body == null) {
            exchange.sendError(
                    404,
                    "known: /session-count /session-tasks-count /active-nodes-count"
                            + " /network-stats-tasks /leaderboard");
        } else {
            exchange.send(200, body);
        }
    }

    private void count() {
        try {
            long sessions = number(contracts.sessionV2(), new Function("getSessionCount", List.of(), List.of()));
            long tasks = 0;
            for (long id = 1; id <= sessions; id++) {
                tasks += number(
                        contracts.sessionQueueV2(),
                        new Function(
                                "getTaskCountBySessionId", List.of(new Uint256(BigInteger.valueOf(id))), List.of()));
            }
            long networkTask = number(contracts.cognitive(), new Function("getLatestSessionId", List.of(), List.of()));
            Counts before = counts;
            boolean active = tasks != before.tasks() || networkTask != before.networkTask() || before.lastActive() == 0;
            counts = new Counts(
                    sessions,
                    tasks,
                    networkTask,
                    nodes,
                    active ? clock.instant().getEpochSecond() : before.lastActive());
        } catch (EvmException e) {
            LOG.debug("the chain could not be counted; the last counts stay: {}", e.toString());
        }
    }

    private long number(String contract, Function question) {
        return AbiWords.of(chain.readRaw(contract, question)).number(0);
    }
}
