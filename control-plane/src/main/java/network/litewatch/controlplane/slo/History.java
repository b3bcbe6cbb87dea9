package network.litewatch.controlplane.slo;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What was counted of a series: minutes of runs as long as short windows need them, and before that hours of what the budget is made
 * of. All by UTC, which has no summer time.
 *
 * @param minutes runs by the minute in which they ended
 * @param hours runs or slices, as {@link Slo#budgeting} has it, of hours whose minutes are not kept any more
 */
public record History(Map<Instant, Counts> minutes, Map<Instant, Counts> hours) {
    /** How long minutes are kept at least: the longest window that is looked at by the minute. */
    public static final Duration BY_THE_MINUTE = Duration.ofHours(6);

    public static final History EMPTY = new History(Map.of(), Map.of());

    public History {
        minutes = Map.copyOf(minutes);
        hours = Map.copyOf(hours);
    }

    /** Since when something was counted; {@code now} where nothing was. */
    public Instant since(Instant now) {
        return Stream.concat(minutes.keySet().stream(), hours.keySet().stream())
                .min(Comparator.naturalOrder())
                .filter(first -> first.isBefore(now))
                .orElse(now);
    }

    /** What counts in the {@code window} that ends {@code now}; its start is rounded down to the minute, of a day and more to the hour. */
    public Counts within(Duration window, Budgeting budgeting, Instant now) {
        boolean coarse = window.compareTo(BY_THE_MINUTE) > 0;
        Instant from = now.minus(window).truncatedTo(coarse ? ChronoUnit.HOURS : ChronoUnit.MINUTES);
        Counts sum = Counts.NONE;
        for (Map.Entry<Instant, Counts> unit : units(budgeting, now).entrySet()) {
            sum = unit.getKey().isBefore(from) ? sum : sum.plus(unit.getValue());
        }
        if (coarse) {
            for (Map.Entry<Instant, Counts> hour : hours.entrySet()) {
                sum = hour.getKey().isBefore(from) ? sum : sum.plus(hour.getValue());
            }
        }
        return sum;
    }

    /** The hours that can stand in for their minutes {@code now}: those that ended before what is looked at by the minute. */
    public Map<Instant, Counts> foldable(Budgeting budgeting, Instant now) {
        Instant end = foldedBefore(now);
        Map<Instant, Counts> folded = new TreeMap<>();
        units(budgeting, now).forEach((start, counts) -> {
            if (start.isBefore(end)) {
                folded.merge(start.truncatedTo(ChronoUnit.HOURS), counts, Counts::plus);
            }
        });
        return folded;
    }

    /** The first minute that is looked at by itself {@code now}, and by whole hours: those before it may be folded. */
    public static Instant foldedBefore(Instant now) {
        return now.minus(BY_THE_MINUTE).truncatedTo(ChronoUnit.HOURS);
    }

    /** Runs as they are; or slices that are over, each once, by their start. */
    private Map<Instant, Counts> units(Budgeting budgeting, Instant now) {
        if (!(budgeting instanceof Budgeting.Timeslices slices)) {
            Map<Instant, Counts> runs = new TreeMap<>(minutes);
            runs.keySet().removeIf(minute -> minute.isAfter(now));
            return runs;
        }
        Map<Instant, Counts> runs = new TreeMap<>();
        long length = slices.length().toSeconds();
        minutes.forEach((minute, counts) -> {
            Instant start = Instant.ofEpochSecond(Math.floorDiv(minute.getEpochSecond(), length) * length);
            // What is not over may still turn out good, or bad.
            if (!start.plusSeconds(length).isAfter(now)) {
                runs.merge(start, counts, Counts::plus);
            }
        });
        runs.values().removeIf(counts -> counts.total() == 0);
        runs.replaceAll((start, counts) -> Counts.one(slices.good(counts)));
        return runs;
    }
}
