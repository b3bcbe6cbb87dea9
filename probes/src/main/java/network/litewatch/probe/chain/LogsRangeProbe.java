package network.litewatch.probe.chain;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.TargetJson;
import network.litewatch.probe.rpc.RpcErrors;

/**
 * Finds out how many blocks one {@code eth_getLogs} of an RPC may span: the most that is ever asked for, else what the refusal
 * suggests, else by bisection. Asks for the logs of an address that has none, so that only the width can be too much. Up to 16
 * requests, one after another; meant to be asked once a day.
 */
public final class LogsRangeProbe implements Probe {
    public static final ProbeId ID = new ProbeId("rpc.logs_range");

    // A precompiled contract: it emits nothing.
    private static final String NOBODY = "0x0000000000000000000000000000000000000001";
    // The newest blocks may be unknown to the next backend.
    private static final long SETTLED = 8;

    private final HttpExchanger exchanger;
    private final LongSupplier nanos;

    /** A probe whose deadline is told by {@code nanos}, a monotonic clock. */
    public LogsRangeProbe(HttpExchanger exchanger, LongSupplier nanos) {
        this.exchanger = exchanger;
        this.nanos = nanos;
    }

    @Override
    public ProbeId id() {
        return ID;
    }

    @Override
    public TargetKind kind() {
        return TargetKind.RPC;
    }

    @Override
    public CompletableFuture<Finding> run(Target target, Duration timeout) {
        return new Search(target, nanos.getAsLong() + timeout.toNanos()).run();
    }

    /** What came back: a result, a refusal of the width, or something that ends the search. */
    private record Answer(Optional<JsonNode> result, OptionalLong suggested, Optional<Outcome> end) {}

    private final class Search {
        private final Target target;
        private final long deadline;
        private long head;
        private long taken;
        private long refused = RangeLimit.MOST + 1;
        private int id;

        Search(Target target, long deadline) {
            this.target = target;
            this.deadline = deadline;
        }

        CompletableFuture<Finding> run() {
            return ask("eth_blockNumber", Optional.empty()).thenCompose(answer -> {
                if (answer.end().isPresent()) {
                    return ended(answer.end().get());
                }
                OptionalLong number = answer.result().map(Hex::quantity).orElse(OptionalLong.empty());
                if (number.isEmpty()) {
                    return ended(Outcome.failed(Reason.SHAPE_CHANGED, "eth_blockNumber is no quantity"));
                }
                head = Math.max(0, number.getAsLong() - SETTLED);
                return attempt(Math.min(RangeLimit.MOST, head + 1), true);
            });
        }

        /** Tries {@code width}; with {@code last}, being taken ends the search. */
        private CompletableFuture<Finding> attempt(long width, boolean last) {
            ObjectNode filter = TargetJson.mapper()
                    .createObjectNode()
                    .put("fromBlock", Hex.quantity(head - width + 1))
                    .put("toBlock", Hex.quantity(head));
            filter.putArray("address").add(NOBODY);
            return ask("eth_getLogs", Optional.of(filter)).thenCompose(answer -> {
                if (answer.end().isPresent()) {
                    return ended(answer.end().get());
                }
                if (answer.result().isPresent()) {
                    taken = width;
                    return last ? found(width) : next();
                }
                refused = width;
                long hint = answer.suggested().orElse(0);
                // What the RPC names itself needs no bisection, if it is true.
                return hint > taken && hint < refused ? attempt(hint, true) : next();
            });
        }

        private CompletableFuture<Finding> next() {
            return refused - taken <= 1 ? found(taken) : attempt((taken + refused) / 2, false);
        }

        /** A chain that is shorter than the most shows no limit when all of it is taken. */
        private CompletableFuture<Finding> found(long width) {
            if (width == 0) {
                return ended(Outcome.inconclusive(Reason.RANGE_LIMIT, "not even one block is taken"));
            }
            double blocks = width == head + 1 ? RangeLimit.MOST : width;
            return CompletableFuture.completedFuture(
                    new Finding(Outcome.ok(), Map.of(), Map.of(Measurement.RPC_LOGS_RANGE, blocks), Map.of()));
        }

        private CompletableFuture<Finding> ended(Outcome outcome) {
            return CompletableFuture.completedFuture(Finding.of(outcome));
        }

        private CompletableFuture<Answer> ask(String method, Optional<ObjectNode> parameter) {
            ObjectNode call = TargetJson.mapper()
                    .createObjectNode()
                    .put("jsonrpc", "2.0")
                    .put("id", ++id)
                    .put("method", method);
            parameter.ifPresentOrElse(call.putArray("params")::add, () -> {});
            Duration left = Duration.ofNanos(Math.max(1_000_000, deadline - nanos.getAsLong()));
            return exchanger
                    .exchange(HttpRequest.post(target.url(), target.token(), call.toString(), left))
                    .thenApply(Search::answer);
        }

        private static Answer answer(HttpResult result) {
            if (result instanceof HttpFailure failure) {
                return end(failure.outcome());
            }
            HttpResponse response = (HttpResponse) result;
            JsonNode body = response.json().orElse(TargetJson.mapper().nullNode());
            JsonNode error = body.path("error");
            if (error.isObject()) {
                return RangeErrors.isRange(error)
                        ? new Answer(Optional.empty(), RangeErrors.suggested(error), Optional.empty())
                        : end(RpcErrors.ofError(error));
            }
            Optional<Outcome> refusal = RpcErrors.ofStatus(response);
            if (refusal.isPresent()) {
                return end(refusal.get());
            }
            return body.has("result")
                    ? new Answer(Optional.of(body.path("result")), OptionalLong.empty(), Optional.empty())
                    : end(Outcome.failed(Reason.PROTOCOL_ERROR, "the answer is no JSON-RPC within our limits"));
        }

        private static Answer end(Outcome outcome) {
            return new Answer(Optional.empty(), OptionalLong.empty(), Optional.of(outcome));
        }
    }
}
