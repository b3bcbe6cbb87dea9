package network.litewatch.controlplane.noise;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * How often an alert fired, and whether that is more than is expected.
 *
 * @param fired in all
 * @param allowed how often it may, on average, where {@code most} was counted; empty where that is written for people only
 * @param most where it fired most often, by what the expected rate is of; empty when it never did
 * @param chance how likely as many firings are where no more than expected are to come, in [0, 1], times the number of places that were
 *     compared; empty where it cannot be told
 */
public record Noise(long fired, Optional<Double> allowed, Optional<Place> most, Optional<Double> chance) {
    /** Below this chance an alert is noise. */
    public static final double ALPHA = 0.01;

    /** One target, or all of a network, or all there is. */
    public record Place(String name, long fired) {}

    /** Of an alert whose firings within {@code window} are {@code fired}. */
    public static Noise of(Optional<ExpectedRate> expected, Collection<Fired> fired, Duration window) {
        ExpectedRate.Per per = expected.map(ExpectedRate::per).orElse(ExpectedRate.Per.TARGET);
        Map<String, Long> places = new TreeMap<>();
        fired.forEach(one -> places.merge(place(one, per), one.times(), Long::sum));
        Optional<Place> most = places.entrySet().stream()
                .map(entry -> new Place(entry.getKey(), entry.getValue()))
                .max(Comparator.comparingLong(Place::fired));
        return new Noise(
                fired.stream().mapToLong(Fired::times).sum(),
                expected.map(rate -> rate.within(window)),
                most,
                expected.map(rate -> most.map(place -> Math.min(1, rate.chance(place.fired(), window) * places.size()))
                        .orElse(1.0)));
    }

    /**
     * Whether it fires more often than expected, by more than chance; empty where nobody can tell. Once is never noise: a single firing
     * says nothing of how often.
     */
    public Optional<Boolean> isNoisy() {
        return chance.map(p -> p < ALPHA && most.stream().anyMatch(place -> place.fired() > 1));
    }

    private static String place(Fired one, ExpectedRate.Per per) {
        return switch (per) {
            case TARGET -> one.target().isEmpty() ? one.network() : one.target();
            case NETWORK -> one.network();
            case ALL -> "all";
        };
    }
}
