package network.litewatch.probe.miner;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import network.litewatch.probe.Measurement;

/**
 * The arithmetic of one token stream. Pure; times are nanoseconds of one monotonic clock.
 *
 * <p>The definitions are {@link Measurement}'s. Percentiles are nearest-rank: always a gap that did occur. What needs
 * two tokens is absent below two, and a rate over no time at all is absent too.
 */
final class TokenTimings {
    private static final double NANOS = 1e9;

    private final long sentNanos;
    private final long[] arrivals;

    /**
     * Timings of one stream.
     *
     * @param arrivals when each non-empty token came, in order; may be empty
     */
    TokenTimings(long sentNanos, long[] arrivals) {
        this.sentNanos = sentNanos;
        this.arrivals = arrivals.clone();
    }

    Map<Measurement, Double> measurements() {
        Map<Measurement, Double> values = new EnumMap<>(Measurement.class);
        values.put(Measurement.CANARY_TOKENS, (double) arrivals.length);
        if (arrivals.length == 0) {
            return values;
        }
        long first = arrivals[0];
        long last = arrivals[arrivals.length - 1];
        values.put(Measurement.CANARY_TTFT, seconds(first - sentNanos));
        values.put(Measurement.CANARY_END_TO_END, seconds(last - sentNanos));
        if (arrivals.length > 1) {
            int gapCount = arrivals.length - 1;
            double span = seconds(last - first);
            long[] gaps = sortedGaps();
            values.put(Measurement.CANARY_ITL_P50, seconds(nearestRank(gaps, 50)));
            values.put(Measurement.CANARY_ITL_P99, seconds(nearestRank(gaps, 99)));
            values.put(Measurement.CANARY_ITL_MAX, seconds(gaps[gapCount - 1]));
            values.put(Measurement.CANARY_TPOT, span / gapCount);
            if (span > 0) {
                values.put(Measurement.CANARY_DECODE_RATE, gapCount / span);
            }
        }
        return values;
    }

    /**
     * The smallest value that at least {@code percent} of all values do not exceed.
     *
     * @param sorted ascending, not empty
     * @param percent 1-100
     */
    static long nearestRank(long[] sorted, int percent) {
        int rank = (int) (((long) percent * sorted.length + 99) / 100);
        return sorted[Math.max(rank, 1) - 1];
    }

    private long[] sortedGaps() {
        long[] gaps = new long[arrivals.length - 1];
        for (int i = 0; i < gaps.length; i++) {
            gaps[i] = arrivals[i + 1] - arrivals[i];
        }
        Arrays.sort(gaps);
        return gaps;
    }

    private static double seconds(long nanos) {
        return nanos / NANOS;
    }
}
