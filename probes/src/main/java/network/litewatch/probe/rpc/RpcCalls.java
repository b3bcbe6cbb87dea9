package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.Request;

/** Calls of JSON-RPC whose answers are read by hand, since no type can be trusted to fit what a stranger answers. */
final class RpcCalls {
    // Exact in a double, and far beyond any height, time or count.
    private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,13}");

    private RpcCalls() {}

    static Request<Object, RawResponse> request(GuardedWeb3jService service, String method, Object... params) {
        return new Request<>(method, List.of(params), service, RawResponse.class);
    }

    /** The answers to a batch of {@link #request}s, in their order. */
    static CompletableFuture<List<RawResponse>> ask(BatchRequest batch) {
        return batch.sendAsync().thenApply(answers -> {
            List<RawResponse> all = new ArrayList<>();
            answers.getResponses().forEach(answer -> all.add((RawResponse) answer));
            return all;
        });
    }

    /**
     * The result of something that is there.
     *
     * @throws RpcRefusal with the class of an error; as {@code shape_changed} for null
     */
    static JsonNode result(RawResponse answer) {
        if (answer.hasError()) {
            throw new RpcRefusal(RpcErrors.ofError(
                    answer.getError().getCode(),
                    String.valueOf(answer.getError().getMessage())));
        }
        JsonNode result = answer.getResult();
        if (result == null || result.isNull()) {
            throw changed("null for something that is there");
        }
        return result;
    }

    /**
     * A height, a time in seconds, a count or a status.
     *
     * @throws RpcRefusal as {@code shape_changed} when it is none
     */
    static long quantity(JsonNode node) {
        String text = node.asText("");
        if (!QUANTITY.matcher(text).matches()) {
            throw changed("a height, a time, a count or a status is no quantity");
        }
        return Long.parseLong(text.substring(2), 16);
    }

    static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }

    /** An answer that lost its shape. */
    static RpcRefusal changed(String detail) {
        return new RpcRefusal(Outcome.failed(Reason.SHAPE_CHANGED, detail));
    }
}
