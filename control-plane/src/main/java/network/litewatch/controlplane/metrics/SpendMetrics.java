package network.litewatch.controlplane.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.sampling.CanaryBudget;
import network.litewatch.controlplane.sampling.CanaryBudget.Spent;
import network.litewatch.controlplane.sampling.CanaryPolicy;
import network.litewatch.probe.miner.CanaryKind;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What canaries cost within 60 minutes and within 24 hours, and the caps, of networks whose canaries are sampled. Read from the
 * ledger at each scrape; without the database there are no such series. Thread-safe.
 */
public final class SpendMetrics extends Collector {
    private static final Logger LOG = LoggerFactory.getLogger(SpendMetrics.class);
    private static final List<String> LABELS = List.of("network", "window");
    private static final List<String> BY_KIND = List.of("network", "window", "kind");

    private final Supplier<List<Network>> networks;
    private final CanaryBudget budget;
    private final InstantSource clock;

    /** The series of those of {@code networks}, asked each time, that have a policy. */
    public SpendMetrics(Supplier<List<Network>> networks, CanaryBudget budget, InstantSource clock) {
        this.networks = networks;
        this.budget = budget;
        this.clock = clock;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Families families = new Families();
        for (Network network : networks.get()) {
            network.minerCanaries().policy().ifPresent(policy -> {
                try {
                    add(families, network, "1h", Duration.ofHours(1), policy.hour());
                    add(families, network, "24h", Duration.ofDays(1), policy.day());
                } catch (RuntimeException e) {
                    LOG.warn("what canaries cost cannot be read: {}", e.getMessage());
                }
            });
        }
        return families.all();
    }

    private void add(Families families, Network network, String window, Duration length, CanaryPolicy.Budget cap) {
        String name = network.id().value();
        double tokens = 0;
        double seconds = 0;
        double fees = 0;
        for (Map.Entry<CanaryKind, Spent> kind :
                budget.spent(network.id(), clock.instant().minus(length)).entrySet()) {
            Spent spent = kind.getValue();
            tokens += spent.cost().tokens();
            seconds += spent.cost().gpuSeconds();
            fees += spent.cost().fees().doubleValue();
            List<String> labels = List.of(name, window, kind.getKey().label());
            families.sent.addMetric(labels, (double) spent.canaries());
            families.refused.addMetric(labels, (double) spent.refused());
        }
        List<String> labels = List.of(name, window);
        families.tokens.addMetric(labels, tokens);
        families.seconds.addMetric(labels, seconds);
        double left = Math.min(
                left(tokens, (double) cap.tokens()),
                Math.min(left(seconds, cap.gpuSeconds()), left(fees, cap.fees().doubleValue())));
        families.left.addMetric(labels, left);
    }

    /** Of a cap of nothing, of which nothing was spent, all is left: fees of a network without fees. */
    private static double left(double spent, double cap) {
        return spent == 0 || Double.isInfinite(cap) ? 1 : Math.max(0, 1 - spent / cap);
    }

    private static final class Families {
        private final GaugeMetricFamily tokens = new GaugeMetricFamily(
                "litewatch_canary_spent_tokens", "Tokens that canaries asked and got, the reserved included", LABELS);
        private final GaugeMetricFamily seconds = new GaugeMetricFamily(
                "litewatch_canary_spent_gpu_seconds", "Seconds for which canaries kept miners busy at most", LABELS);
        private final GaugeMetricFamily left = new GaugeMetricFamily(
                "litewatch_canary_budget_left_ratio", "Least share that is left of any cap of the window", LABELS);
        private final GaugeMetricFamily sent =
                new GaugeMetricFamily("litewatch_canary_sent", "Canaries that were sent within the window", BY_KIND);
        private final GaugeMetricFamily refused = new GaugeMetricFamily(
                "litewatch_canary_refused", "Canaries that the budget refused within the window", BY_KIND);

        List<MetricFamilySamples> all() {
            return List.of(tokens, seconds, left, sent, refused);
        }
    }
}
