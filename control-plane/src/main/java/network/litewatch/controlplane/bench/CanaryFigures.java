package network.litewatch.controlplane.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The arithmetic of {@link CanaryBench}. Pure. */
final class CanaryFigures {
    private static final Pattern STAMPS = Pattern.compile("([0-9]{1,18}):([0-9]{1,18})(?![0-9])");
    private static final double NANOS_PER_MILLI = 1e6;

    private CanaryFigures() {}

    /** What the server wrote into its first token: when it had the request, and when it sent that token, on a clock of its own. */
    record Stamps(long received, long sent) {
        /** The stamps that {@code text} begins with; empty when it does not. */
        static Optional<Stamps> parse(String text) {
            Matcher matcher = STAMPS.matcher(text);
            if (!matcher.lookingAt()) {
                return Optional.empty();
            }
            Stamps stamps = new Stamps(Long.parseLong(matcher.group(1)), Long.parseLong(matcher.group(2)));
            return stamps.sent() < stamps.received() ? Optional.empty() : Optional.of(stamps);
        }

        /** What of a time to the first token was not the server's, in milliseconds. Durations of two clocks, and no offset between them. */
        double addedMillis(double ttftNanos) {
            return (ttftNanos - (sent - received)) / NANOS_PER_MILLI;
        }
    }

    /** A difference of two medians, and the interval that holds it in 95 of 100 resamplings. */
    record Difference(double value, double low, double high) {}

    /**
     * The median of {@code own} less that of {@code bare}. What is drawn anew is rounds and not streams: the streams of a round ran
     * together, and one disturbance is in all of them.
     *
     * @param bare a value for each stream, by round; at least one round with one stream, as in {@code own}
     */
    static Difference difference(List<double[]> bare, List<double[]> own, int resamples, RandomGenerator random) {
        double[] drawn = new double[resamples];
        for (int i = 0; i < resamples; i++) {
            drawn[i] = median(resampled(own, random)) - median(resampled(bare, random));
        }
        Arrays.sort(drawn);
        return new Difference(median(own) - median(bare), quantile(drawn, 0.025), quantile(drawn, 0.975));
    }

    /** The median of all streams of all rounds. */
    static double median(List<double[]> rounds) {
        return percentile(rounds, 0.5);
    }

    /** That share of all streams of all rounds is at most this, 0 to 1. */
    static double percentile(List<double[]> rounds, double share) {
        double[] all = rounds.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
        return quantile(all, share);
    }

    private static List<double[]> resampled(List<double[]> rounds, RandomGenerator random) {
        List<double[]> drawn = new ArrayList<>(rounds.size());
        for (int i = 0; i < rounds.size(); i++) {
            drawn.add(rounds.get(random.nextInt(rounds.size())));
        }
        return drawn;
    }

    /** Between neighbours in proportion: the middle of two for the median of an even number. */
    private static double quantile(double[] sorted, double share) {
        if (sorted.length == 0) {
            throw new IllegalArgumentException("no values");
        }
        double at = share * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(below + 1, sorted.length - 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
