package network.litewatch.controlplane.assess;

import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.TargetKind;

/**
 * The current judgement of one series.
 *
 * @param at the end of the observation that it rests on: the only clock that later stages have
 * @param outcome how that observation ended
 * @param signals what is known now; absent is unknown
 */
public record Assessment(
        SeriesKey key,
        TargetKind kind,
        NetworkId network,
        Map<String, String> labels,
        Instant at,
        Outcome outcome,
        Map<Signal, Double> signals) {
    public Assessment {
        labels = Map.copyOf(labels);
        signals = signals.isEmpty() ? Map.of() : Map.copyOf(new EnumMap<>(signals));
    }
}
