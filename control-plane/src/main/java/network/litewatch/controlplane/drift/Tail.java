package network.litewatch.controlplane.drift;

/**
 * How surprising a magnitude is among those before it: {@code -log10} of the share that is as large.
 *
 * <p>Among what was seen it is the conformal p-value (Vovk, Gammerman and Shafer, Algorithmic Learning in a Random World, 2005). Past
 * the largest few it follows a Pareto tail whose index is Hill's estimate from them (Hill, Annals of Statistics 3, 1975):
 * {@code p = share * (magnitude / threshold) ^ (-1 / index)}, so that a series which is full of spikes needs a larger one.
 */
final class Tail {
    private static final int LEAST_EXCESSES = 10;
    // Lighter tails than this are not told apart by ten excesses.
    private static final double LEAST_INDEX = 0.1;

    private final Recent recent;
    private final AnomalySettings settings;

    Tail(AnomalySettings settings) {
        this.settings = settings;
        this.recent = new Recent(settings.memory());
    }

    /** The surprise of a magnitude, at least 0, after which it is remembered; 0 until enough is known. */
    double step(double magnitude) {
        double surprise = recent.count() < settings.warmUp() ? 0 : surprise(magnitude);
        recent.add(magnitude);
        return surprise;
    }

    private double surprise(double magnitude) {
        int count = recent.count();
        int positive = count - recent.below(Double.MIN_VALUE);
        int excesses = Math.min(positive, Math.max(LEAST_EXCESSES, (int) (settings.tailShare() * count))) - 1;
        double ranked = -Math.log10((count - recent.below(magnitude) + 1.0) / (count + 1.0));
        // Values out of a short list are at no distance most of the time: nothing to fit a tail to.
        if (excesses < LEAST_EXCESSES - 1) {
            return ranked;
        }
        double threshold = recent.at(count - 1 - excesses);
        if (magnitude <= threshold) {
            return ranked;
        }
        double index = 0;
        for (int i = count - excesses; i < count; i++) {
            index += (Math.log(recent.at(i)) - Math.log(threshold)) / excesses;
        }
        double beyond = (Math.log10(magnitude) - Math.log10(threshold)) / Math.max(index, LEAST_INDEX);
        return Math.min(settings.mostSurprise(), Math.log10((double) count / excesses) + beyond);
    }
}
