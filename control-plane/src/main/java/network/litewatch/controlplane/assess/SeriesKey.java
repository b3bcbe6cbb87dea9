package network.litewatch.controlplane.assess;

import network.litewatch.probe.Observation;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.Vantage;

/** One question to one target from one place: what a detector's state belongs to. */
public record SeriesKey(ProbeId probe, TargetId target, Vantage vantage) {
    public static SeriesKey of(Observation observation) {
        return new SeriesKey(observation.probe(), observation.target(), observation.vantage());
    }
}
