package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * The time between blocks as one RPC shows it: an exponential mean, by the blocks' own timestamps, so that it does not
 * depend on when we asked.
 *
 * @param seconds mean so far; means nothing while not {@link #known}
 * @param samples pairs of heads behind it, counted to {@value #ENOUGH}
 */
public record BlockTime(double seconds, int samples) {
    static final BlockTime UNKNOWN = new BlockTime(0, 0);
    // eRPC trusts a node's progress after four good answers.
    private static final int ENOUGH = 4;
    private static final double WEIGHT = 0.1;

    /** After {@code blocks} more blocks that took {@code span} seconds; heads that did not rise say nothing. */
    BlockTime step(double blocks, double span) {
        if (blocks <= 0 || span <= 0) {
            return this;
        }
        double sample = span / blocks;
        return samples == 0
                ? new BlockTime(sample, 1)
                : new BlockTime(seconds + WEIGHT * (sample - seconds), Math.min(ENOUGH, samples + 1));
    }

    @JsonIgnore
    boolean known() {
        return samples >= ENOUGH;
    }
}
