package network.litewatch.lab.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import network.litewatch.fault.Arguments;
import network.litewatch.lab.http.Json;

/**
 * Ways in which an RPC says what is not so, each a change to single answers, after what users of real RPCs report: heads from the
 * future, other hashes, another chain, logs left out, ranges refused, old state gone, limits, and errors.
 */
final class RpcLies {

    /** Changes the answer to one call in place; {@code request} is the call as it was sent on. */
    @FunctionalInterface
    interface Lie {
        void tell(ObjectNode request, ObjectNode answer);
    }

    /** Lies by kind of fault, made from the fault's arguments. */
    static final Map<String, Function<JsonNode, Lie>> KINDS = kinds();

    private static final int HASH_TAIL = 64;

    private RpcLies() {}

    private static Map<String, Function<JsonNode, Lie>> kinds() {
        Map<String, Function<JsonNode, Lie>> kinds = new LinkedHashMap<>();
        kinds.put("rpc.future", RpcLies::future);
        kinds.put("rpc.fork", RpcLies::fork);
        kinds.put("rpc.history", RpcLies::history);
        kinds.put("rpc.wrong-chain", RpcLies::wrongChain);
        kinds.put("rpc.error", RpcLies::error);
        kinds.put("rpc.drop-logs", RpcLies::dropLogs);
        kinds.put("rpc.log-range", RpcLies::logRange);
        kinds.put("rpc.pruned", RpcLies::pruned);
        kinds.put("rpc.fees", RpcLies::fees);
        kinds.put("rpc.old-finality", RpcLies::oldFinality);
        kinds.put("rpc.late-receipts", RpcLies::lateReceipts);
        return Map.copyOf(kinds);
    }

    /** The latest block comes {@code seconds} later and {@code blocks} higher than it is. */
    private static Lie future(JsonNode args) {
        Arguments.onlyKnown(args, Set.of("seconds", "blocks"));
        int seconds = Arguments.whole(args, "seconds", 600, 0, 1_000_000);
        int blocks = Arguments.whole(args, "blocks", 600, 0, 1_000_000);
        return (request, answer) -> {
            if (method(request).equals("eth_blockNumber")) {
                raise(answer, "result", blocks);
            }
            if (method(request).equals("eth_getBlockByNumber")
                    && parameter(request, 0).asText().equals("latest")
                    && answer.path("result") instanceof ObjectNode block) {
                raise(block, "number", blocks);
                raise(block, "timestamp", seconds);
            }
        };
    }

    /** Every block but the first has another hash, as on another branch. */
    private static Lie fork(JsonNode args) {
        Arguments.onlyKnown(args, Set.of());
        return (request, answer) -> {
            if (answer.path("result") instanceof ObjectNode block && quantity(block.path("number")) > 0) {
                rehash(block);
            }
        };
    }

    /** The first block has another hash, as on another chain of the same id. */
    private static Lie history(JsonNode args) {
        Arguments.onlyKnown(args, Set.of());
        return (request, answer) -> {
            if (answer.path("result") instanceof ObjectNode block
                    && block.path("number").asText().equals("0x0")) {
                rehash(block);
            }
        };
    }

    private static void rehash(ObjectNode block) {
        if (block.path("hash").isTextual()) {
            block.put(
                    "hash",
                    "0x" + "f0".repeat(HASH_TAIL / 4)
                            + block.path("hash").asText().substring(2 + HASH_TAIL / 2));
        }
    }

    private static Lie wrongChain(JsonNode args) {
        Arguments.onlyKnown(args, Set.of("chain_id"));
        int id = Arguments.whole(args, "chain_id", 1, 1, Integer.MAX_VALUE);
        return (request, answer) -> {
            if (method(request).equals("eth_chainId")) {
                answer.put("result", "0x" + Integer.toHexString(id));
            }
        };
    }

    /** Every {@code every}-th call, of {@code method} alone if that is given, gets an error with {@code code} and {@code message}. */
    private static Lie error(JsonNode args) {
        Arguments.onlyKnown(args, Set.of("code", "message", "every", "method"));
        int code = Arguments.whole(args, "code", -32005, Integer.MIN_VALUE, Integer.MAX_VALUE);
        int every = Arguments.whole(args, "every", 1, 1, 1_000);
        String message = args.path("message").asText("rate limit exceeded");
        String method = args.path("method").asText("");
        var calls = new AtomicInteger();
        return (request, answer) -> {
            if ((method.isEmpty() || method.equals(method(request))) && calls.getAndIncrement() % every == 0) {
                refuse(answer, code, message);
            }
        };
    }

    /** Every {@code every}-th log is missing. */
    private static Lie dropLogs(JsonNode args) {
        Arguments.onlyKnown(args, Set.of("every"));
        int every = Arguments.whole(args, "every", 2, 1, 1_000);
        return (request, answer) -> {
            if (method(request).equals("eth_getLogs") && answer.path("result") instanceof ArrayNode logs) {
                for (int i = logs.size() - 1; i >= 0; i--) {
                    if (i % every == 0) {
                        logs.remove(i);
                    }
                }
            }
        };
    }

    /** More than {@code blocks} blocks in one eth_getLogs are refused. */
    private static Lie logRange(JsonNode args) {
        Arguments.onlyKnown(args, Set.of("blocks"));
        int blocks = Arguments.whole(args, "blocks", 10, 1, 1_000_000);
        return (request, answer) -> {
            JsonNode filter = parameter(request, 0);
            long span = quantity(filter.path("toBlock")) - quantity(filter.path("fromBlock")) + 1;
            if (method(request).equals("eth_getLogs")
                    && filter.path("fromBlock").isTextual()
                    && span > blocks) {
                refuse(answer, -32614, "eth_getLogs is limited to a " + blocks + " range");
            }
        };
    }

    /** State below block {@code before} is gone, or with {@code keep} that of all but so many of the newest blocks. */
    private static Lie pruned(JsonNode args) {
        Arguments.onlyKnown(args, Set.of("before", "keep"));
        if (args.has("before") && args.has("keep")) {
            throw new IllegalArgumentException("args.keep: before says already which state is gone");
        }
        int before = Arguments.whole(args, "before", 1, 1, Integer.MAX_VALUE);
        Integer keep = args.has("keep") ? Arguments.whole(args, "keep", null, 1, Integer.MAX_VALUE) : null;
        // A node that keeps the newest says what is the newest before anybody asks for its state.
        var head = new AtomicLong();
        return (request, answer) -> {
            if (method(request).equals("eth_blockNumber")) {
                head.accumulateAndGet(quantity(answer.path("result")), Math::max);
            }
            JsonNode block = parameter(request, 1);
            if (Set.of("eth_getBalance", "eth_call", "eth_getCode").contains(method(request))
                    && block.asText().startsWith("0x")
                    && quantity(block) < (keep == null ? before : head.get() - keep)) {
                refuse(answer, -32000, "missing trie node 00 (path ) state 0x00 is not available, not found");
            }
        };
    }

    /** Gas costs {@code factor} times what it does. */
    private static Lie fees(JsonNode args) {
        Arguments.onlyKnown(args, Set.of("factor"));
        int factor = Arguments.whole(args, "factor", 10, 1, 1_000_000);
        return (request, answer) -> {
            if (method(request).equals("eth_gasPrice") && answer.path("result").isTextual()) {
                answer.put("result", "0x" + Long.toHexString(quantity(answer.path("result")) * factor));
            }
        };
    }

    /** The blocks that it calls safe and finalized are {@code safe} and {@code finalized} seconds older than they are. */
    private static Lie oldFinality(JsonNode args) {
        Arguments.onlyKnown(args, Set.of("safe", "finalized"));
        Map<String, Integer> older = Map.of(
                "safe", Arguments.whole(args, "safe", 0, 0, 1_000_000),
                "finalized", Arguments.whole(args, "finalized", 0, 0, 1_000_000));
        return (request, answer) -> {
            Integer seconds = older.get(parameter(request, 0).asText());
            if (seconds != null
                    && method(request).equals("eth_getBlockByNumber")
                    && answer.path("result") instanceof ObjectNode block) {
                raise(block, "timestamp", -seconds);
            }
        };
    }

    /** A receipt of a transaction {@code from} that account is there {@code seconds} after it was first asked for. */
    private static Lie lateReceipts(JsonNode args) {
        Arguments.onlyKnown(args, Set.of("from", "seconds"));
        String from = args.path("from").asText("");
        if (!from.matches("0x[0-9a-fA-F]{40}")) {
            throw new IllegalArgumentException("args.from: expected an address");
        }
        long nanos = TimeUnit.SECONDS.toNanos(Arguments.whole(args, "seconds", 20, 1, 7_200));
        Map<String, Long> asked = new ConcurrentHashMap<>();
        return (request, answer) -> {
            if (method(request).equals("eth_getTransactionReceipt")
                    && from.equalsIgnoreCase(answer.path("result").path("from").asText())) {
                long now = System.nanoTime();
                String transaction = parameter(request, 0).asText();
                if (now - asked.computeIfAbsent(transaction, unseen -> now) < nanos) {
                    answer.putNull("result");
                }
            }
        };
    }

    private static void refuse(ObjectNode answer, int code, String message) {
        answer.remove("result");
        answer.set("error", Json.object().put("code", code).put("message", message));
    }

    private static void raise(ObjectNode node, String field, long by) {
        if (node.path(field).isTextual()) {
            node.put(field, "0x" + Long.toHexString(quantity(node.path(field)) + by));
        }
    }

    private static String method(ObjectNode request) {
        return request.path("method").asText();
    }

    private static JsonNode parameter(ObjectNode request, int position) {
        return request.path("params").path(position);
    }

    private static long quantity(JsonNode hex) {
        try {
            return hex.isTextual() ? Long.decode(hex.asText()) : 0;
        } catch (NumberFormatException e) {
            return 0; // a tag, or nothing that has a number
        }
    }
}
