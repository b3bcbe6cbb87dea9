package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import network.litewatch.probe.Reason;
import org.web3j.crypto.Hash;

/** The precompile of Arbitrum chains for retryable tickets: its events, its views, and how its answers read. Pure. */
final class ArbRetryableTx {
    /** Where every Arbitrum chain has its precompile for retryable tickets. */
    static final String ADDRESS = "0x000000000000000000000000000000000000006e";

    static final String CREATED = Hash.sha3String("TicketCreated(bytes32)");
    static final String SCHEDULED =
            Hash.sha3String("RedeemScheduled(bytes32,bytes32,uint64,uint64,address,uint256,uint256)");
    static final String EXTENDED = Hash.sha3String("LifetimeExtended(bytes32,uint256)");
    static final String GET_TIMEOUT = Hash.sha3String("getTimeout(bytes32)").substring(0, 10);
    static final String GET_LIFETIME = Hash.sha3String("getLifetime()").substring(0, 10);

    static final List<String> TOPICS = List.of(CREATED, SCHEDULED, EXTENDED);
    // A contract of the parent chain acts under its address plus this.
    private static final BigInteger ALIAS = new BigInteger("1111000000000000000000000000000000001111", 16);
    private static final BigInteger ADDRESSES = BigInteger.ONE.shiftLeft(160);
    private static final Pattern HASH = Pattern.compile("0x[0-9a-fA-F]{64}");

    private ArbRetryableTx() {}

    /** The address under which a contract of the parent chain acts. */
    static String alias(String address) {
        BigInteger sum = new BigInteger(address.substring(2), 16).add(ALIAS).mod(ADDRESSES);
        String digits = sum.toString(16);
        return "0x" + "0".repeat(40 - digits.length()) + digits;
    }

    /** Adds the ticket that {@code log} speaks of; a log of anything else is passed over. */
    static void add(JsonNode log, Map<String, String> found) {
        String topic = log.path("topics").path(0).asText("").toLowerCase(Locale.ROOT);
        String id = log.path("topics").path(1).asText("").toLowerCase(Locale.ROOT);
        String transaction = log.path("transactionHash").asText("").toLowerCase(Locale.ROOT);
        if (!log.path("address").asText("").equalsIgnoreCase(ADDRESS)
                || !TOPICS.contains(topic)
                || !HASH.matcher(id).matches()
                || !HASH.matcher(transaction).matches()) {
            return;
        }
        if (topic.equals(CREATED)) {
            found.put(id, transaction);
        } else {
            found.putIfAbsent(id, id);
        }
    }

    /** Whether the precompile says that it knows no such ticket. */
    static boolean isUnknown(RawResponse answer) {
        if (!answer.hasError()) {
            return false;
        }
        String message = String.valueOf(answer.getError().getMessage());
        return RpcErrors.ofError(answer.getError().getCode(), message).reason() == Reason.REQUEST_REFUSED
                && message.substring(0, Math.min(message.length(), 200))
                        .toLowerCase(Locale.ROOT)
                        .contains("revert");
    }

    /** The number of one word; empty for anything else. */
    static Optional<Double> word(JsonNode node) {
        String text = node.asText("");
        return HASH.matcher(text).matches()
                ? Optional.of(new BigInteger(text.substring(2), 16).doubleValue())
                : Optional.empty();
    }
}
