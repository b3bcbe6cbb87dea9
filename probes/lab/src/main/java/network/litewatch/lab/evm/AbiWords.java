package network.litewatch.lab.evm;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.web3j.utils.Numeric;

/**
 * ABI-encoded data read by position: what the lab needs of the contracts' large tuples, without a class for each of them. Immutable.
 * Every reader throws {@link EvmException} when the data ends too early.
 */
public final class AbiWords {

    private static final int WORD = 32;

    private final byte[] data;
    private final int base;

    private AbiWords(byte[] data, int base) {
        this.data = data;
        this.base = base;
    }

    /** Data as a node gives it: hex with 0x. */
    public static AbiWords of(String hex) {
        return new AbiWords(Numeric.hexStringToByteArray(hex), 0);
    }

    /** The number at a position. */
    public long number(int index) {
        try {
            return big(base + index * WORD).longValueExact();
        } catch (ArithmeticException e) {
            throw new EvmException("a number is out of range", e);
        }
    }

    /** The address at a position, lower case with 0x. */
    public String address(int index) {
        int start = base + index * WORD;
        return Numeric.toHexString(slice(start + 12, 20));
    }

    /** The dynamic tuple (or array, its length first) that the offset at a position leads to. */
    public AbiWords tuple(int index) {
        return new AbiWords(data, base + Math.toIntExact(number(index)));
    }

    /** The string at a position. */
    public String text(int index) {
        AbiWords bytes = tuple(index);
        return new String(bytes.slice(bytes.base + WORD, Math.toIntExact(bytes.number(0))), StandardCharsets.UTF_8);
    }

    /** The array of addresses at a position. */
    public List<String> addresses(int index) {
        AbiWords array = tuple(index);
        List<String> result = new ArrayList<>();
        for (int i = 1; i <= array.number(0); i++) {
            result.add(array.address(i));
        }
        return result;
    }

    /** The array of strings at a position. */
    public List<String> texts(int index) {
        AbiWords array = tuple(index);
        var elements = new AbiWords(data, array.base + WORD);
        List<String> result = new ArrayList<>();
        for (int i = 0; i < array.number(0); i++) {
            result.add(elements.text(i));
        }
        return result;
    }

    /** The array of dynamic tuples at a position. */
    public List<AbiWords> tuples(int index) {
        AbiWords array = tuple(index);
        var elements = new AbiWords(data, array.base + WORD);
        List<AbiWords> result = new ArrayList<>();
        for (int i = 0; i < array.number(0); i++) {
            result.add(elements.tuple(i));
        }
        return result;
    }

    private BigInteger big(int start) {
        return new BigInteger(1, slice(start, WORD));
    }

    private byte[] slice(int start, int length) {
        if (start < 0 || length < 0 || start > data.length - length) {
            throw new EvmException("the answer is too short");
        }
        return Arrays.copyOfRange(data, start, start + length);
    }
}
