package network.litewatch.probe.rpc;

import java.math.BigInteger;
import java.util.Optional;
import java.util.regex.Pattern;
import org.web3j.crypto.Hash;

/**
 * The views of a Nitro rollup contract that say what is confirmed, of both generations: that with assertions, named by hashes, and
 * the one before it with nodes, named by numbers. Pure.
 */
final class RollupConfirmation {
    static final String LATEST = selector("latestConfirmed()");
    static final String PERIOD = selector("confirmPeriodBlocks()");
    static final String ASSERTION = selector("getAssertion(bytes32)");
    static final String NODE = selector("getNode(uint64)");

    // Both begin with words of fixed size: firstChildBlock is the first of an assertion and the ninth of a node.
    private static final int FIRST_CHILD_OF_ASSERTION = 0;
    private static final int FIRST_CHILD_OF_NODE = 8;
    private static final int WORD = 64;
    private static final Pattern WORDS = Pattern.compile("0x(?:[0-9a-fA-F]{64}){1,32}");

    private RollupConfirmation() {}

    static boolean isWord(String data) {
        return data.length() == 2 + WORD && WORDS.matcher(data).matches();
    }

    /** The call that asks for what {@code latest}, a word, names. */
    static String ofAssertion(String latest) {
        return (isNode(latest) ? NODE : ASSERTION) + latest.substring(2);
    }

    /** Which word of its answer is the block of its first child. */
    static int firstChild(String latest) {
        return isNode(latest) ? FIRST_CHILD_OF_NODE : FIRST_CHILD_OF_ASSERTION;
    }

    /** A word of {@code data} as a number; empty when there is none, or no block's number. */
    static Optional<Double> word(String data, int index) {
        int from = 2 + index * WORD;
        if (!WORDS.matcher(data).matches() || data.length() < from + WORD) {
            return Optional.empty();
        }
        BigInteger value = new BigInteger(data.substring(from, from + WORD), 16);
        return value.bitLength() > 52 ? Optional.empty() : Optional.of(value.doubleValue());
    }

    // A hash that is so small does not happen.
    private static boolean isNode(String latest) {
        return new BigInteger(latest.substring(2), 16).bitLength() <= 64;
    }

    private static String selector(String signature) {
        return Hash.sha3String(signature).substring(0, 10);
    }
}
