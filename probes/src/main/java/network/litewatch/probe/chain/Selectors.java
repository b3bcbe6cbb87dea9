package network.litewatch.probe.chain;

/** What calls of the contracts begin with: the first four bytes of the hash of a function's signature. */
public final class Selectors {
    /** SessionV2's {@code getSessionCount()}. */
    public static final String SESSION_COUNT = "0x6e6734bf";

    /** SessionV2's {@code getSession(uint256)}. */
    public static final String SESSION = "0x402ff0db";

    /** Cognitive's {@code getLatestSessionId()}. */
    public static final String LATEST_NETWORK_TASK = "0x396565aa";

    private Selectors() {}
}
