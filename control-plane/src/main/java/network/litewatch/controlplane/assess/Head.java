package network.litewatch.controlplane.assess;

import java.time.Instant;

/**
 * The head that an RPC showed.
 *
 * @param number block number
 * @param timestamp the block's own, seconds since 1970
 * @param seenAt when it was shown last
 * @param since when this number was first shown
 */
public record Head(double number, double timestamp, Instant seenAt, Instant since) {
    Head next(double nextNumber, double nextTimestamp, Instant at) {
        return new Head(nextNumber, nextTimestamp, at, nextNumber == number ? since : at);
    }
}
