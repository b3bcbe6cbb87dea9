package network.litewatch.probe;

import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a probe has to say about one run; the scheduler adds when and from where, and makes it an {@link Observation}.
 *
 * @param phases stretches on the wire that were reached; absent ones did not happen
 * @param measurements numbers that were obtained; absent is unknown, never zero
 * @param evidence short texts for people, such as a client version or the start of a wrong answer; bounded, no secrets
 */
public record Finding(
        Outcome outcome,
        Map<Phase, Duration> phases,
        Map<Measurement, Double> measurements,
        Map<String, String> evidence) {
    public Finding {
        phases = phases.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(phases));
        measurements = measurements.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(measurements));
        evidence = Map.copyOf(new LinkedHashMap<>(evidence));
    }

    /** A run about which only its outcome is known. */
    public static Finding of(Outcome outcome) {
        return new Finding(outcome, Map.of(), Map.of(), Map.of());
    }
}
