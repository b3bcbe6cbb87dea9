package network.litewatch.controlplane.assess;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A target's own recent speed: the last {@value #RECENT} samples against the median of up to {@value #REFERENCE} earlier
 * ones. A sample reaches the reference only after newer ones have pushed it out of the recent three, and a median moves
 * only when half its samples have: a slowdown stays visible for about {@value #REFERENCE}/2 runs.
 *
 * @param recent newest last
 * @param reference newest last
 */
public record SpeedReference(List<Double> recent, List<Double> reference) implements Detector<Double, SpeedReference> {
    static final int RECENT = 3;
    static final int REFERENCE = 60;
    static final int ENOUGH = 5;
    static final SpeedReference EMPTY = new SpeedReference(List.of(), List.of());

    public SpeedReference {
        recent = List.copyOf(recent);
        reference = List.copyOf(reference);
    }

    @Override
    public SpeedReference step(Double rate) {
        List<Double> newest = new ArrayList<>(recent);
        List<Double> earlier = new ArrayList<>(reference);
        newest.add(rate);
        if (newest.size() > RECENT) {
            earlier.add(newest.remove(0));
        }
        if (earlier.size() > REFERENCE) {
            earlier.remove(0);
        }
        return new SpeedReference(newest, earlier);
    }

    /** Recent over reference, above 0; empty until there are enough samples of both. */
    @JsonIgnore
    public OptionalDouble ratio() {
        if (recent.size() < RECENT || reference.size() < ENOUGH) {
            return OptionalDouble.empty();
        }
        double usual = median(reference);
        return usual > 0 ? OptionalDouble.of(median(recent) / usual) : OptionalDouble.empty();
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
