package network.litewatch.controlplane.api;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.noise.Fired;

/** An alert that fires too often at one of two RPCs, and was called false. */
public final class NoiseSamples implements NoiseResource.Counts {
    @Override
    public Instant knownSince(Instant now) {
        return now.minus(Duration.ofDays(90));
    }

    @Override
    public List<Fired> fired(Instant since) {
        return List.of(
                new Fired("RpcHeadStalled", "lab", "lab-rpc-a", 14),
                new Fired("RpcHeadStalled", "lab", "lab-rpc-b", 1));
    }

    @Override
    public Map<String, Integer> falseAlarms(Instant since) {
        return Map.of("rpc-head-stalled", 3);
    }
}
