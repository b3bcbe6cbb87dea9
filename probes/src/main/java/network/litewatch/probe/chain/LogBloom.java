package network.litewatch.probe.chain;

/**
 * The 2,048 bits in a header that say which addresses and topics the block's logs may have: never silent about one that is
 * there, sometimes wrong about one that is not. A witness against an RPC whose {@code eth_getLogs} leaves something out.
 */
public final class LogBloom {
    /** Of a header that has none: says of nothing that it may be there. */
    static final LogBloom NONE = new LogBloom(new byte[0]);

    private static final int BYTES = 256;

    private final byte[] bits;

    private LogBloom(byte[] bits) {
        this.bits = bits;
    }

    /** Reads 0x and 512 hex digits; anything else is no witness. */
    static LogBloom of(String hex) {
        return hex.length() == 2 + 2 * BYTES && Hex.isData(hex) ? new LogBloom(Hex.bytes(hex)) : NONE;
    }

    /** Whether a log of {@code address} (0x and 40 digits) may be in the block. */
    boolean mayHold(String address) {
        if (bits.length == 0) {
            return false;
        }
        // Yellow paper, 4.3.1: the low 11 bits of the first three pairs of bytes of the keccak.
        byte[] hash = Hex.keccak(Hex.bytes(address));
        for (int pair = 0; pair < 6; pair += 2) {
            int bit = ((hash[pair] & 0x07) << 8) | (hash[pair + 1] & 0xff);
            if ((bits[BYTES - 1 - bit / 8] & (1 << (bit % 8))) == 0) {
                return false;
            }
        }
        return true;
    }
}
