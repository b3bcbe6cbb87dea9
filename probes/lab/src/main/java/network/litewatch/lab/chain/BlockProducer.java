package network.litewatch.lab.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.EvmException;
import network.litewatch.lab.http.Json;

/** Makes a chain stand still, or take blocks back. Thread-safe; a call returns when the node has done what it was told. */
public final class BlockProducer {

    private final EvmClient node;
    private final Duration interval;
    private final InstantSource clock;
    private final long first;
    private boolean stalled; // guarded by this

    /**
     * Of the chain that {@code node} makes, a block each {@code interval}: whole seconds, 1 at least. {@code clock} is that of its blocks.
     * What there is now, it never takes back.
     */
    public BlockProducer(EvmClient node, Duration interval, InstantSource clock) {
        this.node = node;
        this.interval = interval;
        this.clock = clock;
        // Code that was set at its address is no transaction, and is in the state of the next block.
        this.first = node.blockNumber() + 1;
    }

    /**
     * Makes no block until undone. What is sent meanwhile waits, and is in the first blocks after it.
     *
     * @throws IllegalArgumentException when it stands still already
     * @throws EvmException when the node does not do it; it then makes blocks as before
     */
    public synchronized FaultHandle stall() {
        requireNotStalled();
        try {
            blockEach(0);
        } catch (EvmException e) {
            blockEach(interval.toSeconds()); // it may have done it and only have failed to say so
            throw e;
        }
        stalled = true;
        return this::resume;
    }

    /**
     * Replaces the newest {@code depth} blocks by others with the same transactions, once. There is nothing to undo: no chain goes back to
     * what it gave up. What accounts hold stays, however they came to hold it.
     *
     * @param depth in blocks, 1 at least
     * @throws IllegalArgumentException when there are not so many blocks since the lab was set up, or the chain stands still
     * @throws EvmException when the node does not do it
     */
    public synchronized FaultHandle reorg(int depth) {
        requireNotStalled();
        // A block that came between the question and the deed would lose its transactions.
        blockEach(0);
        try {
            long head = node.blockNumber();
            if (head - depth < first) {
                throw new IllegalArgumentException("args.depth: the lab has made " + Math.max(0, head - first)
                        + " blocks only since it was set up");
            }
            replace(head, depth);
            // The blocks that take the others' places bear earlier times, and anvil would go on from these: each reorg
            // would leave the chain's clock further behind.
            long now = clock.instant().getEpochSecond();
            node.call("evm_setTime", Json.MAPPER.getNodeFactory().numberNode(now));
        } finally {
            blockEach(interval.toSeconds());
        }
        return () -> {};
    }

    private void replace(long head, int depth) {
        synchronized (node) { // what Wallet takes meanwhile would be given back
            Map<String, JsonNode> held = balances();
            node.call("anvil_reorg", Json.MAPPER.getNodeFactory().numberNode(depth), transactions(head, depth));
            // A balance that was set is no transaction, and would go with the blocks: a drained wallet would be full
            // again.
            held.forEach((account, wei) -> {
                if (!balance(account).equals(wei)) {
                    node.call("anvil_setBalance", text(account), wei);
                }
            });
        }
    }

    private Map<String, JsonNode> balances() {
        Map<String, JsonNode> held = new LinkedHashMap<>();
        node.call("eth_accounts").forEach(account -> held.put(account.asText(), balance(account.asText())));
        return held;
    }

    private JsonNode balance(String account) {
        return node.call("eth_getBalance", text(account), text("latest"));
    }

    private static JsonNode text(String value) {
        return Json.MAPPER.getNodeFactory().textNode(value);
    }

    /** The transactions of the newest blocks, each with the block that it was in: 0 is the oldest of them. */
    private ArrayNode transactions(long head, int depth) {
        ArrayNode all = Json.array();
        for (int i = 0; i < depth; i++) {
            String number = "0x" + Long.toHexString(head - depth + 1 + i);
            JsonNode block = node.call(
                    "eth_getBlockByNumber",
                    Json.MAPPER.getNodeFactory().textNode(number),
                    Json.MAPPER.getNodeFactory().booleanNode(false));
            for (JsonNode hash : block.path("transactions")) {
                all.addArray()
                        .add(node.call("eth_getRawTransactionByHash", hash))
                        .add(i);
            }
        }
        return all;
    }

    private synchronized void resume() {
        blockEach(interval.toSeconds());
        stalled = false;
    }

    private void requireNotStalled() {
        if (stalled) {
            throw new IllegalArgumentException("target: the chain stands still already");
        }
    }

    /** 0 is never. */
    private void blockEach(long seconds) {
        node.call("evm_setIntervalMining", Json.MAPPER.getNodeFactory().numberNode(seconds));
    }
}
