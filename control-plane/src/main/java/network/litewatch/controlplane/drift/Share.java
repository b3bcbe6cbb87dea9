package network.litewatch.controlplane.drift;

/**
 * A share of samples with its interval.
 *
 * @param value the share seen; 0 without samples
 * @param low lower end of the interval
 * @param high upper end of the interval
 * @param samples that it comes from
 */
public record Share(double value, double low, double high, int samples) {
    private static final double Z = 1.96;

    /** {@code count} of {@code samples} with the 95 % interval of E. Wilson (JASA 22, 1927), which is right at 0 and 1 too. */
    public static Share of(int count, int samples) {
        Require.atLeast("count", count, 0);
        Require.atLeast("samples", samples, count);
        if (samples == 0) {
            return new Share(0, 0, 1, 0);
        }
        double share = (double) count / samples;
        double square = Z * Z / samples;
        double middle = (share + square / 2) / (1 + square);
        double half = Z / (1 + square) * Math.sqrt(share * (1 - share) / samples + square / (4 * samples));
        return new Share(share, Math.max(0, middle - half), Math.min(1, middle + half), samples);
    }
}
