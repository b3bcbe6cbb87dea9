package network.litewatch.probe.rpc;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import network.litewatch.probe.TargetId;

/**
 * What canaries have sent, kept where a restart does not lose it. Thread-safe; blocks; throws whatever its store throws, and then
 * nothing may be sent.
 */
public interface CanaryLedger {
    /**
     * One signed transaction.
     *
     * @param hash 0x and 64 hex digits
     * @param raw as it is broadcast, by anybody and as often as they like
     * @param at when it was first sent
     * @param most wei that it can cost
     */
    record Sent(BigInteger nonce, String hash, String raw, Instant at, BigInteger most) {}

    /** How a transaction ended. */
    enum End {
        MINED,
        /** The RPC would not take it; its nonce is free for the next. */
        REFUSED,
        /** Another transaction took its nonce. */
        LOST
    }

    /** The transaction that may still be mined; empty when there is none. */
    Optional<Sent> outstanding(TargetId canary);

    /**
     * Writes {@code sent} down, before it is sent, unless what was spent in the 24 hours before it and what it may cost are more
     * than {@code cap}. Of several transactions of one nonce only one can be mined, so the dearest counts.
     *
     * @return whether it may be sent
     */
    boolean reserve(TargetId canary, Sent sent, BigInteger cap);

    /** Writes down how {@code hash} ended; {@code cost} is what it cost, where that is known. */
    void end(TargetId canary, String hash, End end, Optional<BigInteger> cost);

    /** Wei that were spent, or may have been, since {@code since}. */
    BigInteger spent(TargetId canary, Instant since);
}
