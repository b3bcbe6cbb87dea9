package network.litewatch.controlplane.drift;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The first samples of a series of which nothing is known. A single one says nothing of what is usual, and the first is often the
 * oddest (connections are opened, caches are cold, a stalled reader gets all at once): taken as it is, it would make the series look
 * so scattered that no change is seen for as long as it is remembered. So {@value #SAMPLES} are held, and no one of them counts for
 * more than the middle of all says (a median with its absolute deviation: F. Hampel, Journal of the American Statistical Association
 * 69, 1974).
 */
public final class WarmUp {
    /** So many are held; two of them may be odd. */
    public static final int SAMPLES = 5;

    private static final double FAR = 3;
    // Of logarithms: five samples that happen to be alike do not make a sixth odd.
    private static final double LEAST_SCALE = 0.1;
    // From the median absolute deviation to the standard deviation of normal samples.
    private static final double NORMAL = 1.4826;

    private WarmUp() {}

    /** A sample: when it was taken, and its logarithm. */
    public record Held(Instant at, double logarithm) {}

    /** {@code held} and one more. */
    public static List<Held> with(List<Held> held, Instant at, double logarithm) {
        List<Held> all = new ArrayList<>(held);
        all.add(new Held(at, logarithm));
        return List.copyOf(all);
    }

    /** The middle of {@code first}, which is not empty. */
    public static double middle(List<Held> first) {
        return median(first.stream().mapToDouble(Held::logarithm).toArray());
    }

    /** {@code first} in their order, those that lie far from their middle moved to where far begins. */
    public static List<Held> settled(List<Held> first) {
        double middle = middle(first);
        double deviation = median(first.stream()
                .mapToDouble(one -> Math.abs(one.logarithm() - middle))
                .toArray());
        double most = FAR * Math.max(LEAST_SCALE, NORMAL * deviation);
        return first.stream()
                .map(one -> new Held(one.at(), Math.max(middle - most, Math.min(middle + most, one.logarithm()))))
                .toList();
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
    }
}
