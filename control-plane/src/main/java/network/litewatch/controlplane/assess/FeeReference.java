package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * What gas cost in the last seven days, as one mean per hour.
 *
 * @param hours means of past hours that had a sample, oldest first, at most {@value #KEPT}
 * @param hour the hour that is being added up
 * @param sum of its samples
 */
public record FeeReference(List<Double> hours, Instant hour, double sum, int samples) {
    static final FeeReference EMPTY = new FeeReference(List.of(), Instant.EPOCH, 0, 0);
    static final int KEPT = 7 * 24;
    // A day: below it a median knows one half of the daily rhythm only.
    private static final int ENOUGH = 24;

    public FeeReference {
        hours = List.copyOf(hours);
    }

    FeeReference step(double price, Instant at) {
        Instant now = at.truncatedTo(ChronoUnit.HOURS);
        if (samples == 0) {
            return new FeeReference(hours, now, price, 1);
        }
        if (!now.isAfter(hour)) {
            return new FeeReference(hours, hour, sum + price, samples + 1);
        }
        List<Double> next = new ArrayList<>(Duration.between(hour, now).toDays() >= 7 ? List.of() : hours);
        next.add(sum / samples);
        return new FeeReference(next.subList(Math.max(0, next.size() - KEPT), next.size()), now, price, 1);
    }

    /** {@code price} over the median of past hours; empty before a day of them. */
    @JsonIgnore
    OptionalDouble ratio(double price) {
        if (hours.size() < ENOUGH) {
            return OptionalDouble.empty();
        }
        double[] sorted =
                hours.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        double median = (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
        return median > 0 ? OptionalDouble.of(price / median) : OptionalDouble.empty();
    }
}
