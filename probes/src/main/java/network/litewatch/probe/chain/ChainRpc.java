package network.litewatch.probe.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.TargetJson;
import network.litewatch.probe.rpc.RpcErrors;

/**
 * Headers and logs of one RPC within one run, over the guarded exchanger. Blocks its caller, never beyond the run's deadline;
 * one thread uses it.
 *
 * <p>What comes back is of the right shape and is what was asked for; whether it is true is for {@link LogReader} to see.
 */
public final class ChainRpc {
    private static final int BODY_BYTES = 4 << 20;
    private static final Duration ALLOWANCE = Duration.ofSeconds(1);

    private final HttpExchanger exchanger;
    private final Target target;
    private final LongSupplier nanos;
    private final long deadline;
    private int calls;

    /** For a run that ends at {@code deadline} of the monotonic clock {@code nanos}. */
    public ChainRpc(HttpExchanger exchanger, Target target, LongSupplier nanos, long deadline) {
        this.exchanger = exchanger;
        this.target = target;
        this.nanos = nanos;
        this.deadline = deadline;
    }

    /** The RPC that is asked. */
    public Target target() {
        return target;
    }

    /** What is left of the run; negative after its end. */
    public Duration left() {
        return Duration.ofNanos(deadline - nanos.getAsLong());
    }

    /** The chain id, and the blocks of {@code numbers} that the RPC has, beside its latest: all of one moment. */
    public Sight sight(long chainId, Collection<Long> numbers) throws ChainRefusal {
        List<ObjectNode> batch = new ArrayList<>();
        batch.add(call("eth_chainId"));
        batch.add(block("latest"));
        numbers.forEach(number -> batch.add(block(Hex.quantity(number))));
        List<JsonNode> answers = batch(batch);
        if (Hex.quantity(answers.get(0)).orElse(-1) != chainId) {
            throw ChainRefusal.failed(Reason.WRONG_CHAIN, "the RPC is not of chain " + chainId);
        }
        BlockHeader head = BlockHeader.of(answers.get(1)).orElseThrow(() -> shape("no latest block"));
        return new Sight(head, found(numbers, answers.subList(2, answers.size())));
    }

    /** The RPC's latest block, and by number those of the blocks asked for that it has. */
    public record Sight(BlockHeader head, Map<Long, BlockHeader> blocks) {
        public Sight {
            blocks = Map.copyOf(blocks);
        }
    }

    /** The blocks of {@code numbers} that the RPC has, by number. */
    public Map<Long, BlockHeader> headers(Collection<Long> numbers) throws ChainRefusal {
        return found(
                numbers,
                batch(numbers.stream()
                        .map(number -> block(Hex.quantity(number)))
                        .toList()));
    }

    /** All logs of {@code addresses} in a range, both ends included. */
    List<ChainLog> logs(long from, long to, Collection<String> addresses) throws ChainRefusal {
        ObjectNode filter =
                filter(addresses).put("fromBlock", Hex.quantity(from)).put("toBlock", Hex.quantity(to));
        List<ChainLog> logs = logs(filter, addresses);
        for (ChainLog log : logs) {
            if (log.blockNumber() < from || log.blockNumber() > to) {
                throw shape("a log of a block that was not asked for");
            }
        }
        return logs;
    }

    /** All logs of {@code addresses} in the block of that hash. */
    List<ChainLog> logs(String blockHash, Collection<String> addresses) throws ChainRefusal {
        return logs(filter(addresses).put("blockHash", blockHash), addresses).stream()
                .filter(log -> log.blockHash().equals(blockHash))
                .toList();
    }

    private List<ChainLog> logs(ObjectNode filter, Collection<String> addresses) throws ChainRefusal {
        ObjectNode call = call("eth_getLogs");
        ((ArrayNode) call.path("params")).add(filter);
        JsonNode answer = body(exchange(call));
        JsonNode error = answer.path("error");
        if (error.isObject()) {
            throw RangeErrors.isRange(error)
                    ? ChainRefusal.range(RpcErrors.ofError(error), RangeErrors.suggested(error))
                    : ChainRefusal.of(RpcErrors.ofError(error));
        }
        if (!answer.path("result").isArray()) {
            throw shape("eth_getLogs without an array of logs");
        }
        Map<String, ChainLog> logs = new HashMap<>();
        for (JsonNode node : answer.path("result")) {
            ChainLog log = ChainLog.of(node).orElseThrow(() -> shape("a log that is none"));
            if (!addresses.contains(log.address())) {
                throw shape("a log of a contract that was not asked for");
            }
            logs.put(log.blockHash() + log.index(), log);
        }
        return List.copyOf(logs.values());
    }

    private Map<Long, BlockHeader> found(Collection<Long> numbers, List<JsonNode> answers) throws ChainRefusal {
        Map<Long, BlockHeader> found = new HashMap<>();
        int i = 0;
        for (long number : numbers) {
            JsonNode answer = answers.get(i++);
            if (answer.isNull()) {
                continue;
            }
            BlockHeader header = BlockHeader.of(answer)
                    .filter(h -> h.number() == number)
                    .orElseThrow(() -> shape("no block, or another one than was asked for"));
            found.put(number, header);
        }
        return found;
    }

    /** The results in the order of {@code calls}. */
    private List<JsonNode> batch(List<ObjectNode> calls) throws ChainRefusal {
        if (calls.isEmpty()) {
            return List.of();
        }
        JsonNode body = body(exchange(TargetJson.mapper().createArrayNode().addAll(calls)));
        if (body.path("error").isObject()) {
            throw ChainRefusal.of(RpcErrors.ofError(body.path("error")));
        }
        Map<Integer, JsonNode> byId = new HashMap<>();
        body.forEach(answer -> byId.put(answer.path("id").asInt(-1), answer));
        List<JsonNode> results = new ArrayList<>();
        for (ObjectNode call : calls) {
            JsonNode answer = byId.get(call.path("id").asInt());
            if (!body.isArray() || answer == null) {
                throw ChainRefusal.failed(Reason.PROTOCOL_ERROR, "a batch without an answer to each of its calls");
            }
            if (answer.path("error").isObject()) {
                throw ChainRefusal.of(RpcErrors.ofError(answer.path("error")));
            }
            results.add(answer.path("result"));
        }
        return results;
    }

    private JsonNode body(HttpResult result) throws ChainRefusal {
        if (result instanceof HttpFailure failure) {
            // Too much to read is what a range that is too wide gets from an RPC that has no limit of its own.
            throw failure.reason() == Reason.BODY_TOO_LARGE
                    ? ChainRefusal.range(failure.outcome(), OptionalLong.empty())
                    : ChainRefusal.of(failure.outcome());
        }
        HttpResponse response = (HttpResponse) result;
        Optional<JsonNode> json = response.json();
        // Some put their JSON-RPC errors under 400 or 413; then it is the error that matters.
        boolean error = json.isPresent() && json.get().path("error").isObject();
        Optional<Outcome> refused = error ? Optional.empty() : RpcErrors.ofStatus(response);
        if (refused.isPresent()) {
            throw ChainRefusal.of(refused.get());
        }
        return json.orElseThrow(
                () -> ChainRefusal.failed(Reason.PROTOCOL_ERROR, "the answer is not JSON within our limits"));
    }

    private HttpResult exchange(JsonNode json) throws ChainRefusal {
        Duration left = left();
        if (left.toMillis() <= 0) {
            throw ChainRefusal.of(Outcome.inconclusive(Reason.TIMEOUT, "the run's time is over"));
        }
        HttpRequest request = new HttpRequest(
                "POST",
                target.url(),
                target.token(),
                Optional.of(json.toString()),
                "application/json",
                left,
                BODY_BYTES);
        CompletableFuture<HttpResult> answer = exchanger.exchange(request);
        try {
            return answer.get(left.plus(ALLOWANCE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            throw ChainRefusal.of(
                    Outcome.inconclusive(Reason.PROBER_ERROR, e.getClass().getName()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ChainRefusal.of(Outcome.inconclusive(Reason.PROBER_ERROR, "interrupted"));
        }
    }

    private ObjectNode block(String which) {
        ObjectNode call = call("eth_getBlockByNumber");
        ((ArrayNode) call.path("params")).add(which).add(false);
        return call;
    }

    private ObjectNode call(String method) {
        ObjectNode call = TargetJson.mapper()
                .createObjectNode()
                .put("jsonrpc", "2.0")
                .put("id", ++calls)
                .put("method", method);
        call.putArray("params");
        return call;
    }

    private static ObjectNode filter(Collection<String> addresses) {
        ObjectNode filter = TargetJson.mapper().createObjectNode();
        ArrayNode all = filter.putArray("address");
        addresses.forEach(all::add);
        return filter;
    }

    private static ChainRefusal shape(String detail) {
        return ChainRefusal.failed(Reason.SHAPE_CHANGED, detail);
    }
}
