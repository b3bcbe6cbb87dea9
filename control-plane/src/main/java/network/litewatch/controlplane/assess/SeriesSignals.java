package network.litewatch.controlplane.assess;

import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetKind;

/** What a series says after a run; signals across series are added by {@link Fleet}. */
final class SeriesSignals {
    private SeriesSignals() {}

    /**
     * What is known of a series' success, which a verdict on an earlier run may change; {@code believedFrom} is the evidence from
     * which on one of many is believed.
     */
    static Map<Signal, Double> ofSuccess(SeriesState state, Instant now, double believedFrom) {
        Map<Signal, Double> signals = new EnumMap<>(Signal.class);
        state.success().ratio().ifPresent(ratio -> signals.put(Signal.PROBE_SUCCESS_RATIO, ratio));
        signals.put(Signal.PROBE_SAMPLES, (double) state.success().runs());
        signals.put(Signal.PROBE_CONSECUTIVE_FAILURES, (double) state.consecutiveFailures());
        state.drift().addSuccess(now, believedFrom, signals);
        return signals;
    }

    /** What the series of {@code state} alone says after {@code observation}, which it has seen. */
    static Map<Signal, Double> of(SeriesState state, Observation observation, SpeedTable table, double believedFrom) {
        Map<Signal, Double> signals = ofSuccess(state, observation.endedAt(), believedFrom);
        if (observation.outcome().isOk()) {
            state.drift().addElapsed(observation.endedAt(), signals);
        }
        if (observation.outcome().counts()) {
            signals.put(Signal.PROBE_ELAPSED_SECONDS, observation.elapsed().toNanos() / 1e9);
        }
        if (Double.isFinite(state.reasons().malformed())) {
            signals.put(Signal.PROBE_MALFORMED_RATIO, state.reasons().malformed());
        }
        if (observation.kind() == TargetKind.RPC && observation.outcome().counts()) {
            signals.put(Signal.RPC_WRONG_CHAIN, observation.outcome().reason() == Reason.WRONG_CHAIN ? 1.0 : 0.0);
        }
        signals.putAll(limits(state, observation));
        MeasuredSignals.add(observation, signals);
        if (observation.finding().measurements().containsKey(Measurement.WALLET_REVERTED)) {
            signals.put(Signal.WALLET_REVERTS, (double) state.reverts().seen().size());
        }
        WalletSpend wallet = state.wallet();
        if (wallet != null && observation.outcome().isOk()) {
            signals.put(Signal.WALLET_STUCK_SECONDS, wallet.waitingSeconds(observation.endedAt()));
            wallet.daysLeft().ifPresent(days -> signals.put(Signal.WALLET_DAYS_LEFT, days));
            signals.put(Signal.WALLET_SPEND_HOURS, (double) wallet.hours().size());
        }
        if (observation.finding().measurements().containsKey(Measurement.PUSH_HTTP_RISE)) {
            signals.put(Signal.PUSH_SILENT_SECONDS, state.push().seconds());
        }
        state.heartbeats().p95().ifPresent(p95 -> {
            signals.put(Signal.HEARTBEAT_P95_SECONDS, p95);
            signals.put(Signal.HEARTBEAT_SAMPLES, (double)
                    state.heartbeats().seconds().size());
        });
        chainSignals(state, observation, signals);
        if (observation.outcome().isOk()) {
            state.reconciled().addTo(signals, observation.finding().measurements());
        }
        Double price = observation.finding().measurements().get(Measurement.RPC_GAS_PRICE);
        if (price != null && observation.outcome().isOk()) {
            state.fees().ratio(price).ifPresent(ratio -> signals.put(Signal.RPC_GAS_PRICE_RATIO, ratio));
            signals.put(
                    Signal.RPC_GAS_PRICE_SAMPLES, (double) state.fees().hours().size());
        }
        if (observation.kind() == TargetKind.MINER && observation.outcome().isOk()) {
            CanarySignals.add(state, observation.endedAt(), table, signals);
        }
        return signals;
    }

    /** What a slot in which the target was left alone says all the same: how long nothing is known, and why. */
    static Map<Signal, Double> limits(SeriesState state, Observation observation) {
        Map<Signal, Double> signals = new EnumMap<>(Signal.class);
        signals.put(Signal.PROBE_UNKNOWN_SECONDS, unknownSeconds(state, observation));
        signals.put(Signal.PROBE_UNKNOWN_RUNS, (double) state.reasons().unknown());
        signals.put(Signal.PROBE_WINDOW_RUNS, (double) state.reasons().runs().length());
        if (observation.kind() == TargetKind.RPC) {
            signals.put(Signal.RPC_THROTTLED_RATIO, state.reasons().throttled());
        }
        return signals;
    }

    /** What is remembered of batches, ranges and claims. */
    private static void chainSignals(SeriesState state, Observation observation, Map<Signal, Double> signals) {
        if (observation.kind() == TargetKind.INDEXER && observation.outcome().isOk()) {
            state.claims().addTo(signals, observation.finding().measurements(), observation.endedAt());
        }
        if (observation.finding().measurements().containsKey(Measurement.ROLLUP_HEAD_TIMESTAMP)
                && observation.outcome().isOk()) {
            Instant at = observation.endedAt();
            signals.put(Signal.ROLLUP_UNPOSTED_SECONDS, state.batches().seconds(at));
            signals.put(Signal.ROLLUP_UNASSERTED_SECONDS, state.assertions().seconds(at));
            Double every = observation.finding().measurements().get(Measurement.ROLLUP_ASSERTION_EVERY);
            if (every != null && every > 0) {
                signals.put(Signal.ROLLUP_UNASSERTED_RATIO, state.assertions().seconds(at) / every);
            }
        }
        Double range = observation.finding().measurements().get(Measurement.RPC_LOGS_RANGE);
        if (range != null && observation.outcome().isOk()) {
            signals.put(Signal.RPC_LOGS_RANGE_BEST_BLOCKS, state.logsRanges().best());
            signals.put(Signal.RPC_LOGS_RANGE_RATIO, range / state.logsRanges().best());
        }
    }

    private static double unknownSeconds(SeriesState state, Observation observation) {
        Instant concluded = state.concludedAt();
        return concluded == null
                ? 0
                : Math.max(0, Duration.between(concluded, observation.endedAt()).toMillis() / 1e3);
    }
}
