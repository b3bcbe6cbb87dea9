package network.litewatch.lab.oracle;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.evm.AbiWords;
import network.litewatch.lab.evm.Accounts;
import network.litewatch.lab.evm.Deployment;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.Threads;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.datatypes.Bool;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.generated.Uint256;

/**
 * Watches the queue's events and ends by force what takes too long: the wait for precommits first, so that those who have precommitted
 * may commit, then the task. By its events a task that timed out has TaskPrecommitEnded and TaskCommitEnded without TaskAllPrecommitted
 * or TaskAllCommitted, and no TaskCommitted of the miners that failed. What has ended it reports to CognitiveLevel. Thread-safe.
 */
public final class TaskOracle implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(TaskOracle.class);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(2);
    private static final long PATIENCE_SECONDS = 60;
    private static final String QUEUED = EventEncoder.buildEventSignature("TaskQueued(uint256,uint256,uint256,string)");
    private static final String PRECOMMIT_ENDED =
            EventEncoder.buildEventSignature("TaskPrecommitEnded(uint256,uint256)");
    private static final String ENDED = EventEncoder.buildEventSignature("TaskEnded(uint256,uint256,address[])");

    private final EvmClient chain;
    private final String queue;
    private final TaskReporter reporter;
    private final TaskBook book = new TaskBook(); // confined to the scheduler's thread
    private final ScheduledExecutorService scheduler = Threads.scheduler("oracle");
    private long nextBlock; // confined to the scheduler's thread
    private volatile long patienceSeconds = PATIENCE_SECONDS;
    private volatile boolean silent;

    /** Starts to watch the queue of {@code contracts}. */
    public TaskOracle(URI rpc, Deployment contracts) {
        this.chain = new EvmClient(rpc, CALL_LIMIT);
        this.queue = contracts.sessionQueueV2();
        this.reporter = new TaskReporter(chain, contracts);
        var unused = scheduler.scheduleWithFixedDelay(this::step, 1, 1, TimeUnit.SECONDS);
    }

    /** Waits only so long for precommits, and as long again for commits, until undone; 60 s each otherwise. */
    public FaultHandle waitOnly(long seconds) {
        patienceSeconds = seconds;
        return () -> patienceSeconds = PATIENCE_SECONDS;
    }

    /** Counts a share (0 to 1) of what the node at {@code account} commits as failed, until undone. */
    public FaultHandle miscount(String account, double share) {
        reporter.miscount(account, share);
        return () -> reporter.miscount(account, 0);
    }

    /** Ends no task and reports none until undone; then it does all that waited. */
    public FaultHandle fallSilent() {
        silent = true;
        return () -> silent = false;
    }

    /** Makes every node's counters begin at 0 again, as between phases; there is nothing to undo. */
    public FaultHandle startPhase() {
        reporter.startPhase();
        return () -> {};
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }

    private void step() {
        if (silent) {
            return;
        }
        try {
            JsonNode head = chain.call(
                    "eth_getBlockByNumber",
                    Json.MAPPER.getNodeFactory().textNode("latest"),
                    Json.MAPPER.getNodeFactory().booleanNode(false));
            long now = EvmClient.quantity(head.path("timestamp"));
            read(EvmClient.quantity(head.path("number")), now);
            reporter.report();
            book.due(now, patienceSeconds).forEach(this::end);
        } catch (RuntimeException e) { // a thread boundary: the next look must still come
            if (!scheduler.isShutdown()) {
                LOG.warn("the queue could not be looked at: {}", e.toString());
            }
        }
    }

    private void read(long head, long now) {
        if (head < nextBlock) {
            return; // nothing new, or blocks were replaced: their events come again above this height
        }
        ObjectNode filter = Json.object()
                .put("fromBlock", "0x" + Long.toHexString(nextBlock))
                .put("toBlock", "0x" + Long.toHexString(head))
                .put("address", queue);
        filter.putArray("topics").addArray().add(QUEUED).add(PRECOMMIT_ENDED).add(ENDED);
        List<TaskReporter.Ended> ended = new ArrayList<>();
        for (JsonNode log : chain.call("eth_getLogs", filter)) {
            AbiWords data = AbiWords.of(log.path("data").asText());
            var id = new TaskBook.Id(data.number(0), data.number(1));
            String event = log.path("topics").path(0).asText();
            note(event, id, now);
            if (event.equals(ENDED)) {
                ended.add(new TaskReporter.Ended(id, data.addresses(2)));
            }
        }
        reporter.add(ended); // with the blocks, so that what is read again is not counted twice
        nextBlock = head + 1;
    }

    private void note(String event, TaskBook.Id id, long now) {
        if (event.equals(QUEUED)) {
            book.queued(id, now);
        } else if (event.equals(PRECOMMIT_ENDED)) {
            book.precommitEnded(id, now);
        } else {
            book.ended(id);
        }
    }

    private void end(TaskBook.Due due) {
        String function = due.phase() == TaskBook.Phase.PRECOMMIT ? "endPrecommit" : "end";
        List<Type<?>> arguments =
                List.of(number(due.id().session()), number(due.id().task()), new Bool(true));
        var unused = chain.send(Accounts.ORACLE, queue, new Function(function, List.copyOf(arguments), List.of()));
        LOG.info("task {}/{}: {} by force", due.id().session(), due.id().task(), function);
    }

    private static Uint256 number(long value) {
        return new Uint256(BigInteger.valueOf(value));
    }
}
