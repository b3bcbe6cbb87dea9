package network.litewatch.controlplane.metrics;

import io.prometheus.client.Collector;
import io.prometheus.client.GaugeMetricFamily;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.edge.EdgeKind;

/**
 * The last run of every endpoint under the names of blackbox_exporter, so that its dashboards and rules read ours as they
 * are. ({@code probe_success} and {@code probe_duration_seconds} are with the other probes.) What the last run did not show
 * is absent. Thread-safe.
 */
public final class EdgeMetrics extends Collector {
    private static final List<String> LABELS = List.of("probe", "target", "kind", "network");
    private static final Map<Measurement, String> NAMES = Map.of(
            Measurement.HTTP_STATUS_CODE, "probe_http_status_code",
            Measurement.HTTP_CONTENT_LENGTH, "probe_http_content_length",
            Measurement.HTTP_BODY_BYTES, "probe_http_uncompressed_body_length",
            Measurement.DNS_ANSWERS, "probe_dns_answer_rrs",
            Measurement.DNS_AUTHORITY, "probe_dns_authority_rrs",
            Measurement.DNS_ADDITIONAL, "probe_dns_additional_rrs");

    // One entry a configured endpoint.
    private final Map<Series, Observation> latest = new ConcurrentHashMap<>();

    private final BiPredicate<NetworkId, ProbeId> perTarget;

    /** Metrics of the endpoints of those probes whose targets have series of their own. */
    public EdgeMetrics(BiPredicate<NetworkId, ProbeId> perTarget) {
        this.perTarget = perTarget;
    }

    private record Series(ProbeId probe, TargetId target) {}

    /** Takes over a run; those of other kinds of target, and those that were not run, change nothing. */
    public void observed(Observation observation) {
        if (observation.kind() == TargetKind.ENDPOINT
                && observation.outcome().kind() != Outcome.Kind.NOT_RUN
                && perTarget.test(observation.network(), observation.probe())) {
            latest.put(new Series(observation.probe(), observation.target()), observation);
        }
    }

    /** Forgets an endpoint that is probed no more. */
    public void forget(ProbeId probe, TargetId target) {
        latest.remove(new Series(probe, target));
    }

    @Override
    public List<MetricFamilySamples> collect() {
        Families families = new Families();
        latest.values().forEach(observation -> add(observation, families));
        return families.all();
    }

    private static void add(Observation observation, Families to) {
        List<String> labels = List.of(
                observation.probe().value(),
                observation.target().value(),
                observation.kind().label(),
                observation.network().value());
        Map<Measurement, Double> seen = observation.finding().measurements();
        NAMES.forEach((measurement, name) -> {
            Double value = seen.get(measurement);
            if (value != null) {
                to.add(name, measurement.definition(), labels, value);
            }
        });
        Double expiry = seen.get(Measurement.TLS_EXPIRY);
        if (expiry != null) {
            // To the second, as certificates have it: the way from the probe to here must not make it waver.
            to.add(
                    "probe_ssl_earliest_cert_expiry",
                    "When the first certificate that the server sent expires, seconds since 1970",
                    labels,
                    Math.rint(observation.endedAt().toEpochMilli() / 1e3 + expiry));
        }
        Double version = seen.get(Measurement.TLS_VERSION);
        if (version != null) {
            to.add("probe_tls_version_info", "TLS version that was spoken", labels, "version", "TLS " + version, 1);
        }
        if (!observation.outcome().isOk()) {
            String reason = observation.outcome().reason().label();
            to.add("probe_failure_info", "Why the last run was not ok", labels, "reason", reason, 1);
        }
        phases(observation, labels, to);
    }

    private static void phases(Observation observation, List<String> labels, Families to) {
        boolean dns = observation.probe().equals(EdgeKind.DNS.id());
        String name = dns ? "probe_dns_duration_seconds" : "probe_http_duration_seconds";
        boolean staged = dns
                || observation.probe().equals(EdgeKind.HTTP.id())
                || observation.probe().equals(EdgeKind.WEBSOCKET.id());
        observation.finding().phases().forEach((phase, length) -> {
            if (phase == Phase.RESOLVE) {
                to.add("probe_dns_lookup_time_seconds", "Name of the target to addresses", labels, seconds(length));
            }
            if (staged) {
                String label = dns && phase == Phase.PROCESSING ? "request" : phase.label();
                to.add(name, "Stretches of the last run", labels, "phase", label, seconds(length));
            }
        });
    }

    private static double seconds(Duration length) {
        return length.toNanos() / 1e9;
    }

    private static final class Families {
        private final Map<String, GaugeMetricFamily> byName = new LinkedHashMap<>();

        void add(String name, String help, List<String> labels, double value) {
            byName.computeIfAbsent(name, n -> new GaugeMetricFamily(n, help, LABELS))
                    .addMetric(labels, value);
        }

        void add(String name, String help, List<String> labels, String more, String label, double value) {
            List<String> names = new ArrayList<>(LABELS);
            names.add(more);
            List<String> values = new ArrayList<>(labels);
            values.add(label);
            byName.computeIfAbsent(name, n -> new GaugeMetricFamily(n, help, names))
                    .addMetric(values, value);
        }

        List<MetricFamilySamples> all() {
            return new ArrayList<>(byName.values());
        }
    }
}
