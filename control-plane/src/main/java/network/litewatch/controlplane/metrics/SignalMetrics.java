package network.litewatch.controlplane.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.SeriesKey;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;

/**
 * The signals that rules judge, one gauge a signal under {@code litewatch_<signal name>}, so that a graph shows the very
 * numbers that an alert speaks of. A signal that is not known now is absent. Beside them stands when each series was last
 * assessed: a value without a fresh time is an old value. Thread-safe.
 */
public final class SignalMetrics extends Collector {
    private static final List<String> LABELS = List.of("probe", "target", "kind", "network");

    private final Iterable<Assessment> latest;
    private final BiPredicate<NetworkId, ProbeId> perTarget;

    /**
     * Reads {@code latest} at each scrape: the newest assessment of every series.
     *
     * @param perTarget whether a probe's targets have series of their own
     */
    public SignalMetrics(Iterable<Assessment> latest, BiPredicate<NetworkId, ProbeId> perTarget) {
        this.latest = latest;
        this.perTarget = perTarget;
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Map<Signal, GaugeMetricFamily> families = new EnumMap<>(Signal.class);
        for (Signal signal : Signal.values()) {
            families.put(
                    signal, new GaugeMetricFamily("litewatch_" + signal.signalName(), signal.definition(), LABELS));
        }
        GaugeMetricFamily assessed = new GaugeMetricFamily(
                "litewatch_assessed_timestamp_seconds", "When the series was last assessed, since 1970", LABELS);
        for (Assessment assessment : latest) {
            SeriesKey key = assessment.key();
            if (!perTarget.test(assessment.network(), key.probe())) {
                continue;
            }
            List<String> labels = List.of(
                    key.probe().value(),
                    key.target().value(),
                    assessment.kind().label(),
                    assessment.network().value());
            assessed.addMetric(labels, assessment.at().toEpochMilli() / 1e3);
            assessment.signals().forEach((signal, value) -> {
                GaugeMetricFamily family = families.get(signal);
                if (family != null) {
                    family.addMetric(labels, value);
                }
            });
        }
        List<MetricFamilySamples> all = new ArrayList<>(families.values());
        all.add(assessed);
        return all;
    }
}
