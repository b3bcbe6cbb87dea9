package network.litewatch.probe.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One log as an RPC gave it, its shape checked and nothing else. Hex is lower case.
 *
 * @param topics at most four
 * @param data {@code 0x} and any number of bytes: a stranger's, never to be stored
 */
public record ChainLog(
        String address,
        List<String> topics,
        String data,
        long blockNumber,
        String blockHash,
        String transaction,
        long index) {
    private static final int MAX_TOPICS = 4;

    public ChainLog {
        topics = List.copyOf(topics);
    }

    /** Reads a log object; empty when it is not one, or of a block that was replaced. */
    static Optional<ChainLog> of(JsonNode node) {
        String address = node.path("address").asText();
        String data = node.path("data").asText();
        String block = node.path("blockHash").asText();
        String transaction = node.path("transactionHash").asText();
        OptionalLong number = Hex.quantity(node.path("blockNumber"));
        OptionalLong index = Hex.quantity(node.path("logIndex"));
        List<String> topics = new ArrayList<>();
        node.path("topics").forEach(topic -> topics.add(Hex.lower(topic.asText())));
        boolean sound = Hex.isAddress(address)
                && Hex.isData(data)
                && Hex.isHash(block)
                && Hex.isHash(transaction)
                && number.isPresent()
                && index.isPresent()
                && topics.size() <= MAX_TOPICS
                && topics.stream().allMatch(Hex::isHash)
                && !node.path("removed").asBoolean(false);
        if (!sound) {
            return Optional.empty();
        }
        return Optional.of(new ChainLog(
                Hex.lower(address),
                topics,
                Hex.lower(data),
                number.getAsLong(),
                Hex.lower(block),
                Hex.lower(transaction),
                index.getAsLong()));
    }

    /** 64 bits of a hash over all of it: what an audit compares. Equal logs give equal numbers. */
    public long digest() {
        String all =
                String.join(" ", address, String.join(",", topics), data, blockHash, transaction, Long.toString(index));
        return ByteBuffer.wrap(Hex.keccak(all.getBytes(StandardCharsets.US_ASCII)))
                .getLong();
    }

    @Override
    public String toString() {
        return "log " + index + " of block " + blockNumber + ", contract " + address;
    }
}
