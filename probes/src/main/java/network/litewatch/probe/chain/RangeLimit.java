package network.litewatch.probe.chain;

import java.util.OptionalLong;

/**
 * How many blocks one {@code eth_getLogs} of an RPC may span, as learnt from what it refuses: at once down to what it
 * suggests, else to half; slowly up after many that were taken, for limits are raised and answers get smaller.
 *
 * @param blocks 1 to {@value #MOST}
 * @param taken how many ranges of full width were taken since the limit last changed
 */
public record RangeLimit(long blocks, int taken) {
    /** Where learning starts: what most providers take. */
    public static final RangeLimit START = new RangeLimit(1_000, 0);

    static final long MOST = 10_000;
    // Refusals cost a request: one try in this many.
    static final int PATIENCE = 20;

    /** After a range of {@code asked} blocks was refused with, perhaps, a width that would do. */
    RangeLimit refused(long asked, OptionalLong suggested) {
        long half = Math.max(1, Math.min(asked, blocks) / 2);
        long next = suggested.isPresent() && suggested.getAsLong() < asked ? suggested.getAsLong() : half;
        return new RangeLimit(Math.max(1, next), 0);
    }

    /** After a range of {@code asked} blocks was taken; a narrower one than allowed teaches nothing. */
    RangeLimit accepted(long asked) {
        if (asked < blocks) {
            return this;
        }
        return taken + 1 < PATIENCE
                ? new RangeLimit(blocks, taken + 1)
                : new RangeLimit(Math.min(MOST, blocks + Math.max(1, blocks / 4)), 0);
    }
}
