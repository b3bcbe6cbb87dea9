package network.litewatch.lab.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.evm.EvmException;
import network.litewatch.lab.http.Json;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.generated.Uint256;

/**
 * An account that nobody else sends from, and what goes wrong with such a one: no gas, transactions that no block takes, transactions that
 * are reverted. Thread-safe; a call returns when the fault is there.
 */
public final class Wallet {

    private static final BigDecimal WEI = BigDecimal.TEN.pow(18);
    private static final Duration MINED_WITHIN = Duration.ofSeconds(4); // of a chain with a block a second
    private static final long TRANSFER = 21_000; // gas
    private static final int HEX = 16;
    private static final int TRIES = 5;

    private final EvmClient node;
    private final String address;
    private final String refusing;

    /**
     * The account at {@code address}, whose key {@code node} holds.
     *
     * @param refusing the address of the queue of tasks, which takes nothing from who is no miner
     */
    public Wallet(EvmClient node, String address, String refusing) {
        this.node = node;
        this.address = address;
        this.refusing = refusing;
    }

    /**
     * Takes from it all but {@code left} ether until undone; then what was taken is there again, less what it spent meanwhile.
     *
     * @throws IllegalArgumentException when it holds no more than that
     * @throws EvmException when the node does not do it, or something of the wallet is in no block
     */
    public synchronized FaultHandle drain(double left) {
        BigInteger rest = BigDecimal.valueOf(left).multiply(WEI).toBigInteger();
        BigInteger held = balance();
        if (held.compareTo(rest) <= 0) {
            throw new IllegalArgumentException("args.left_ether: the wallet holds "
                    + new BigDecimal(held).divide(WEI).toPlainString() + " only");
        }
        for (int tries = 1; tries <= TRIES; tries++) {
            // What is on its way would be in no block for good without its money.
            node.awaitNothingPending(address, MINED_WITHIN);
            Optional<BigInteger> taken = take(rest);
            if (taken.isPresent()) {
                return () -> giveBack(rest, taken.get());
            }
        }
        throw new EvmException("each time something of the wallet came meanwhile");
    }

    /** Takes all but {@code rest}, and says how much that was; empty, with all given back, when a transaction came before it was taken. */
    private Optional<BigInteger> take(BigInteger rest) {
        synchronized (node) { // for as long as BlockProducer replaces blocks nothing is pending, and all may come again
            BigInteger taken = balance().subtract(rest);
            try {
                setBalance(rest);
                if (nothingPending()) {
                    return Optional.of(taken);
                }
            } catch (EvmException e) {
                giveBack(rest, taken); // it may have done it and only have failed to say so
                throw e;
            }
            giveBack(rest, taken);
            return Optional.empty();
        }
    }

    /**
     * Sends {@code count} transactions that no block takes until undone: each may use more gas than a block has. They are dropped then,
     * and the nonce is that of the newest transaction in a block again. The gas of a block is 1 less meanwhile.
     *
     * @throws IllegalArgumentException when something of the wallet waits already
     * @throws EvmException when the node does not do it
     */
    public synchronized FaultHandle stuck(int count) {
        long next = freeNonce();
        long gasLimit = EvmClient.quantity(node.call(
                        "eth_getBlockByNumber",
                        text("latest"),
                        Json.MAPPER.getNodeFactory().booleanNode(false))
                .path("gasLimit"));
        try {
            // Behind a nonce that is missing, or they would be in a block before it is too small for them.
            for (int i = 1; i <= count; i++) {
                transfer(next + i, gasLimit);
            }
            setBlockGasLimit(gasLimit - 1);
            node.awaitReceipt(transfer(next, TRANSFER), MINED_WITHIN);
        } catch (EvmException e) {
            free(gasLimit);
            throw e;
        }
        return () -> free(gasLimit);
    }

    /**
     * Sends {@code count} transactions that the chain takes and the contract refuses. There is nothing to undo: what is in a block stays.
     *
     * @throws IllegalArgumentException when something of the wallet waits already: behind it nothing gets into a block
     * @throws EvmException when the node does not do it
     */
    public synchronized FaultHandle revert(int count) {
        var unused = freeNonce();
        // The ack of a task that is none of its own.
        var ack = new Function("ack", List.of(new Uint256(BigInteger.ONE), new Uint256(BigInteger.ZERO)), List.of());
        List<String> sent = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            sent.add(node.send(address, refusing, ack));
        }
        for (String hash : sent) {
            JsonNode receipt = node.awaitMined(hash, MINED_WITHIN);
            if (EvmClient.quantity(receipt.path("status")) != 0) {
                throw new EvmException("transaction " + hash + " was not reverted");
            }
        }
        return () -> {};
    }

    /** Holding more than was left to it, it has been given back what was taken: an earlier try came through. */
    private synchronized void giveBack(BigInteger left, BigInteger taken) {
        synchronized (node) {
            BigInteger held = balance();
            if (held.compareTo(left) <= 0) {
                setBalance(held.add(taken));
            }
        }
    }

    private synchronized void free(long gasLimit) {
        node.call("anvil_removePoolTransactions", text(address));
        setBlockGasLimit(gasLimit);
    }

    private BigInteger balance() {
        String hex = node.call("eth_getBalance", text(address), text("latest")).asText();
        return new BigInteger(hex.substring("0x".length()), HEX);
    }

    /** Never while BlockProducer replaces blocks, which notes balances before it and sets them after it. */
    private void setBalance(BigInteger wei) {
        synchronized (node) {
            node.call("anvil_setBalance", text(address), text("0x" + wei.toString(HEX)));
        }
    }

    private boolean nothingPending() {
        return node.nonce(address, "pending") == node.nonce(address, "latest");
    }

    private long freeNonce() {
        long next = node.nonce(address, "latest");
        if (!nothingPending()) {
            throw new IllegalArgumentException("target: the wallet has transactions already that are in no block");
        }
        return next;
    }

    private void setBlockGasLimit(long gas) {
        node.call("evm_setBlockGasLimit", text(hex(gas)));
    }

    /** Sends nothing to itself; the transaction's hash. */
    private String transfer(long nonce, long gas) {
        ObjectNode transaction = Json.object()
                .put("from", address)
                .put("to", address)
                .put("nonce", hex(nonce))
                .put("gas", hex(gas));
        return node.call("eth_sendTransaction", transaction).asText();
    }

    private static String hex(long value) {
        return "0x" + Long.toHexString(value);
    }

    private static JsonNode text(String value) {
        return Json.MAPPER.getNodeFactory().textNode(value);
    }
}
