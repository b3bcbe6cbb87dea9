package network.litewatch.controlplane.drift;

/**
 * When a change is told while it happens.
 *
 * @param segment how the recent window is cut
 * @param window known samples that are remembered at most
 * @param wake how many spreads the median of the last {@code run} samples must be off the level before the window is looked at
 * @param run samples in that median
 * @param least the least it must be off, in the unit of the series
 * @param lag samples that a new level must have before it is told
 * @param apart samples between two changes that are told, at least
 */
public record OnlineSettings(
        SegmentSettings segment, int window, double wake, int run, double least, int lag, int apart) {
    /** The setting that ships: one for every series. */
    public static final OnlineSettings SHIPPED = new OnlineSettings(SegmentSettings.SHIPPED, 600, 2, 3, 1, 5, 3);
}
