package network.litewatch.controlplane.assess;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Unit;

/**
 * The catalogue of signals: every quantity that rules, dashboards and documents may name, with its unit, its one
 * definition and the probes that give it. A signal that is not known now is absent, never zero.
 */
public enum Signal {
    PROBE_SUCCESS_RATIO(Unit.RATIO, Probes.ALL, "Share of ok runs among the last 10 that count (ok or failed)"),
    PROBE_SAMPLES(Unit.COUNT, Probes.ALL, "Runs behind probe_success_ratio, at most 10"),
    PROBE_CONSECUTIVE_FAILURES(Unit.COUNT, Probes.ALL, "Failed runs since the last ok one"),
    PROBE_ELAPSED_SECONDS(Unit.SECONDS, Probes.ALL, "Slot to end of the last run that counts"),

    RPC_HEAD_LAG_SECONDS(
            Unit.SECONDS,
            Probes.RPC_HEAD,
            "Timestamp of the newest head that any RPC of the network showed in the last 60 s, less the timestamp of this"
                    + " RPC's head; absent with fewer than two RPCs"),
    RPC_HEAD_LAG_BLOCKS(Unit.BLOCKS, Probes.RPC_HEAD, "As rpc_head_lag_seconds, in block numbers"),
    RPC_HEAD_AGE_SECONDS(Unit.SECONDS, Probes.RPC_HEAD, "Age of the head by its own timestamp"),
    RPC_HEAD_UNCHANGED_SECONDS(Unit.SECONDS, Probes.RPC_HEAD, "How long this RPC has shown the same head"),
    RPC_SAFE_AGE_SECONDS(Unit.SECONDS, Probes.RPC_HEAD, "Age of the safe block; absent where the RPC has no such tag"),
    RPC_FINALIZED_AGE_SECONDS(Unit.SECONDS, Probes.RPC_HEAD, "Age of the finalized block; absent without such a tag"),

    ROUTER_CONNECTED_MINERS(Unit.COUNT, Probes.ROUTER_STATUS, "connected_miners, as the router says it"),
    ROUTER_MINERS(Unit.COUNT, Probes.ROUTER_STATUS, "Nodes that the router lists"),
    ROUTER_ACTIVE_SESSIONS(Unit.COUNT, Probes.ROUTER_STATUS, "active_sessions, as the router says it"),

    CANARY_TTFT_SECONDS(Unit.SECONDS, Probes.MINER_CANARY, "Request sent to first non-empty token, last ok run"),
    CANARY_DECODE_RATE(Unit.TOKENS_PER_SECOND, Probes.MINER_CANARY, "(tokens - 1) / (end to end - TTFT), last ok run"),
    CANARY_DECODE_RATE_RATIO(
            Unit.RATIO,
            Probes.MINER_CANARY,
            "Median decode rate of the last 3 ok runs over the median of up to 60 earlier ones; absent below 5 earlier"),
    CANARY_REFERENCE_SAMPLES(Unit.COUNT, Probes.MINER_CANARY, "Earlier runs behind canary_decode_rate_ratio"),
    CANARY_TOKENS(Unit.TOKENS, Probes.MINER_CANARY, "Tokens that we counted, last ok run"),

    CHAIN_CURSOR_LAG_BLOCKS(
            Unit.BLOCKS,
            Probes.CHAIN_EVENTS,
            "Highest head that any RPC of the network showed, less the last block whose events were read"),
    CHAIN_GAP_SECONDS(
            Unit.SECONDS,
            Probes.CHAIN_EVENTS,
            "How long ago the reading of the chain last had all there was; 0 when it has, and whatever the run's outcome"),
    CHAIN_REORG_DEPTH(Unit.BLOCKS, Probes.CHAIN_EVENTS, "Blocks that the last run found replaced; 0 without a reorg"),
    CHAIN_LOG_MISMATCHES(
            Unit.COUNT,
            Probes.CHAIN_EVENTS,
            "Events that one reading of the same blocks had and another had not, found by the last run");

    private final Unit unit;
    private final String probe;
    private final String definition;

    Signal(Unit unit, String probe, String definition) {
        this.unit = unit;
        this.probe = probe;
        this.definition = definition;
    }

    /** The signal that rules spell {@code name}. */
    public static Optional<Signal> named(String name) {
        return Arrays.stream(values()).filter(s -> s.signalName().equals(name)).findFirst();
    }

    /** Lower-case name, as rules, dashboards and messages spell it. */
    public String signalName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public Unit unit() {
        return unit;
    }

    public String definition() {
        return definition;
    }

    /** Whether observations of {@code probe} give this signal. */
    public boolean givenBy(ProbeId probe) {
        return this.probe.isEmpty() || this.probe.equals(probe.value());
    }

    /** {@code value} with its unit, with as many digits as say something. */
    public String format(double value) {
        String digits = Math.abs(value - Math.rint(value)) < 1e-9
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.2f" : "%.1f", value);
        return unit.symbol().isEmpty() ? digits : digits + " " + unit.symbol();
    }

    private static final class Probes {
        static final String ALL = "";
        static final String RPC_HEAD = "rpc.head";
        static final String ROUTER_STATUS = "router.status";
        static final String MINER_CANARY = "miner.canary";
        static final String CHAIN_EVENTS = "chain.events";
    }
}
