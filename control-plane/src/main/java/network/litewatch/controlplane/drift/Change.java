package network.litewatch.controlplane.drift;

/**
 * A step from one level to another.
 *
 * @param index first sample of the new level, counted from 0
 * @param before level before it, in the unit of the series
 * @param after level after it
 * @param effect {@code after - before}
 * @param low lower end of the effect's interval of 95 %, for independent samples: where they are correlated it is too short
 * @param high upper end
 */
public record Change(int index, double before, double after, double effect, double low, double high) {
    // A median's standard error over that of a mean, for normal samples: the square root of pi / 2.
    private static final double MEDIAN = 1.2533;
    private static final double TWO_SIDED = 1.96;

    static Change between(Segment left, Segment right) {
        double effect = right.level() - left.level();
        double error = MEDIAN * Math.hypot(error(left), error(right));
        return new Change(
                right.from(),
                left.level(),
                right.level(),
                effect,
                effect - TWO_SIDED * error,
                effect + TWO_SIDED * error);
    }

    private static double error(Segment segment) {
        return segment.spread() / Math.sqrt(Math.max(1, segment.samples()));
    }
}
