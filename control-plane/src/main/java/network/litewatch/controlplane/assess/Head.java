package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The head that an RPC showed, and what its earlier heads say of it.
 *
 * @param number block number
 * @param timestamp the block's own, seconds since 1970
 * @param seenAt when it was shown last
 * @param since when this number was first shown
 * @param operator who runs the RPC, by its label; one operator has one vote. Empty is unknown
 * @param blockTime how fast this RPC's blocks came
 * @param peak the highest head of the last two minutes
 * @param trusted the last head that was plausible; null before the first
 */
public record Head(
        double number,
        double timestamp,
        Instant seenAt,
        Instant since,
        String operator,
        BlockTime blockTime,
        Seen peak,
        @Nullable Seen trusted) {
    /** A head further in the future than this is no evidence of anything but a wrong clock, ours or the RPC's. */
    static final Duration FUTURE = Duration.ofSeconds(5);

    /** A backend behind a balancer may be that far behind for good; a maximum that is kept for ever would never end. */
    static final Duration MEMORY = Duration.ofMinutes(2);

    // eRPC's velocity gate: twice the pace of the chain, and a few blocks.
    private static final double SLACK_FACTOR = 2;
    private static final double SLACK_BLOCKS = 5;

    /** A head at a time. */
    public record Seen(double number, double timestamp, Instant at) {}

    public Head {
        // A checkpoint of before these were kept has none of them.
        operator = operator == null ? "" : operator;
        blockTime = blockTime == null ? BlockTime.UNKNOWN : blockTime;
        peak = peak == null ? new Seen(number, timestamp, seenAt) : peak;
    }

    static Head first(double number, double timestamp, Instant at, String operator) {
        Seen seen = new Seen(number, timestamp, at);
        return new Head(
                number,
                timestamp,
                at,
                at,
                operator,
                BlockTime.UNKNOWN,
                seen,
                ahead(timestamp, at) > FUTURE.toSeconds() ? null : seen);
    }

    Head next(double nextNumber, double nextTimestamp, Instant at, String nextOperator) {
        Seen seen = new Seen(nextNumber, nextTimestamp, at);
        boolean plausible = plausible(seen);
        boolean higher = nextNumber >= peak.number || peak.at.plus(MEMORY).isBefore(at);
        return new Head(
                nextNumber,
                nextTimestamp,
                at,
                nextNumber == number ? since : at,
                nextOperator,
                plausible && trusted != null
                        ? blockTime.step(nextNumber - trusted.number, nextTimestamp - trusted.timestamp)
                        : blockTime,
                higher ? seen : peak,
                plausible ? seen : trusted);
    }

    /** Whether the head can be a witness: neither from the future nor further on than the chain can be. */
    @JsonIgnore
    boolean credible() {
        return trusted != null && trusted.number == number && trusted.timestamp == timestamp;
    }

    /** Seconds from our clock to the block's timestamp; 0 when it is not in the future. */
    @JsonIgnore
    double futureSeconds() {
        return Math.max(0, ahead(timestamp, seenAt));
    }

    /** Blocks that this RPC had shown already within the last two minutes and does not show now. */
    @JsonIgnore
    double backwardsBlocks() {
        return Math.max(0, peak.number - number);
    }

    /** As {@link #backwardsBlocks}, by the blocks' timestamps. */
    @JsonIgnore
    double backwardsSeconds() {
        return Math.max(0, peak.timestamp - timestamp);
    }

    private boolean plausible(Seen next) {
        if (ahead(next.timestamp, next.at) > FUTURE.toSeconds()) {
            return false;
        }
        if (trusted == null || !blockTime.known() || trusted.at.plus(MEMORY).isBefore(next.at)) {
            return true;
        }
        double span = Math.max(0, next.timestamp - trusted.timestamp);
        return next.number - trusted.number <= SLACK_FACTOR * span / blockTime.seconds() + SLACK_BLOCKS;
    }

    private static double ahead(double timestamp, Instant at) {
        return timestamp - at.toEpochMilli() / 1e3;
    }
}
