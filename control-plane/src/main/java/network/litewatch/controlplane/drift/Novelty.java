package network.litewatch.controlplane.drift;

/**
 * How new a feature of the last {@code width} samples is: the surprise of its distance to the nearest that was seen before, of
 * samples that do not overlap (nearest-neighbour distance as a measure of strangeness, Vovk, Gammerman and Shafer, 2005).
 */
final class Novelty {
    /** What is looked at. */
    enum Feature {
        MEAN,
        DEVIATION
    }

    // What rounding makes of two windows with the same deviation is no distance.
    private static final double DIGITS = 1e-9;

    private final Feature feature;
    private final double[] window;
    private final double[] waiting;
    private final Recent seen;
    private final Tail tail;
    private int samples;

    Novelty(Feature feature, int width, AnomalySettings settings) {
        this.feature = feature;
        this.window = new double[width];
        this.waiting = new double[width];
        this.seen = new Recent(settings.memory());
        this.tail = new Tail(settings);
    }

    double step(double value) {
        int slot = samples % window.length;
        if (samples >= window.length) {
            seen.add(waiting[slot]);
        }
        window[slot] = value;
        samples++;
        double now = feature == Feature.MEAN ? mean() : deviation();
        waiting[slot] = now;
        double distance = seen.nearest(now);
        return Double.isNaN(distance) ? 0 : tail.step(distance > DIGITS * Math.abs(now) ? distance : 0);
    }

    private double mean() {
        int known = Math.min(samples, window.length);
        double sum = 0;
        for (int i = 0; i < known; i++) {
            sum += window[i] / known;
        }
        return sum;
    }

    /** From the window's first sample on: of a window that stands still it is exactly 0. */
    private double deviation() {
        int known = Math.min(samples, window.length);
        double shift = 0;
        for (int i = 1; i < known; i++) {
            shift += (window[i] - window[0]) / known;
        }
        double root = Math.sqrt(known);
        double deviation = 0;
        for (int i = 0; i < known; i++) {
            // Squares of large values would overflow.
            deviation = Math.hypot(deviation, (window[i] - window[0] - shift) / root);
        }
        return Math.min(deviation, Double.MAX_VALUE);
    }
}
