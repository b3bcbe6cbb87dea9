package network.litewatch.probe.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What links a block to its chain. Hashes are lower case.
 *
 * @param at the block's own timestamp, whole seconds
 * @param bloom which addresses and topics its logs may have
 */
public record BlockHeader(long number, String hash, String parent, Instant at, LogBloom bloom) {
    // The end of the year 9999: the last day that Elasticsearch, and an index name, can have.
    private static final long LATEST = 253_402_300_799L;

    /** Reads a block object; empty when it is not one. */
    static Optional<BlockHeader> of(JsonNode node) {
        OptionalLong number = Hex.quantity(node.path("number"));
        OptionalLong seconds = Hex.quantity(node.path("timestamp"));
        String hash = node.path("hash").asText();
        String parent = node.path("parentHash").asText();
        if (number.isEmpty() || seconds.isEmpty() || !Hex.isHash(hash) || !Hex.isHash(parent)) {
            return Optional.empty();
        }
        return Optional.of(new BlockHeader(
                number.getAsLong(),
                Hex.lower(hash),
                Hex.lower(parent),
                Instant.ofEpochSecond(Math.min(seconds.getAsLong(), LATEST)),
                LogBloom.of(node.path("logsBloom").asText())));
    }
}
