package network.litewatch.controlplane.drift;

import network.litewatch.controlplane.drift.Novelty.Feature;

/**
 * Says of each row of a series how unusual it is, by the rows before it.
 *
 * <p>Two looks: is the value far from any seen before, is the deviation of the last few ({@link Novelty}). The larger surprise
 * counts, less what chance alone would bring by now: with {@code spending} 1 the share of rows that may be called
 * unusual falls as one over the rows seen, so that false alarms grow with the logarithm of a series' length and not with the length
 * (alpha spending, Foster and Stine, JRSS B 70, 2008, in its simplest form). After a surprise only a larger one is told, until it is
 * forgotten: an incident is one alarm. Values are taken as they are, negative ones too. Not thread-safe; memory is bounded.
 */
public final class AnomalyScorer {
    private static final double ORDERS_FORGOTTEN = 3;
    private static final double SPENDING_FROM = 1_000;
    private static final double LEAST_SEEN = 100;

    private final AnomalySettings settings;
    private final Novelty value;
    private final Novelty burst;
    private int seen;
    private double told = Double.NEGATIVE_INFINITY;

    public AnomalyScorer(AnomalySettings settings) {
        this.settings = settings;
        this.value = new Novelty(Feature.MEAN, 1, settings);
        this.burst = new Novelty(Feature.DEVIATION, settings.burst(), settings);
    }

    /** The score of the next row, 0 to 1; {@link AnomalySettings#THRESHOLD} and more is an anomaly. */
    public double step(double sample) {
        double excess = excess(sample);
        return excess / (excess + AnomalySettings.HALF_WAY);
    }

    private double excess(double sample) {
        double surprise = Math.max(value.step(sample), burst.step(sample) - settings.handicap());
        double chance = settings.spending() * Math.log10(Math.max(seen, LEAST_SEEN) / SPENDING_FROM);
        double excess = Math.max(0, surprise - chance);
        told -= ORDERS_FORGOTTEN / (settings.quiet() + settings.quietShare() * seen);
        seen++;
        if (excess <= told) {
            return 0;
        }
        told = excess;
        return excess;
    }
}
