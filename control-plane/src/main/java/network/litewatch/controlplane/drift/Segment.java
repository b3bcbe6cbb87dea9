package network.litewatch.controlplane.drift;

/**
 * A stretch of a series at one level.
 *
 * @param from its first sample
 * @param to the sample after its last
 * @param level median of its samples, in the unit of the series
 * @param spread median absolute deviation scaled to a standard deviation, in the unit of the series
 * @param samples how many of its samples are known; lost ones are not
 */
public record Segment(int from, int to, double level, double spread, int samples) {}
