package network.litewatch.controlplane.assess;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import network.litewatch.controlplane.drift.LevelWatch;
import network.litewatch.controlplane.drift.Ratio;
import network.litewatch.controlplane.drift.SuccessWatch;
import network.litewatch.probe.Observation;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.miner.CanaryKind;
import network.litewatch.probe.router.RouterStatusProbe;
import network.litewatch.probe.rpc.RpcConsistencyProbe;
import network.litewatch.probe.rpc.RpcHeadProbe;
import org.jspecify.annotations.Nullable;

/**
 * The detectors of drift of one series, of the probes that say whether an RPC, a router or a miner works. They begin with its second run. How often
 * it is asked says how many runs a false alarm must be apart; until that is known, they are as many as ever.
 *
 * @param success of the runs that count; null before
 * @param since slot of the first run that speaks for failures having risen; null while none does
 * @param elapsed from the start of a run to its end, of those that are ok and whose probe always asks the same; null before
 * @param pace how often it is asked
 */
public record DriftMemory(
        @Nullable SuccessWatch success,
        @Nullable Instant since,
        @Nullable LevelWatch elapsed,
        Pace pace) {
    static final DriftMemory NONE = new DriftMemory(null, null, null, Pace.UNKNOWN);

    private static final Set<ProbeId> WATCHED = Set.of(
            RpcHeadProbe.ID,
            RpcConsistencyProbe.ID,
            RouterStatusProbe.ID,
            CanaryKind.PING.id(),
            CanaryKind.RATE.id(),
            CanaryKind.IDENTITY.id());
    private static final Set<ProbeId> TIMED = Set.of(RpcHeadProbe.ID, RouterStatusProbe.ID);
    private static final double LEAST_SECONDS = 1e-6;

    public DriftMemory {
        // A checkpoint of before it was kept may stand on a single gap: it is learnt anew.
        pace = pace == null ? Pace.UNKNOWN : pace;
    }

    /** After a run that is newer than the one of {@code lastSlot}. */
    DriftMemory step(Observation observation, Instant lastSlot, DriftPolicy policy) {
        if (!WATCHED.contains(observation.probe()) || lastSlot.equals(Instant.MIN)) {
            return this;
        }
        DriftMemory paced = paced(Duration.between(lastSlot, observation.slot()), policy);
        boolean ok = observation.outcome().isOk();
        // A canary that failed counts when it is known whose failure it was.
        boolean counts = observation.outcome().counts() && (ok || observation.kind() != TargetKind.MINER);
        return counts ? paced.counted(observation, policy) : paced;
    }

    /** The detectors are set once the pace is known, and again after an upgrade from before it was kept. */
    private DriftMemory paced(Duration gap, DriftPolicy policy) {
        if (pace.known()) {
            return this;
        }
        Pace next = pace.after(gap);
        if (!next.known()) {
            return new DriftMemory(success, since, elapsed, next);
        }
        double between = policy.between(next);
        return new DriftMemory(
                success == null ? null : success.withBetween(between),
                since,
                elapsed == null ? null : elapsed.withBetween(between),
                next);
    }

    private DriftMemory counted(Observation observation, DriftPolicy policy) {
        boolean ok = observation.outcome().isOk();
        SuccessWatch before = success == null ? SuccessWatch.before(policy.promised(), policy.between(pace)) : success;
        DriftMemory next = counted(before.after(ok), observation.slot());
        if (!ok || !TIMED.contains(observation.probe())) {
            return next;
        }
        double seconds =
                Duration.between(observation.startedAt(), observation.endedAt()).toNanos() / 1e9;
        return new DriftMemory(
                next.success(),
                next.since(),
                (elapsed == null ? LevelWatch.before(policy.between(pace)) : elapsed)
                        .after(observation.endedAt(), Math.max(LEAST_SECONDS, seconds)),
                pace);
    }

    /** After a failed canary, of that slot, that is the miner's own. */
    DriftMemory failed(Instant slot) {
        return success == null ? this : counted(success.after(false), slot);
    }

    private DriftMemory counted(SuccessWatch next, Instant slot) {
        // One run of canaries ends with a canary of its own, before the next begins.
        Instant from = since == null ? slot : since;
        return new DriftMemory(next, next.since() == null ? null : from, elapsed, pace);
    }

    /** Evidence that it fails more than promised; 0 before the first run that counts. */
    double evidence() {
        return success == null ? 0 : success.evidence();
    }

    /** Adds what is known of success; {@code believedFrom} is the evidence from which on one of many series is believed. */
    void addSuccess(Instant now, double believedFrom, Map<Signal, Double> signals) {
        if (success == null) {
            return;
        }
        signals.put(Signal.PROBE_FAILING, success.failing() ? 1.0 : 0.0);
        signals.put(Signal.PROBE_FAILING_FLEET, success.failing() && success.evidence() >= believedFrom ? 1.0 : 0.0);
        if (since != null) {
            signals.put(Signal.PROBE_FAILED_SINCE_SECONDS, seconds(since, now));
        }
        SuccessWatch.Run run = success.since();
        if (run != null) {
            Ratio failed = Ratio.of(run.failures(), run.count());
            signals.put(Signal.PROBE_FAILED_RATIO, failed.value());
            signals.put(Signal.PROBE_FAILED_RATIO_LOW, failed.low());
            signals.put(Signal.PROBE_FAILED_RATIO_HIGH, failed.high());
            signals.put(Signal.PROBE_FAILED_SAMPLES, (double) failed.samples());
        }
    }

    /** Adds what is known of the time that runs take. */
    void addElapsed(Instant now, Map<Signal, Double> signals) {
        if (elapsed == null) {
            return;
        }
        elapsed.ratio().ifPresent(ratio -> {
            signals.put(Signal.LATENCY_ROSE, elapsed.shift() == null ? 0.0 : 1.0);
            signals.put(Signal.LATENCY_RATIO, ratio.value());
            signals.put(Signal.LATENCY_RATIO_LOW, ratio.low());
            signals.put(Signal.LATENCY_RATIO_HIGH, ratio.high());
            signals.put(Signal.LATENCY_SAMPLES, (double) ratio.samples());
        });
        LevelWatch.Shift shift = elapsed.shift();
        if (shift != null) {
            signals.put(Signal.LATENCY_SINCE_SECONDS, seconds(shift.at(), now));
        }
    }

    private static double seconds(Instant from, Instant to) {
        return Math.max(0, Duration.between(from, to).toMillis() / 1e3);
    }
}
