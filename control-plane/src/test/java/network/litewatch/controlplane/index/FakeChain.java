package network.litewatch.controlplane.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.SseConsumer;
import network.litewatch.probe.http.WireTrace;
import org.web3j.crypto.Hash;

/** A chain behind a JSON-RPC that can be told to reorganise, to refuse wide ranges, to fail and to leave logs out. */
final class FakeChain implements HttpExchanger {
    static final String CONTRACT = "0x00000000000000000000000000000000000000aa";
    static final long CHAIN_ID = 31337;
    private static final long GENESIS_TIME = 1_770_000_000;
    private static final String TASK_ENDED_TOPIC =
            "0x4a13acdb324983df19e812ba3e2fabc5d1bce7b23a4c88ff5c4ac02b88f2239c"; // TaskCommitEnded(uint256,uint256)

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<Block> blocks = new ArrayList<>();
    private int forks;

    /** Widest range that is served. */
    long widest = 10_000;
    /** Most logs in one answer. */
    int most = Integer.MAX_VALUE;
    /** Requests that fail from now on. */
    int failures;
    /** Whether answers by range lack the last log of every block that has only one. */
    boolean forgetful;
    /** What happens before the n-th request from now; 0 is never. */
    int countdown;

    Runnable surprise = () -> {};

    record Block(long number, String hash, String parent, int logs) {}

    FakeChain() {
        this("genesis");
    }

    FakeChain(String genesis) {
        blocks.add(new Block(0, hash(genesis), hash("nothing"), 0));
    }

    /** Adds a block with {@code logs} events. */
    void mine(int logs) {
        Block parent = blocks.get(blocks.size() - 1);
        long number = parent.number() + 1;
        blocks.add(new Block(number, hash(parent.hash() + "/" + forks), parent.hash(), logs));
    }

    /** Replaces the last {@code depth} blocks, as far as there are, with as many others. */
    void reorg(int depth, int logs) {
        int gone = Math.min(depth, blocks.size() - 1);
        forks++;
        blocks.subList(blocks.size() - gone, blocks.size()).clear();
        for (int i = 0; i < gone; i++) {
            mine(logs);
        }
    }

    /** Takes the last {@code depth} blocks off. */
    List<Block> cut(int depth) {
        forks++;
        List<Block> tail = blocks.subList(Math.max(1, blocks.size() - depth), blocks.size());
        List<Block> cut = List.copyOf(tail);
        tail.clear();
        return cut;
    }

    /** Makes {@code former} the chain's end again, in the place of whatever is there now. */
    void putBack(List<Block> former) {
        blocks.removeIf(
                block -> !former.isEmpty() && block.number() >= former.get(0).number());
        blocks.addAll(former);
    }

    long head() {
        return blocks.get(blocks.size() - 1).number();
    }

    /** Keys of all events from block {@code from} on. */
    Set<String> events(long from) {
        Set<String> keys = new TreeSet<>();
        for (Block block : blocks) {
            for (int i = 0; block.number() >= from && i < block.logs(); i++) {
                keys.add(Sighting.key(block.hash(), i));
            }
        }
        return keys;
    }

    @Override
    public CompletableFuture<HttpResult> exchange(HttpRequest request) {
        if (countdown > 0 && --countdown == 0) {
            surprise.run();
        }
        if (failures > 0) {
            failures--;
            return CompletableFuture.completedFuture(response(500, "{}"));
        }
        try {
            JsonNode body = JSON.readTree(request.json().orElseThrow());
            if (!body.isArray()) {
                return CompletableFuture.completedFuture(
                        response(200, answer(body).toString()));
            }
            ArrayNode answers = JSON.createArrayNode();
            body.forEach(call -> answers.add(answer(call)));
            return CompletableFuture.completedFuture(response(200, answers.toString()));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public CompletableFuture<HttpResult> stream(HttpRequest request, SseConsumer consumer) {
        throw new UnsupportedOperationException();
    }

    private static HttpResponse response(int status, String body) {
        return new HttpResponse(
                status,
                Map.of(),
                body.getBytes(StandardCharsets.UTF_8),
                new WireTrace(WireTrace.Stage.RECEIVING, OptionalLong.of(0), Map.of()));
    }

    private ObjectNode answer(JsonNode call) {
        ObjectNode answer = JSON.createObjectNode()
                .put("jsonrpc", "2.0")
                .put("id", call.path("id").asInt());
        JsonNode first = call.path("params").path(0);
        switch (call.path("method").asText()) {
            case "eth_chainId" -> answer.put("result", "0x" + Long.toHexString(CHAIN_ID));
            case "eth_getBlockByNumber" ->
                answer.set(
                        "result",
                        first.asText().equals("latest") ? header(head()) : header(Long.decode(first.asText())));
            case "eth_getLogs" -> logs(first, answer);
            default -> answer.putObject("error").put("code", -32601).put("message", "no such method");
        }
        return answer;
    }

    private JsonNode header(long number) {
        if (number >= blocks.size()) {
            return JSON.nullNode();
        }
        Block block = blocks.get((int) number);
        return JSON.createObjectNode()
                .put("number", "0x" + Long.toHexString(number))
                .put("hash", block.hash())
                .put("parentHash", block.parent())
                .put("timestamp", "0x" + Long.toHexString(GENESIS_TIME + number))
                .put("logsBloom", bloom(block.logs() > 0));
    }

    private void logs(JsonNode filter, ObjectNode answer) {
        ArrayNode logs = JSON.createArrayNode();
        if (filter.has("blockHash")) {
            blocks.stream()
                    .filter(block ->
                            block.hash().equals(filter.path("blockHash").asText()))
                    .forEach(block -> add(block, block.logs(), logs));
            answer.set("result", logs);
            return;
        }
        long from = Long.decode(filter.path("fromBlock").asText());
        long to = Long.decode(filter.path("toBlock").asText());
        if (to - from + 1 > widest) {
            answer.putObject("error")
                    .put("code", -32602)
                    .put("message", "eth_getLogs is limited to a " + widest + " range");
            return;
        }
        for (long number = from; number <= Math.min(to, head()); number++) {
            Block block = blocks.get((int) number);
            add(block, forgetful && block.logs() == 1 ? 0 : block.logs(), logs);
        }
        if (logs.size() > most && from < to) {
            answer.putObject("error")
                    .put("code", -32005)
                    .put("message", "query returned more than " + most + " results");
            return;
        }
        answer.set("result", logs);
    }

    private static void add(Block block, int count, ArrayNode logs) {
        for (int i = 0; i < count; i++) {
            ObjectNode log = logs.addObject()
                    .put("address", CONTRACT)
                    .put("data", "0x" + "%064x".formatted(block.number()) + "%064x".formatted(i))
                    .put("blockNumber", "0x" + Long.toHexString(block.number()))
                    .put("blockHash", block.hash())
                    .put("transactionHash", hash("tx" + i + block.hash()))
                    .put("logIndex", "0x" + Integer.toHexString(i))
                    .put("removed", false);
            log.putArray("topics").add(TASK_ENDED_TOPIC);
        }
    }

    private static String bloom(boolean full) {
        byte[] bits = new byte[256];
        if (full) {
            byte[] hash = Hash.sha3(HexFormat.of().parseHex(CONTRACT.substring(2)));
            for (int pair = 0; pair < 6; pair += 2) {
                int bit = ((hash[pair] & 7) << 8) | (hash[pair + 1] & 255);
                bits[255 - bit / 8] |= (byte) (1 << (bit % 8));
            }
        }
        return "0x" + HexFormat.of().formatHex(bits);
    }

    private static String hash(String text) {
        return Objects.requireNonNull(Hash.sha3String(text));
    }
}
