package network.litewatch.probe.chain;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the un-indexed arguments of a log.
 *
 * <p>Why not web3j's decoder: it takes an array's length on faith and reserves room for it, so that 64 bytes of a stranger's
 * log end the process with an OutOfMemoryError. Here every offset and length is held against the bytes that are there.
 */
final class AbiData {
    /** Items of an array that are kept; their number is kept always. */
    static final int MAX_ITEMS = 64;

    private static final int WORD = 32;

    private final byte[] data;

    AbiData(byte[] data) {
        this.data = data;
    }

    /** The arguments of the parameter at {@code position} of the head; empty when the data is not of its type. */
    Optional<List<EventArgument>> read(int position, EventAbi.Parameter parameter) {
        int head = position * WORD;
        if (!has(head, WORD)) {
            return Optional.empty();
        }
        if (!parameter.isArray() && !parameter.isText()) {
            return value(parameter.type(), word(head)).map(v -> List.of(EventArgument.of(parameter.name(), v)));
        }
        int tail = small(word(head));
        if (tail < 0 || !has(tail, WORD)) {
            return Optional.empty();
        }
        int length = small(word(tail));
        int start = tail + WORD;
        return parameter.isText() ? text(parameter, start, length) : array(parameter, start, length);
    }

    /** A value in a word of its own, as topics are; empty when the word is not of that type. */
    static Optional<String> value(String type, byte[] word) {
        BigInteger number = new BigInteger(1, word);
        return switch (type) {
            case "uint256" -> Optional.of(number.toString());
            case "uint8" -> number.bitLength() <= 8 ? Optional.of(number.toString()) : Optional.empty();
            case "bool" ->
                number.bitLength() <= 1 ? Optional.of(Boolean.toString(number.signum() == 1)) : Optional.empty();
            case "address" ->
                number.bitLength() <= 160
                        ? Optional.of(Hex.text(Arrays.copyOfRange(word, 12, WORD)))
                        : Optional.empty();
            case "bytes32" -> Optional.of(Hex.text(word));
            default -> Optional.empty();
        };
    }

    private Optional<List<EventArgument>> text(EventAbi.Parameter parameter, int start, int length) {
        if (length < 0 || !has(start, length)) {
            return Optional.empty();
        }
        return Optional.of(EventArgument.digest(parameter.name(), Arrays.copyOfRange(data, start, start + length)));
    }

    private Optional<List<EventArgument>> array(EventAbi.Parameter parameter, int start, int length) {
        if (length < 0 || length > data.length / WORD || !has(start, length * WORD)) {
            return Optional.empty();
        }
        List<String> items = new ArrayList<>();
        for (int i = 0; i < length; i++) {
            Optional<String> item = value(parameter.itemType(), word(start + i * WORD));
            if (item.isEmpty()) {
                return Optional.empty();
            }
            if (i < MAX_ITEMS) {
                items.add(item.get());
            }
        }
        return Optional.of(List.of(
                new EventArgument(parameter.name(), items, true),
                EventArgument.of(parameter.name() + "_count", Integer.toString(length))));
    }

    private boolean has(int offset, int bytes) {
        return offset >= 0 && bytes >= 0 && offset <= data.length && bytes <= data.length - offset;
    }

    private byte[] word(int offset) {
        return Arrays.copyOfRange(data, offset, offset + WORD);
    }

    /** A number that can be a place in {@link #data}; -1 when it cannot. */
    private int small(byte[] word) {
        BigInteger number = new BigInteger(1, word);
        return number.bitLength() < 31 && number.intValue() <= data.length ? number.intValue() : -1;
    }
}
