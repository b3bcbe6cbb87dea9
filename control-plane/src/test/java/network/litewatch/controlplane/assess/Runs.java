package network.litewatch.controlplane.assess;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;

/** Observations for tests of what is concluded from them. */
final class Runs {
    static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    private Runs() {}

    /** An RPC that shows {@code head}, whose timestamp is its number, {@code second} seconds after {@link #T0}. */
    static Observation head(String rpc, int second, long head) {
        return run(
                "rpc.head",
                rpc,
                TargetKind.RPC,
                second,
                Outcome.ok(),
                Map.of(Measurement.RPC_HEAD_NUMBER, (double) head, Measurement.RPC_HEAD_TIMESTAMP, (double) head));
    }

    /** A canary of {@code miner} at {@code rate} tokens a second. */
    static Observation canary(String miner, int second, Outcome outcome, double rate) {
        return run(
                "miner.canary", miner, TargetKind.MINER, second, outcome, Map.of(Measurement.CANARY_DECODE_RATE, rate));
    }

    /** The same observation of a target with these labels. */
    static Observation labelled(Observation run, Map<String, String> labels) {
        return new Observation(
                run.probe(),
                run.target(),
                run.kind(),
                run.network(),
                run.vantage(),
                labels,
                run.slot(),
                run.startedAt(),
                run.elapsed(),
                run.finding());
    }

    static Observation run(
            String probe,
            String target,
            TargetKind kind,
            int second,
            Outcome outcome,
            Map<Measurement, Double> measurements) {
        Instant slot = T0.plusSeconds(second);
        return new Observation(
                new ProbeId(probe),
                new TargetId(target),
                kind,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of(),
                slot,
                slot,
                Duration.ofMillis(100),
                new Finding(outcome, Map.<Phase, Duration>of(), measurements, Map.of()));
    }
}
