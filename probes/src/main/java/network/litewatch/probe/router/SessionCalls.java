package network.litewatch.probe.router;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import network.litewatch.probe.chain.Selectors;

/** The two calls of SessionV2 that are needed, as JSON-RPC, and the one tuple that comes back, read by position. Pure. */
final class SessionCalls {
    private static final int WORD = 64;
    private static final int MAX_ENDPOINTS = 32;
    private static final int MAX_ENDPOINT_BYTES = 1_024;

    /** A session as the chain has it; {@code sid} is 0x and 64 digits, {@code routers} are addresses in lower case. */
    record Session(long id, String sid, long state, List<String> routerMetadatas, List<String> routers) {}

    private SessionCalls() {}

    static String count(String contract) {
        return call(0, contract, Selectors.SESSION_COUNT).toString();
    }

    /** One batch; the id of each call is its place in {@code ids}. */
    static String sessions(String contract, List<Long> ids) {
        ArrayNode batch = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < ids.size(); i++) {
            batch.add(call(i, contract, Selectors.SESSION + String.format("%064x", ids.get(i))));
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

    /** A number that fits; throws IllegalArgumentException otherwise. */
    static long number(String data) {
        return new Words(data).number(0);
    }

    /** The tuple that getSession returns, of either vintage; throws IllegalArgumentException when it is none. */
    static Session session(String data) {
        Words words = new Words(data);
        int tuple = words.offset(0, 0);
        int list = words.offset(tuple, 15);
        long length = words.number(list);
        List<String> metadatas = new ArrayList<>();
        for (int i = 0; i < Math.min(length, MAX_ENDPOINTS); i++) {
            metadatas.add(words.text(words.offset(list + WORD, i)));
        }
        int addresses = words.offset(tuple, 16);
        List<String> routers = new ArrayList<>();
        for (int i = 1; i <= Math.min(words.number(addresses), MAX_ENDPOINTS); i++) {
            routers.add("0x" + words.word(addresses + i * WORD).substring(24).toLowerCase(Locale.ROOT));
        }
        return new Session(words.at(tuple, 0), "0x" + words.word(tuple + WORD), words.at(tuple, 4), metadatas, routers);
    }

    /** ABI data, positions in hex digits; every reader throws IllegalArgumentException when the data does not hold. */
    private static final class Words {
        private final String hex;

        Words(String data) {
            if (!data.matches("0x[0-9a-fA-F]*")) {
                throw new IllegalArgumentException("no hex");
            }
            this.hex = data.substring(2);
        }

        String word(int position) {
            if (position < 0 || position > hex.length() - WORD) {
                throw new IllegalArgumentException("too short");
            }
            return hex.substring(position, position + WORD);
        }

        long number(int position) {
            BigInteger value = new BigInteger(word(position), 16);
            if (value.bitLength() > 62) {
                throw new IllegalArgumentException("a number is out of range");
            }
            return value.longValueExact();
        }

        long at(int base, int index) {
            return number(base + index * WORD);
        }

        /** Where the offset at {@code index} of what starts at {@code base} leads to. */
        int offset(int base, int index) {
            long offset = at(base, index) * 2;
            if (offset < 0 || offset > hex.length()) {
                throw new IllegalArgumentException("an offset leads out of the data");
            }
            return base + (int) offset;
        }

        String text(int position) {
            int bytes = (int) Math.min(number(position), MAX_ENDPOINT_BYTES);
            int start = position + WORD;
            if (start + bytes * 2 > hex.length()) {
                throw new IllegalArgumentException("a text is cut short");
            }
            return new String(HexFormat.of().parseHex(hex.substring(start, start + bytes * 2)), StandardCharsets.UTF_8);
        }
    }
}
