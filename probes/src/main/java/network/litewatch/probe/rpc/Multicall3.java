package network.litewatch.probe.rpc;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import org.web3j.crypto.Hash;

/** What is asked of a Multicall3 contract, and how its answer reads. Pure. */
final class Multicall3 {
    static final String AGGREGATE = selector("aggregate3((address,bool,bytes)[])");
    static final String BALANCE = selector("getEthBalance(address)");

    private static final int WORD = 64;
    private static final int BYTES = 32;
    // Target, whether it may fail, where its data are, their length, and 36 bytes of data in two words.
    private static final int CALL_WORDS = 6;
    private static final int DATA_BYTES = 36;
    private static final Pattern WORDS = Pattern.compile("0x(?:[0-9a-fA-F]{64})*+");

    private Multicall3() {}

    /** The call that asks {@code contract} for the balance of each of {@code wallets}; any of them may fail. */
    static String balances(String contract, List<String> wallets) {
        StringBuilder data = new StringBuilder(AGGREGATE).append(word(BYTES)).append(word(wallets.size()));
        for (int i = 0; i < wallets.size(); i++) {
            data.append(word((long) BYTES * (wallets.size() + (long) i * CALL_WORDS)));
        }
        for (String wallet : wallets) {
            data.append(address(contract))
                    .append(word(1))
                    .append(word(3L * BYTES))
                    .append(word(DATA_BYTES));
            String call = BALANCE.substring(2) + address(wallet);
            data.append(call).append("0".repeat(2 * WORD - call.length()));
        }
        return data.toString();
    }

    /** The balances by wallet; those that failed are missing, and all are when {@code data} is no answer to that call. */
    static Map<String, BigInteger> read(String data, List<String> wallets) {
        Map<String, BigInteger> balances = new HashMap<>();
        if (!WORDS.matcher(data).matches() || number(data, 0).orElse(-1) != BYTES) {
            return balances;
        }
        if (number(data, 1).orElse(-1) != wallets.size()) {
            return balances;
        }
        for (int i = 0; i < wallets.size(); i++) {
            String wallet = wallets.get(i);
            OptionalInt offset = number(data, 2 + i);
            if (offset.isPresent() && offset.getAsInt() % BYTES == 0) {
                balance(data, 2 + offset.getAsInt() / BYTES).ifPresent(wei -> balances.put(wallet, wei));
            }
        }
        return balances;
    }

    /** Whether it succeeded, where the data are, their length, the balance. */
    private static Optional<BigInteger> balance(String data, int at) {
        boolean said = number(data, at).orElse(0) == 1
                && number(data, at + 1).orElse(0) == 2 * BYTES
                && number(data, at + 2).orElse(0) == BYTES;
        return said ? value(data, at + 3) : Optional.empty();
    }

    private static OptionalInt number(String data, int index) {
        Optional<BigInteger> value = value(data, index).filter(v -> v.bitLength() <= 24);
        return value.isPresent() ? OptionalInt.of(value.get().intValueExact()) : OptionalInt.empty();
    }

    private static Optional<BigInteger> value(String data, int index) {
        int from = 2 + index * WORD;
        return data.length() < from + WORD
                ? Optional.empty()
                : Optional.of(new BigInteger(data.substring(from, from + WORD), 16));
    }

    private static String address(String address) {
        return "0".repeat(24) + address.substring(2).toLowerCase(Locale.ROOT);
    }

    private static String word(long value) {
        return String.format(Locale.ROOT, "%064x", value);
    }

    private static String selector(String signature) {
        return Hash.sha3String(signature).substring(0, 10);
    }
}
