package network.litewatch.lab.evm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import network.litewatch.lab.http.Json;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;

/** JSON-RPC over HTTP to one EVM node. Every call has a deadline. Thread-safe. */
public final class EvmClient {

    private static final long POLL_MILLIS = 40;
    private static final String GAS =
            "0x1312d00"; // 20,000,000: given, so that a transaction can follow one that is not mined yet

    private final URI endpoint;
    private final HttpClient http;
    private final AtomicLong ids = new AtomicLong();
    private final Map<String, ReentrantLock> senders = new ConcurrentHashMap<>();
    private final Duration timeout;

    /** A client for {@code endpoint} whose single calls take {@code timeout} at most. */
    public EvmClient(URI endpoint, Duration timeout) {
        this.endpoint = endpoint;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /**
     * Asks one thing.
     *
     * @throws EvmException when the node cannot be reached in time or answers with an error
     */
    public JsonNode call(String method, JsonNode... params) {
        ArrayNode args = Json.array();
        args.addAll(List.of(params));
        ObjectNode request = Json.object()
                .put("jsonrpc", "2.0")
                .put("id", ids.incrementAndGet())
                .put("method", method);
        request.set("params", args);
        JsonNode answer = post(method, request);
        if (answer.hasNonNull("error")) {
            throw new EvmException(
                    method + ": " + answer.path("error").path("message").asText());
        }
        return answer.path("result");
    }

    /** The head's height. */
    public long blockNumber() {
        return quantity(call("eth_blockNumber"));
    }

    /** Reads a contract: what the function returns, decoded. */
    @SuppressWarnings("rawtypes") // web3j's decoder speaks raw Type
    public List<Type> read(String contract, Function function) {
        return FunctionReturnDecoder.decode(readRaw(contract, function), function.getOutputParameters());
    }

    /** Reads a contract: what the function returns, as hex. */
    public String readRaw(String contract, Function function) {
        ObjectNode call = Json.object().put("to", contract).put("data", FunctionEncoder.encode(function));
        return call("eth_call", call, Json.MAPPER.getNodeFactory().textNode("latest"))
                .asText();
    }

    /** Sends a transaction from an account that the node holds the key of; returns its hash without waiting for a block. */
    public String send(String from, String to, Function function) {
        return transact(Json.object()
                .put("from", from)
                .put("to", to)
                .put("data", FunctionEncoder.encode(function))
                .put("gas", GAS));
    }

    /** Creates a contract with this bytecode (hex, constructor arguments appended); returns the transaction's hash. */
    public String deploy(String from, String bytecode) {
        return transact(
                Json.object().put("from", from).put("data", "0x" + bytecode).put("gas", GAS));
    }

    /**
     * Waits until a transaction is in a block.
     *
     * @return its receipt
     * @throws EvmException when it reverted, or is in no block within {@code limit}
     */
    public JsonNode awaitReceipt(String hash, Duration limit) {
        JsonNode receipt = awaitMined(hash, limit);
        if (quantity(receipt.path("status")) != 1) {
            throw new EvmException("transaction " + hash + " reverted");
        }
        return receipt;
    }

    /**
     * Waits until a transaction is in a block, whether it did what it should or reverted.
     *
     * @return its receipt
     * @throws EvmException when it is in no block within {@code limit}
     */
    public JsonNode awaitMined(String hash, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            JsonNode receipt = call(
                    "eth_getTransactionReceipt", Json.MAPPER.getNodeFactory().textNode(hash));
            if (receipt.isObject()) {
                return receipt;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new EvmException("transaction " + hash + " was in no block after " + limit.toSeconds() + " s");
            }
            pause();
        }
    }

    /**
     * Waits until every transaction that {@code account} has sent is in a block.
     *
     * @throws EvmException when one still is in none after {@code limit}
     */
    public void awaitNothingPending(String account, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        while (nonce(account, "pending") != nonce(account, "latest")) {
            if (System.nanoTime() - deadline > 0) {
                throw new EvmException(
                        "a transaction of " + account + " was in no block after " + limit.toSeconds() + " s");
            }
            pause();
        }
    }

    /** The next nonce of {@code account}, by the state of {@code block}. */
    public long nonce(String account, String block) {
        return quantity(call(
                "eth_getTransactionCount",
                Json.MAPPER.getNodeFactory().textNode(account),
                Json.MAPPER.getNodeFactory().textNode(block)));
    }

    /** What a hex quantity says. */
    public static long quantity(JsonNode hex) {
        try {
            return Long.decode(hex.asText());
        } catch (NumberFormatException e) {
            throw new EvmException("not a quantity: " + hex, e);
        }
    }

    /** An output parameter's type, for {@link #read}. */
    public static <T extends Type<?>> TypeReference<T> output(Class<T> type) {
        return TypeReference.create(type);
    }

    /** One of an account at a time: of two that come at once a node gives both the same nonce, and refuses one as underpriced. */
    private String transact(ObjectNode transaction) {
        String from = transaction.path("from").asText();
        ReentrantLock turn = senders.computeIfAbsent(from, account -> new ReentrantLock());
        try {
            if (!turn.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new EvmException("eth_sendTransaction: others of " + from + " were being sent all the time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EvmException("eth_sendTransaction: interrupted", e);
        }
        try {
            return call("eth_sendTransaction", transaction).asText();
        } finally {
            turn.unlock();
        }
    }

    private JsonNode post(String method, ObjectNode request) {
        try {
            var body = HttpRequest.BodyPublishers.ofByteArray(Json.MAPPER.writeValueAsBytes(request));
            var post = HttpRequest.newBuilder(endpoint)
                    .timeout(timeout)
                    .header("Content-Type", "application/json")
                    .POST(body)
                    .build();
            return Json.MAPPER.readTree(
                    http.send(post, HttpResponse.BodyHandlers.ofByteArray()).body());
        } catch (IOException e) {
            throw new EvmException(method + ": " + endpoint + " did not answer: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EvmException(method + ": interrupted", e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EvmException("interrupted while waiting for a block", e);
        }
    }
}
