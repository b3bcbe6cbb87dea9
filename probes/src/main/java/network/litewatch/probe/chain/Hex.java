package network.litewatch.probe.chain;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import org.web3j.crypto.Hash;

/** Hex as JSON-RPC spells it, and the chain's hash. Pure. */
final class Hex {
    private static final HexFormat BYTES = HexFormat.of();
    private static final Pattern HASH = Pattern.compile("0x[0-9a-fA-F]{64}");
    private static final Pattern ADDRESS = Pattern.compile("0x[0-9a-fA-F]{40}");
    // 52 bits: every such number is exact in a double, and no block of any chain comes near.
    private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,13}");

    private Hex() {}

    static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }

    static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }

    static boolean isData(String text) {
        // No regular expression: data are long, and every header has its bloom.
        return text.length() % 2 == 0
                && text.startsWith("0x")
                && text.chars().skip(2).allMatch(HexFormat::isHexDigit);
    }

    /** The number that a quantity says; empty for anything else. */
    static OptionalLong quantity(JsonNode node) {
        return node.isTextual() && QUANTITY.matcher(node.textValue()).matches()
                ? OptionalLong.of(Long.parseLong(node.textValue().substring(2), 16))
                : OptionalLong.empty();
    }

    static String quantity(long value) {
        return "0x" + Long.toHexString(value);
    }

    /** The bytes of {@code 0x} and an even number of hex digits. */
    static byte[] bytes(String data) {
        return BYTES.parseHex(data, 2, data.length());
    }

    static String text(byte[] bytes) {
        return "0x" + BYTES.formatHex(bytes);
    }

    static String lower(String hex) {
        return hex.toLowerCase(Locale.ROOT);
    }

    static byte[] keccak(byte[] bytes) {
        return Hash.sha3(bytes);
    }

    static String keccak(String ascii) {
        return text(keccak(ascii.getBytes(StandardCharsets.US_ASCII)));
    }
}
