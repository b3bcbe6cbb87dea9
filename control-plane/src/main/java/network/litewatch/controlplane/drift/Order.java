package network.litewatch.controlplane.drift;

import java.util.Arrays;

/** Order statistics of copies: what is given stays as it is. */
final class Order {
    // Makes the median absolute deviation of a normal sample its standard deviation.
    static final double NORMAL = 1.4826;

    private Order() {}

    static double[] sorted(double[] values) {
        double[] copy = values.clone();
        Arrays.sort(copy);
        return copy;
    }

    /** The value at a share of the way through sorted values, without interpolation. */
    static double at(double[] sorted, double share) {
        return sorted[(int) ((sorted.length - 1) * share)];
    }

    static double median(double[] values) {
        double[] sorted = sorted(values);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** Median absolute deviation from {@code centre}, scaled to a standard deviation. */
    static double spread(double[] values, double centre) {
        double[] away = new double[values.length];
        for (int i = 0; i < away.length; i++) {
            away[i] = Math.abs(values[i] - centre);
        }
        return NORMAL * median(away);
    }
}
