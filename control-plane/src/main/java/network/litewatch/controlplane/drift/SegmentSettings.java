package network.litewatch.controlplane.drift;

/**
 * How steps are told from noise. Times are in the unit of the series, which for round trips is milliseconds.
 *
 * @param offset added before the logarithm: steps well below it count as they are, those above by their ratio
 * @param baseShare share of samples below the base that is taken off before the logarithm
 * @param leastNoise smallest standard deviation of a quiet segment, after the logarithm
 * @param penalty cost of a change, in squared standard deviations
 * @param outliers how many samples at the bound cost as much as a spell of their own, which takes two changes
 * @param ratio standard deviation of noisy segments over that of quiet ones
 * @param noisyCost cost of each sample of a noisy segment, in squared standard deviations
 * @param leastSpreads steps below this many spreads of the quieter side are merged
 * @param leastStep steps below this are merged, in the unit of the series
 * @param leastEnergy steps whose size over the level, times the root of the shorter side's samples, is below this are merged
 */
public record SegmentSettings(
        double offset,
        double baseShare,
        double leastNoise,
        double penalty,
        double outliers,
        double ratio,
        double noisyCost,
        double leastSpreads,
        double leastStep,
        double leastEnergy) {
    /** The setting that ships: one for every series. */
    public static final SegmentSettings SHIPPED =
            new SegmentSettings(2.6, 0.01, 0.004, 137, 3.86, 3.3, 2.1, 3.3, 1, 0.062);

    LevelPath.Costs costs() {
        return new LevelPath.Costs(penalty, 2 * penalty / outliers, ratio, noisyCost);
    }
}
