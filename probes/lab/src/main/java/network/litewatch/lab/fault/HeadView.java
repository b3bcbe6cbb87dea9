package network.litewatch.lab.fault;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import network.litewatch.lab.http.Json;

/**
 * A chain as seen by a node whose head is not the newest one: requests are rewritten so that block tags mean this view's blocks, and
 * answers so that nothing newer shows. Immutable; the trees that it is given are changed.
 */
record HeadView(long latest, long safe, long finalized) {

    /** The parameter that holds a block, by method; -1 is a filter object in the first. */
    private static final Map<String, Integer> BLOCK_PARAMETER = Map.ofEntries(
            Map.entry("eth_getBalance", 1),
            Map.entry("eth_getTransactionCount", 1),
            Map.entry("eth_getCode", 1),
            Map.entry("eth_call", 1),
            Map.entry("eth_estimateGas", 1),
            Map.entry("eth_feeHistory", 1),
            Map.entry("eth_getStorageAt", 2),
            Map.entry("eth_getProof", 2),
            Map.entry("eth_getBlockByNumber", 0),
            Map.entry("eth_getBlockReceipts", 0),
            Map.entry("eth_getBlockTransactionCountByNumber", 0),
            Map.entry("eth_getTransactionByBlockNumberAndIndex", 0),
            Map.entry("eth_getLogs", -1),
            Map.entry("eth_newFilter", -1));

    /** Methods whose block may be left out and is the latest then. */
    private static final Set<String> BLOCK_OPTIONAL =
            Set.of("eth_getBalance", "eth_getTransactionCount", "eth_getCode", "eth_call", "eth_estimateGas");

    /** The older of both, each tag on its own. */
    HeadView olderOf(HeadView other) {
        return new HeadView(
                Math.min(latest, other.latest), Math.min(safe, other.safe), Math.min(finalized, other.finalized));
    }

    /** The view of {@code blocks} blocks before; the first block is the oldest. */
    HeadView back(long blocks) {
        return new HeadView(Math.max(0, latest - blocks), Math.max(0, safe - blocks), Math.max(0, finalized - blocks));
    }

    /** Rewrites one request in place. */
    void rewriteRequest(ObjectNode request) {
        Integer position = BLOCK_PARAMETER.get(request.path("method").asText());
        if (position == null || !(request.path("params") instanceof ArrayNode params)) {
            return;
        }
        if (position < 0) {
            if (params.path(0) instanceof ObjectNode filter && !filter.has("blockHash")) {
                filter.put("fromBlock", block(filter.path("fromBlock")));
                filter.put("toBlock", block(filter.path("toBlock")));
            }
        } else if (position < params.size()) {
            if (params.path(position).isTextual() && isTag(params.path(position).asText())) {
                params.set(position, Json.MAPPER.getNodeFactory().textNode(block(params.path(position))));
            }
        } else if (position == params.size()
                && BLOCK_OPTIONAL.contains(request.path("method").asText())) {
            params.add(hex(latest));
        }
    }

    /** Rewrites the answer to {@code method} in place. */
    void rewriteAnswer(String method, ObjectNode answer) {
        if (method.equals("eth_blockNumber") && answer.path("result").isTextual()) {
            answer.put("result", hex(latest));
        }
        if (method.equals("eth_getBlockByNumber")
                && number(answer.path("result").path("number")) > latest) {
            answer.putNull("result");
        }
    }

    /** What a block parameter means here: a tag its block, a number that number but nothing newer than the head. */
    private String block(JsonNode given) {
        String text = given.asText("latest");
        return switch (text) {
            case "latest", "pending", "null", "" -> hex(latest);
            case "safe" -> hex(safe);
            case "finalized" -> hex(finalized);
            case "earliest" -> text;
            default -> number(given) > latest ? hex(latest) : text;
        };
    }

    private static boolean isTag(String text) {
        return Set.of("latest", "pending", "safe", "finalized").contains(text);
    }

    private static long number(JsonNode hex) {
        try {
            return hex.isTextual() ? Long.decode(hex.asText()) : -1;
        } catch (NumberFormatException e) {
            return -1; // not a block number: left to the node to judge
        }
    }

    private static String hex(long number) {
        return "0x" + Long.toHexString(number);
    }
}
