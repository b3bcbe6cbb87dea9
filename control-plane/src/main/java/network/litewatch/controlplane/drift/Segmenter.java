package network.litewatch.controlplane.drift;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Cuts a stored series into stretches of one level. It looks at all of it: for history, not for alarms.
 *
 * <p>The logarithm of the distance from a low quantile makes a step of a few milliseconds on a quiet path count as much as one of
 * tens on a busy path. Noise is the median absolute first difference over the square root of 2, which steps do not widen. What
 * {@link LevelPath} finds is merged from the weakest step on, until all are of practical size. Without state: threads may share it.
 */
public final class Segmenter {
    // Finer than the noise decides nothing, and a grid's work grows with its levels.
    private static final int MOST_LEVELS = 250;

    private final SegmentSettings settings;

    public Segmenter(SegmentSettings settings) {
        this.settings = settings;
    }

    /**
     * The segments of a series.
     *
     * @param values samples in order; a negative value or one that is no number is a lost sample
     */
    public Segmentation segment(double[] values) {
        int[] at = known(values);
        if (at.length == 0) {
            return new Segmentation(List.of());
        }
        double[] known = new double[at.length];
        for (int i = 0; i < at.length; i++) {
            known[i] = values[at[i]];
        }
        int[] changes = changes(known);
        List<Integer> starts = new ArrayList<>();
        starts.add(0);
        for (int change : changes) {
            starts.add(at[change]);
        }
        return new Segmentation(new Merging(settings, values).merge(starts));
    }

    static boolean isKnown(double value) {
        return value >= 0 && value < Double.POSITIVE_INFINITY;
    }

    private static int[] known(double[] values) {
        int[] at = new int[values.length];
        int count = 0;
        for (int i = 0; i < values.length; i++) {
            if (isKnown(values[i])) {
                at[count++] = i;
            }
        }
        return Arrays.copyOf(at, count);
    }

    private int[] changes(double[] known) {
        double base = Order.at(Order.sorted(known), settings.baseShare());
        double[] series = new double[known.length];
        for (int i = 0; i < series.length; i++) {
            series[i] = Math.log(Math.max(known[i] - base, -0.9 * settings.offset()) + settings.offset());
        }
        double sigma = Math.max(noise(series), settings.leastNoise());
        double[] sorted = Order.sorted(series);
        double low = Order.at(sorted, 0.001);
        double high = Order.at(sorted, 0.999);
        double step = Math.max(sigma, (high - low) / MOST_LEVELS);
        int levels = (int) ((high - low) / step) + 2;
        return new LevelPath(settings.costs(), sigma, low, step, levels).changes(series);
    }

    private static double noise(double[] series) {
        if (series.length < 2) {
            return 0;
        }
        double[] differences = new double[series.length - 1];
        for (int i = 0; i < differences.length; i++) {
            differences[i] = Math.abs(series[i + 1] - series[i]);
        }
        return Order.NORMAL * Order.median(differences) / Math.sqrt(2);
    }
}
