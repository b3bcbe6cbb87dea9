package network.litewatch.controlplane.assess;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import network.litewatch.controlplane.canary.CacheWatch;
import network.litewatch.controlplane.canary.IdentityWatch;
import network.litewatch.controlplane.canary.RankEvidence;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.canary.SpeedWatch;
import network.litewatch.controlplane.canary.TokenClaims;
import network.litewatch.controlplane.canary.Warmth;
import network.litewatch.controlplane.drift.Share;

/** What the canaries of a miner say of it after a run that was ok. */
final class CanarySignals {
    private CanarySignals() {}

    static void add(SeriesState state, Instant now, SpeedTable table, Map<Signal, Double> signals) {
        state.speed().ratio().ifPresent(ratio -> {
            signals.put(Signal.CANARY_DECODE_RATE_RATIO, ratio);
            signals.put(Signal.CANARY_REFERENCE_SAMPLES, (double)
                    state.speed().reference().size());
        });
        CanaryMemory memory = state.canary();
        SpeedWatch speed = memory.speed();
        if (speed != null) {
            speed(speed, now, signals);
            ofClass(speed, memory.miner(), table, signals);
        }
        warmth(memory.warmth(), signals);
        claims(memory.claims(), signals);
        if (!memory.identity().nothingSaid()) {
            identity(memory.identity().watch(), signals);
        }
        CacheWatch cache = memory.cache();
        if (!cache.answers().isEmpty()) {
            signals.put(Signal.CANARY_CACHED, cache.cached() ? 1.0 : 0.0);
            signals.put(Signal.CANARY_REPEATED_ANSWERS, (double) cache.repeated());
            signals.put(Signal.CANARY_FAST_ANSWERS, (double) cache.tooFast());
            signals.put(Signal.CANARY_CACHE_SAMPLES, (double) cache.answers().size());
        }
        if (!memory.right().isEmpty()) {
            long right = memory.right().chars().filter(c -> c == '1').count();
            signals.put(
                    Signal.CANARY_RIGHT_RATIO, (double) right / memory.right().length());
            signals.put(Signal.CANARY_RIGHT_SAMPLES, (double) memory.right().length());
        }
    }

    private static void speed(SpeedWatch speed, Instant now, Map<Signal, Double> signals) {
        signals.put(Signal.CANARY_SPEED_DROPPED, speed.slow() ? 1.0 : 0.0);
        SpeedWatch.Change change = speed.change();
        if (speed.slow() && change != null) {
            signals.put(
                    Signal.CANARY_SPEED_SINCE_SECONDS,
                    Duration.between(change.at(), now).toMillis() / 1e3);
        }
        speed.ratio().ifPresent(ratio -> {
            signals.put(Signal.CANARY_SPEED_RATIO, ratio.value());
            signals.put(Signal.CANARY_SPEED_RATIO_LOW, ratio.low());
            signals.put(Signal.CANARY_SPEED_RATIO_HIGH, ratio.high());
            signals.put(Signal.CANARY_SPEED_SAMPLES, (double) ratio.samples());
        });
    }

    /** Each by the end of the interval that speaks for the miner. */
    private static void ofClass(
            SpeedWatch speed, CanaryMemory.Labels miner, SpeedTable table, Map<Signal, Double> signals) {
        table.expected(miner.gpuClass(), miner.model())
                .ifPresent(expected -> speed.speed().ifPresent(now -> {
                    signals.put(Signal.CANARY_FLOOR_RATIO, now.high() / expected.floor());
                    signals.put(Signal.CANARY_ROOF_RATIO, now.low() / expected.roof());
                }));
    }

    private static void warmth(Warmth warmth, Map<Signal, Double> signals) {
        warmth.warm().median().ifPresent(seconds -> signals.put(Signal.CANARY_TTFT_WARM_SECONDS, seconds));
        warmth.cold().median().ifPresent(seconds -> signals.put(Signal.CANARY_TTFT_COLD_SECONDS, seconds));
        Share cold = warmth.coldShare();
        if (cold.samples() > 0) {
            signals.put(Signal.CANARY_COLD_RATIO, cold.value());
            signals.put(Signal.CANARY_COLD_RATIO_LOW, cold.low());
            signals.put(Signal.CANARY_COLD_SAMPLES, (double) cold.samples());
        }
    }

    private static void identity(IdentityWatch watch, Map<Signal, Double> signals) {
        RankEvidence evidence = watch.evidence();
        signals.put(Signal.CANARY_IDENTITY_SUSPECT, watch.accused() ? 1.0 : 0.0);
        signals.put(Signal.CANARY_IDENTITY_SAMPLES, (double) evidence.completions());
        if (evidence.completions() > 0) {
            signals.put(Signal.CANARY_IDENTITY_EVIDENCE, Math.log10(evidence.evidence()));
            signals.put(Signal.CANARY_IDENTITY_LOW_RATIO, (double) evidence.low() / evidence.completions());
        }
    }

    private static void claims(TokenClaims claims, Map<Signal, Double> signals) {
        TokenClaims.Verdict verdict = claims.verdict(1);
        if (verdict != TokenClaims.Verdict.UNKNOWN) {
            signals.put(Signal.CANARY_CLAIM_RATIO, claims.ratio());
            signals.put(Signal.CANARY_CLAIM_SAMPLES, (double) claims.samples());
            signals.put(Signal.CANARY_CLAIM_FALSE, verdict == TokenClaims.Verdict.HONEST ? 0.0 : 1.0);
        }
    }
}
