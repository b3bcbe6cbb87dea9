package network.litewatch.controlplane.noise;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.commons.math3.distribution.PoissonDistribution;

/**
 * How often an alert may fire before it is noise, as {@code expected_rate} of a runbook says it: {@code <= 2/week per miner}.
 *
 * @param times at most, above 0
 * @param period in which
 * @param per of what there is one such rate
 */
public record ExpectedRate(int times, Duration period, Per per) {
    private static final Pattern FORM =
            Pattern.compile("<= ([1-9][0-9]{0,3})/(day|week|month|quarter|year)(?: per ([A-Za-z]+))?");
    private static final Map<String, Duration> PERIODS = Map.of(
            "day", Duration.ofDays(1),
            "week", Duration.ofDays(7),
            "month", Duration.ofDays(30),
            "quarter", Duration.ofDays(91),
            "year", Duration.ofDays(365));
    private static final Set<String> TARGETS =
            Set.of("agent", "drill", "endpoint", "indexer", "miner", "router", "rpc", "slo", "target", "wallet");
    private static final Set<String> NETWORKS = Set.of("fleet", "network");

    /** Of what there is one rate. */
    public enum Per {
        TARGET,
        NETWORK,
        /** One for all. */
        ALL
    }

    /** Reads {@code text}; empty where it is written for people only, as "never after a router's first day". */
    public static Optional<ExpectedRate> parse(String text) {
        Matcher m = FORM.matcher(text.strip());
        if (!m.matches()) {
            return Optional.empty();
        }
        String of = m.group(3) == null ? "" : m.group(3).toLowerCase(Locale.ROOT);
        Optional<Per> per = of.isEmpty()
                ? Optional.of(Per.ALL)
                : TARGETS.contains(of)
                        ? Optional.of(Per.TARGET)
                        : NETWORKS.contains(of) ? Optional.of(Per.NETWORK) : Optional.empty();
        Duration period = PERIODS.getOrDefault(m.group(2), Duration.ZERO);
        return per.map(p -> new ExpectedRate(Integer.parseInt(m.group(1)), period, p));
    }

    /** How often it may fire within {@code window}, on average; above 0. */
    public double within(Duration window) {
        return times * (double) window.toMillis() / period.toMillis();
    }

    /**
     * How likely {@code fired} times or more are within {@code window} where no more than the rate is to be expected, in [0, 1]: firings as
     * a Poisson process, which is kind to bursts of one cause no more than people are.
     */
    public double chance(long fired, Duration window) {
        return fired <= 0
                ? 1
                : 1
                        - new PoissonDistribution(within(window))
                                .cumulativeProbability((int) Math.min(fired, 1_000_000) - 1);
    }
}
