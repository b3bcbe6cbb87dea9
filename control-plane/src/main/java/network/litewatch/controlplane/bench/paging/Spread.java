package network.litewatch.controlplane.bench.paging;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How long something took, over many times that it did.
 *
 * @param median by nearest rank, as {@code p99}: a duration that was seen, of a hundred or fewer the longest
 */
record Spread(int count, Duration median, Duration p99, Duration shortest, Duration longest) {
    /** Of what is there; empty when nothing is. */
    static Optional<Spread> of(Stream<Optional<Duration>> durations) {
        List<Duration> sorted = durations.flatMap(Optional::stream).sorted().toList();
        return sorted.isEmpty()
                ? Optional.empty()
                : Optional.of(new Spread(
                        sorted.size(),
                        rank(sorted, 50),
                        rank(sorted, 99),
                        sorted.get(0),
                        sorted.get(sorted.size() - 1)));
    }

    /** The smallest of {@code sorted} that so many percent of them are at most. */
    private static Duration rank(List<Duration> sorted, int percent) {
        return sorted.get((sorted.size() * percent + 99) / 100 - 1);
    }
}
