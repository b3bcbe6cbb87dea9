package network.litewatch.probe.indexer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import network.litewatch.probe.chain.Selectors;

/** The two counts that the contracts have themselves, as one JSON-RPC batch. Pure. */
final class ChainCounts {
    /** Id of SessionV2's {@code getSessionCount()} within the batch. */
    static final int SESSIONS = 1;

    /** Id of Cognitive's {@code getLatestSessionId()} within the batch. */
    static final int NETWORK_TASK = 2;

    // A word whose upper bytes are zero: every such number is exact in a double.
    private static final Pattern COUNT = Pattern.compile("0x0{51}[0-9a-fA-F]{13}");

    private ChainCounts() {}

    /** The batch; a contract that is empty is not asked. */
    static String batch(String sessions, String cognitive) {
        ArrayNode batch = JsonNodeFactory.instance.arrayNode();
        if (!sessions.isEmpty()) {
            batch.add(call(SESSIONS, sessions, Selectors.SESSION_COUNT));
        }
        if (!cognitive.isEmpty()) {
            batch.add(call(NETWORK_TASK, cognitive, Selectors.LATEST_NETWORK_TASK));
        }
        return batch.toString();
    }

    private static ObjectNode call(int id, String contract, String data) {
        ObjectNode call = JsonNodeFactory.instance.objectNode();
        call.put("jsonrpc", "2.0").put("id", id).put("method", "eth_call");
        call.putArray("params")
                .add(JsonNodeFactory.instance.objectNode().put("to", contract).put("data", data))
                .add("latest");
        return call;
    }

    /** What the call of {@code id} answered; empty for an error and for what is no count. */
    static OptionalDouble answer(JsonNode batch, int id) {
        for (JsonNode answer : batch) {
            String result = answer.path("result").asText("");
            if (answer.path("id").asInt(-1) == id && COUNT.matcher(result).matches()) {
                return OptionalDouble.of((double) Long.parseLong(result.substring(2), 16));
            }
        }
        return OptionalDouble.empty();
    }
}
