package network.litewatch.controlplane.network;

import java.time.Duration;

/**
 * Which observations of a probe become documents of their own. Whatever it says, every observation is judged, and counted in
 * the summary of its minute.
 *
 * @param everything whether all do; else those whose outcome or reason is another than the run's before, those behind an
 *     alert that fires or resolves, and a sample
 * @param sample of each series, the first run of every such stretch since 1970 is kept; positive
 */
public record Storing(boolean everything, Duration sample) {
    /** How often a series that never changes is seen all the same. */
    public static final Duration SAMPLE = Duration.ofMinutes(10);

    public static final Storing ALL = new Storing(true, SAMPLE);

    public Storing {
        if (sample.isNegative() || sample.isZero()) {
            throw new IllegalArgumentException("sample must be positive: " + sample);
        }
    }
}
