package network.litewatch.controlplane.assess;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;

/**
 * What a signal can be, as far as its definition says so.
 *
 * @param low least value; infinite where there is none
 * @param high greatest value; infinite where there is none
 * @param whole whether it is a whole number always
 */
public record Range(double low, double high, boolean whole) {
    /** Any number at all. */
    public static final Range ANY = new Range(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, false);

    private static final Range SHARE = new Range(0, 1, false);
    private static final Range FLAG = upTo(1);
    private static final Map<Signal, Range> KNOWN = known();

    /** Of {@code signal}. */
    public static Range of(Signal signal) {
        return KNOWN.getOrDefault(signal, ANY);
    }

    /** Whether signals of one run can be {@code values} at once, where each can be by itself. */
    public static boolean together(Map<Signal, Double> values) {
        Double samples = values.get(Signal.PROBE_SAMPLES);
        Double failures = values.get(Signal.PROBE_CONSECUTIVE_FAILURES);
        // Failures in a row are runs that count: five of them are not among one.
        return samples == null || failures == null || samples >= Math.min(SuccessWindow.SIZE, failures);
    }

    public boolean has(double value) {
        return value >= low && value <= high && (!whole || value == Math.rint(value));
    }

    /** Its least and its greatest value, as far as there is one. */
    public List<Double> ends() {
        return DoubleStream.of(low, high).filter(Double::isFinite).boxed().toList();
    }

    /** As {@code 0 to 10}, or {@code 0 or more}. */
    @Override
    public String toString() {
        String least = Double.isFinite(low) ? String.format(Locale.ROOT, "%.0f", low) : "any";
        return Double.isFinite(high) ? least + " to " + String.format(Locale.ROOT, "%.0f", high) : least + " or more";
    }

    private static Range upTo(double most) {
        return new Range(0, most, true);
    }

    private static Map<Signal, Range> known() {
        Map<Signal, Range> known = new EnumMap<>(Signal.class);
        Arrays.stream(Signal.values())
                .filter(s ->
                        s.definition().startsWith("1 when ") || s.definition().startsWith("1 while "))
                .forEach(s -> known.put(s, FLAG));
        Stream.of(
                        Signal.PROBE_SUCCESS_RATIO,
                        Signal.PROBE_MALFORMED_RATIO,
                        Signal.PROBE_FAILED_RATIO,
                        Signal.PROBE_FAILED_RATIO_LOW,
                        Signal.PROBE_FAILED_RATIO_HIGH,
                        Signal.RPC_THROTTLED_RATIO,
                        Signal.RPC_BURST_BACKWARDS_RATIO,
                        Signal.CANARY_COLD_RATIO,
                        Signal.CANARY_COLD_RATIO_LOW,
                        Signal.CANARY_RIGHT_RATIO,
                        Signal.CANARY_IDENTITY_LOW_RATIO,
                        Signal.REPUTATION_KNOWN,
                        Signal.ONCHAIN_SUCCESS_RATIO,
                        Signal.ONCHAIN_SUCCESS_RATIO_LOW,
                        Signal.ONCHAIN_SUCCESS_RATIO_HIGH,
                        Signal.ONCHAIN_MEASURED_RATIO,
                        Signal.ONCHAIN_MEASURED_RATIO_LOW,
                        Signal.ONCHAIN_MEASURED_RATIO_HIGH,
                        Signal.SLO_GOOD_RATIO,
                        Signal.SLO_GOOD_RATIO_LOW,
                        Signal.SLO_GOOD_RATIO_HIGH)
                .forEach(s -> known.put(s, SHARE));
        known.put(Signal.PROBE_SAMPLES, upTo(SuccessWindow.SIZE));
        known.put(Signal.PROBE_WINDOW_RUNS, upTo(ReasonWindow.SIZE));
        known.put(Signal.PROBE_UNKNOWN_RUNS, upTo(ReasonWindow.SIZE));
        known.put(Signal.LATENCY_SAMPLES, upTo(32));
        known.put(Signal.WALLET_SPEND_HOURS, upTo(168));
        known.put(Signal.HEARTBEAT_SAMPLES, upTo(20));
        known.put(Signal.RETRYABLES_OPEN, upTo(32));
        known.put(Signal.CANARY_CACHE_SAMPLES, upTo(20));
        Range count = new Range(0, Double.POSITIVE_INFINITY, true);
        Stream.of(
                        Signal.PROBE_CONSECUTIVE_FAILURES,
                        Signal.RPC_WITNESSES,
                        Signal.CHAIN_WITNESSES,
                        Signal.CHAIN_REORG_WITNESSES,
                        Signal.RPC_ANCHOR_MISMATCHES,
                        Signal.WALLET_REVERTS,
                        Signal.CHAIN_LOG_MISMATCHES)
                .forEach(s -> known.put(s, count));
        return known;
    }
}
