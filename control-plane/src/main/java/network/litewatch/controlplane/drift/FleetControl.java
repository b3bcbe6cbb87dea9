package network.litewatch.controlplane.drift;

import java.util.Arrays;

/**
 * Which of many series are to be believed, when all of them are watched at once.
 *
 * <p>e-d-BH (S. Dandapanthula, A. Ramdas, Multiple testing in multi-stream sequential change detection, arXiv 2501.04130, 2025):
 * the Benjamini-Hochberg procedure for e-values (R. Wang, A. Ramdas, JRSS B 84, 2022) on e-detectors. Of {@code n} series the
 * {@code k} with the most evidence are believed when each of them has {@code between * n / k}. The share of false names among all,
 * over the samples waited, is then at most one in {@code between}, however the series hang together.
 */
public final class FleetControl {
    private FleetControl() {}

    /**
     * The evidence from which on a series is believed; infinite when none is.
     *
     * @param evidence of every series that is watched, as {@link SuccessWatch#evidence} has it, in any order
     * @param between samples between false alarms
     */
    public static double believedFrom(double[] evidence, double between) {
        Require.inside("samples between false alarms", between, 1, 1e12);
        double[] sorted = evidence.clone();
        Arrays.sort(sorted);
        for (int believed = sorted.length; believed > 0; believed--) {
            double least = sorted[sorted.length - believed];
            if (least >= between * sorted.length / believed) {
                return least;
            }
        }
        return Double.POSITIVE_INFINITY;
    }
}
