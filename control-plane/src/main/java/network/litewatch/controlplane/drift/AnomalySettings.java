package network.litewatch.controlplane.drift;

/**
 * How rows are scored. Surprises are in decimal orders of probability: 3 is one in a thousand.
 *
 * @param memory values that each part remembers at most
 * @param warmUp values that a part must know before it speaks
 * @param tailShare share of the largest distances that the tail is fitted to
 * @param mostSurprise where surprises end
 * @param burst samples in the standard deviation that is looked at beside the value itself
 * @param handicap what the deviation must be more surprising than the value, in orders: two looks at a row are not one
 * @param spending how fast the surprise that is asked for grows, in orders for each order of samples seen
 * @param quiet samples after which a surprise is forgotten by three orders, before {@code quietShare}
 * @param quietShare the same as a share of the samples seen
 */
public record AnomalySettings(
        int memory,
        int warmUp,
        double tailShare,
        double mostSurprise,
        int burst,
        double handicap,
        double spending,
        double quiet,
        double quietShare) {
    /** The setting that ships: one for every series. */
    public static final AnomalySettings SHIPPED = new AnomalySettings(5_000, 100, 0.02, 5, 7, 1, 1.2, 100, 0.2);

    /** Score from which on a row is an anomaly. */
    public static final double THRESHOLD = 0.5;

    /** Excess surprise, in decimal orders, that has the score {@link #THRESHOLD}. */
    static final double HALF_WAY = 1.7;
}
