package network.litewatch.controlplane.assess;

import java.util.Map;
import java.util.Set;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;

/** The signals that are what a run measured, and nothing more. */
final class MeasuredSignals {
    // What a failed run shows as well as one that is ok: it may be the very reason.
    private static final Set<Measurement> WHATEVER_THE_OUTCOME = Set.of(
            Measurement.RPC_BURST_BACKWARDS_RATIO,
            Measurement.RPC_BURST_BACKWARDS_BLOCKS,
            Measurement.RPC_HEAD_READABLE,
            Measurement.RPC_ARCHIVE_READABLE,
            Measurement.ROUTER_DEFAULT_TOKEN_ACCEPTED,
            Measurement.ROUTER_OPEN_ROUTES,
            Measurement.ROUTER_EXPOSED_ROUTES,
            Measurement.HTTP_STATUS_CODE,
            Measurement.TLS_EXPIRY,
            Measurement.TLS_VERSION,
            Measurement.DNS_RCODE,
            Measurement.DNS_ANSWERS,
            // Numbers of our own: the reading of a chain is most behind when no RPC answers.
            Measurement.HEARTBEAT_PENDING,
            Measurement.HEARTBEAT_SPENT,
            Measurement.HEARTBEAT_CAP_RATIO,
            Measurement.CHAIN_CURSOR_LAG,
            Measurement.CHAIN_GAP,
            Measurement.CHAIN_REORG_DEPTH,
            Measurement.CHAIN_REORG_WITNESSES,
            Measurement.CHAIN_LOG_MISMATCHES);

    private static final Map<Measurement, Signal> MEASURED = Map.ofEntries(
            Map.entry(Measurement.RPC_HEAD_AGE, Signal.RPC_HEAD_AGE_SECONDS),
            Map.entry(Measurement.RPC_SAFE_AGE, Signal.RPC_SAFE_AGE_SECONDS),
            Map.entry(Measurement.RPC_FINALIZED_AGE, Signal.RPC_FINALIZED_AGE_SECONDS),
            Map.entry(Measurement.ROUTER_CONNECTED_MINERS, Signal.ROUTER_CONNECTED_MINERS),
            Map.entry(Measurement.ROUTER_MINERS, Signal.ROUTER_MINERS),
            Map.entry(Measurement.ROUTER_ACTIVE_SESSIONS, Signal.ROUTER_ACTIVE_SESSIONS),
            Map.entry(Measurement.ROUTER_CHAIN_SESSIONS, Signal.ROUTER_CHAIN_SESSIONS),
            Map.entry(Measurement.ROUTER_SESSIONS_DIFFERENCE, Signal.ROUTER_SESSIONS_DIFFERENCE),
            Map.entry(Measurement.ROUTER_PRIVATE_ENDPOINTS, Signal.ROUTER_PRIVATE_ENDPOINTS),
            Map.entry(Measurement.ROUTER_DEFAULT_TOKEN_ACCEPTED, Signal.ROUTER_DEFAULT_TOKEN_ACCEPTED),
            Map.entry(Measurement.ROUTER_OPEN_ROUTES, Signal.ROUTER_OPEN_ROUTES),
            Map.entry(Measurement.ROUTER_EXPOSED_ROUTES, Signal.ROUTER_EXPOSED_ROUTES),
            Map.entry(Measurement.INDEXER_SESSIONS, Signal.INDEXER_SESSIONS),
            Map.entry(Measurement.INDEXER_TASKS, Signal.INDEXER_TASKS),
            Map.entry(Measurement.INDEXER_ACTIVE_NODES, Signal.INDEXER_ACTIVE_NODES),
            Map.entry(Measurement.INDEXER_NODES, Signal.INDEXER_NODES),
            Map.entry(Measurement.INDEXER_NETWORK_TASK, Signal.INDEXER_NETWORK_TASK),
            Map.entry(Measurement.INDEXER_LAST_ACTIVE_AGE, Signal.INDEXER_LAST_ACTIVE_AGE_SECONDS),
            Map.entry(Measurement.INDEXER_CHAIN_SESSIONS, Signal.INDEXER_CHAIN_SESSIONS),
            Map.entry(Measurement.INDEXER_CHAIN_NETWORK_TASK, Signal.INDEXER_CHAIN_NETWORK_TASK),
            Map.entry(Measurement.CANARY_TTFT, Signal.CANARY_TTFT_SECONDS),
            Map.entry(Measurement.CANARY_DECODE_RATE, Signal.CANARY_DECODE_RATE),
            Map.entry(Measurement.CANARY_TOKENS, Signal.CANARY_TOKENS),
            Map.entry(Measurement.RPC_BURST_BACKWARDS_RATIO, Signal.RPC_BURST_BACKWARDS_RATIO),
            Map.entry(Measurement.RPC_BURST_BACKWARDS_BLOCKS, Signal.RPC_BURST_BACKWARDS_BLOCKS),
            Map.entry(Measurement.RPC_HEAD_READABLE, Signal.RPC_HEAD_READABLE),
            Map.entry(Measurement.RPC_ARCHIVE_READABLE, Signal.RPC_ARCHIVE_READABLE),
            Map.entry(Measurement.RPC_LOGS_RANGE, Signal.RPC_LOGS_RANGE_BLOCKS),
            Map.entry(Measurement.HEARTBEAT_TIME, Signal.HEARTBEAT_SECONDS),
            Map.entry(Measurement.HEARTBEAT_PENDING, Signal.HEARTBEAT_PENDING_SECONDS),
            Map.entry(Measurement.HEARTBEAT_SPENT, Signal.HEARTBEAT_SPENT),
            Map.entry(Measurement.HEARTBEAT_CAP_RATIO, Signal.HEARTBEAT_CAP_RATIO),
            Map.entry(Measurement.ROLLUP_BATCH_AGE, Signal.ROLLUP_BATCH_AGE_SECONDS),
            Map.entry(Measurement.ROLLUP_DAC_FALLBACK, Signal.ROLLUP_DAC_FALLBACK),
            Map.entry(Measurement.ROLLUP_UNCONFIRMED, Signal.ROLLUP_UNCONFIRMED_BLOCKS),
            Map.entry(Measurement.ROLLUP_UNCONFIRMED_RATIO, Signal.ROLLUP_UNCONFIRMED_RATIO),
            Map.entry(Measurement.RETRYABLES_OPEN, Signal.RETRYABLES_OPEN),
            Map.entry(Measurement.RETRYABLE_LEFT, Signal.RETRYABLE_LEFT_SECONDS),
            Map.entry(Measurement.PUSH_MESSAGES, Signal.PUSH_MESSAGES),
            Map.entry(Measurement.PUSH_LAG, Signal.PUSH_LAG_SECONDS),
            Map.entry(Measurement.WALLET_BALANCE, Signal.WALLET_BALANCE),
            Map.entry(Measurement.WALLET_FLOOR_RATIO, Signal.WALLET_FLOOR_RATIO),
            Map.entry(Measurement.WALLET_PENDING, Signal.WALLET_PENDING),
            Map.entry(Measurement.RPC_GAS_PRICE, Signal.RPC_GAS_PRICE),
            Map.entry(Measurement.HTTP_STATUS_CODE, Signal.HTTP_STATUS_CODE),
            Map.entry(Measurement.HTTP_BODY_BYTES, Signal.HTTP_BODY_BYTES),
            Map.entry(Measurement.TLS_EXPIRY, Signal.TLS_EXPIRY_SECONDS),
            Map.entry(Measurement.TLS_VERSION, Signal.TLS_VERSION),
            Map.entry(Measurement.DNS_RCODE, Signal.DNS_RCODE),
            Map.entry(Measurement.DNS_ANSWERS, Signal.DNS_ANSWERS),
            Map.entry(Measurement.VANTAGE_SILENT, Signal.VANTAGE_SILENT_SECONDS),
            Map.entry(Measurement.VANTAGE_BACKLOG, Signal.VANTAGE_BACKLOG),
            Map.entry(Measurement.VANTAGE_OLDEST_UNSENT, Signal.VANTAGE_OLDEST_UNSENT_SECONDS),
            Map.entry(Measurement.VANTAGE_DROPPED, Signal.VANTAGE_DROPPED),
            Map.entry(Measurement.VANTAGE_DROP_AGE, Signal.VANTAGE_SINCE_DROP_SECONDS),
            Map.entry(Measurement.VANTAGE_CLOCK_SKEW, Signal.VANTAGE_CLOCK_SKEW_SECONDS),
            Map.entry(Measurement.SLO_OBJECTIVE, Signal.SLO_OBJECTIVE),
            Map.entry(Measurement.SLO_SAMPLES, Signal.SLO_SAMPLES),
            Map.entry(Measurement.SLO_GOOD, Signal.SLO_GOOD_RATIO),
            Map.entry(Measurement.SLO_GOOD_LOW, Signal.SLO_GOOD_RATIO_LOW),
            Map.entry(Measurement.SLO_GOOD_HIGH, Signal.SLO_GOOD_RATIO_HIGH),
            Map.entry(Measurement.SLO_BUDGET_LEFT, Signal.SLO_BUDGET_LEFT_RATIO),
            Map.entry(Measurement.SLO_BUDGET_LEFT_LOW, Signal.SLO_BUDGET_LEFT_RATIO_LOW),
            Map.entry(Measurement.SLO_BUDGET_LEFT_HIGH, Signal.SLO_BUDGET_LEFT_RATIO_HIGH),
            Map.entry(Measurement.SLO_BURN_RATE, Signal.SLO_BURN_RATE),
            Map.entry(Measurement.SLO_BURN_RATE_LOW, Signal.SLO_BURN_RATE_LOW),
            Map.entry(Measurement.SLO_BURN_RATE_HIGH, Signal.SLO_BURN_RATE_HIGH),
            Map.entry(Measurement.SLO_BURN_PAGE, Signal.SLO_BURN_PAGE),
            Map.entry(Measurement.SLO_BURN_TICKET, Signal.SLO_BURN_TICKET),
            Map.entry(Measurement.DRILL_PROVED, Signal.DRILL_PROVED),
            Map.entry(Measurement.DRILL_UNPROVED, Signal.DRILL_UNPROVED_INTERVALS),
            Map.entry(Measurement.DRILL_FAILED, Signal.DRILL_FAILED),
            Map.entry(Measurement.ROUTER_MINERS_UNLISTED, Signal.ROUTER_MINERS_UNLISTED),
            Map.entry(Measurement.ONCHAIN_LEVEL, Signal.ONCHAIN_LEVEL),
            Map.entry(Measurement.ONCHAIN_SCORE, Signal.ONCHAIN_SCORE),
            Map.entry(Measurement.STAKE_AMOUNT, Signal.STAKE_AMOUNT),
            Map.entry(Measurement.STAKE_AGE, Signal.STAKE_AGE_SECONDS),
            Map.entry(Measurement.REPUTATION_LOWER, Signal.REPUTATION_LOWER),
            Map.entry(Measurement.REPUTATION_POINT, Signal.REPUTATION_POINT),
            Map.entry(Measurement.REPUTATION_UPPER, Signal.REPUTATION_UPPER),
            Map.entry(Measurement.REPUTATION_KNOWN, Signal.REPUTATION_KNOWN),
            Map.entry(Measurement.REPUTATION_DROP, Signal.REPUTATION_DROP),
            Map.entry(Measurement.REPUTATION_DRIFT, Signal.REPUTATION_DRIFT),
            Map.entry(Measurement.REPUTATION_FLEET_NODES, Signal.REPUTATION_FLEET_NODES),
            Map.entry(Measurement.REPUTATION_FLEET_DRIFT, Signal.REPUTATION_FLEET_DRIFT),
            Map.entry(Measurement.CHAIN_CURSOR_LAG, Signal.CHAIN_CURSOR_LAG_BLOCKS),
            Map.entry(Measurement.CHAIN_GAP, Signal.CHAIN_GAP_SECONDS),
            Map.entry(Measurement.CHAIN_REORG_DEPTH, Signal.CHAIN_REORG_DEPTH),
            Map.entry(Measurement.CHAIN_REORG_WITNESSES, Signal.CHAIN_REORG_WITNESSES),
            Map.entry(Measurement.CHAIN_LOG_MISMATCHES, Signal.CHAIN_LOG_MISMATCHES));

    private MeasuredSignals() {}

    /** Adds those of {@code observation} to {@code signals}. */
    static void add(Observation observation, Map<Signal, Double> signals) {
        boolean ok = observation.outcome().isOk();
        observation.finding().measurements().forEach((measurement, value) -> {
            Signal signal = MEASURED.get(measurement);
            if (signal != null && (ok || WHATEVER_THE_OUTCOME.contains(measurement))) {
                signals.put(signal, value);
            }
        });
    }
}
