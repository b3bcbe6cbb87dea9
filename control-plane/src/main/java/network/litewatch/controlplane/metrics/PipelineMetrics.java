package network.litewatch.controlplane.metrics;

import com.codahale.metrics.MetricRegistry;
import io.prometheus.client.Collector;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.prometheus.client.dropwizard.DropwizardExports;
import io.prometheus.client.hotspot.DefaultExports;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.function.DoubleSupplier;
import network.litewatch.controlplane.ingest.BulkTarget.Verdict;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Phase;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;
import network.litewatch.probe.chain.ChainEvent;

/**
 * What the service says of its probes and of itself. Label sets are bounded: configured targets and enums, never text that
 * a target sent. Thread-safe.
 */
public final class PipelineMetrics {
    private static final String[] TARGET = {"probe", "target", "kind", "network"};

    private final CollectorRegistry registry = new CollectorRegistry(true);
    private final Gauge success = gauge("probe_success", "1 when the last run that counts was ok, else 0", TARGET);
    private final Gauge duration = gauge("probe_duration_seconds", "Slot to end of the last run that counts", TARGET);
    private final Gauge phases = gauge(
            "probe_phase_duration_seconds", "Stretches of the last run", "probe", "target", "kind", "network", "phase");
    private final Counter runs = Counter.build()
            .name("litewatch_probe_runs_total")
            .help("Runs by how they ended")
            .labelNames("probe", "network", "outcome", "reason")
            .register(registry);
    private final Histogram elapsed = Histogram.build()
            .name("litewatch_probe_run_seconds")
            .help("Slot to end of the runs that count, of all targets")
            .labelNames("probe", "network")
            .buckets(.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60, 120)
            .register(registry);
    private final Histogram slip = Histogram.build()
            .name("litewatch_schedule_slip_seconds")
            .help("How late runs started after their slot")
            .buckets(.001, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10)
            .register(registry);
    private final Counter bulk = Counter.build()
            .name("litewatch_bulk_items_total")
            .help("Documents by Elasticsearch's verdict")
            .labelNames("verdict")
            .register(registry);
    private final Counter dropped = Counter.build()
            .name("litewatch_ingest_dropped_total")
            .help("Observations that found the queue full and were never acknowledged")
            .register(registry);
    private final Counter notifications = Counter.build()
            .name("litewatch_notifications_total")
            .help("Tries to notify by what became of them")
            .labelNames("kind", "result")
            .register(registry);

    private final Counter reloads = Counter.build()
            .name("litewatch_file_reloads_total")
            .help("Changes of files that were found on disk, by what became of them")
            .labelNames("result")
            .register(registry);

    private final Counter chainEvents = Counter.build()
            .name("litewatch_chain_events_total")
            .help("Chain events that were stored, those of blocks that were replaced later too")
            .labelNames("network", "contract", "event")
            .register(registry);

    private final BiPredicate<NetworkId, ProbeId> perTarget;

    /**
     * Metrics of the service, of Dropwizard's {@code metrics} and of the JVM.
     *
     * @param perTarget whether a probe's targets have series of their own
     */
    public PipelineMetrics(MetricRegistry metrics, BiPredicate<NetworkId, ProbeId> perTarget) {
        this.perTarget = perTarget;
        new DropwizardExports(metrics).register(registry);
        DefaultExports.register(registry);
        // A counter that is absent until its first count cannot be alerted on.
        List.of("stored", "duplicate", "retry", "poison", "misconfigured").forEach(bulk::labels);
        List.of("taken", "refused").forEach(reloads::labels);
    }

    /** What the servlet serves. */
    public CollectorRegistry registry() {
        return registry;
    }

    /** Serves what {@code collector} collects as well. */
    public void register(Collector collector) {
        collector.register(registry);
    }

    /** Counts an observation. */
    public void observed(Observation o) {
        String probe = o.probe().value();
        String network = o.network().value();
        runs.labels(
                        probe,
                        network,
                        o.outcome().kind().label(),
                        o.outcome().reason().label())
                .inc();
        slip.observe(seconds(o.slip().toNanos()));
        if (o.outcome().counts()) {
            elapsed.labels(probe, network).observe(seconds(o.elapsed().toNanos()));
        }
        if (o.outcome().counts() && perTarget.test(o.network(), o.probe())) {
            String target = o.target().value();
            String kind = o.kind().label();
            success.labels(probe, target, kind, network).set(o.outcome().isOk() ? 1 : 0);
            duration.labels(probe, target, kind, network)
                    .set(seconds(o.elapsed().toNanos()));
            o.finding()
                    .phases()
                    .forEach((phase, length) -> phases.labels(probe, target, kind, network, phase.label())
                            .set(seconds(length.toNanos())));
        }
    }

    /** Forgets the series of a target that is probed no more. */
    public void forget(ProbeId probe, Target target) {
        String[] labels = {
            probe.value(),
            target.id().value(),
            target.kind().label(),
            target.network().value()
        };
        success.remove(labels);
        duration.remove(labels);
        for (Phase phase : Phase.values()) {
            phases.remove(labels[0], labels[1], labels[2], labels[3], phase.label());
        }
    }

    /** Counts an event of a network's chain; both names are out of the catalogue of ABIs. */
    public void chainEvent(NetworkId network, ChainEvent event) {
        chainEvents.labels(network.value(), event.contract(), event.name()).inc();
    }

    /** Counts a document. */
    public void shipped(Verdict verdict) {
        bulk.labels(verdict.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT))
                .inc();
    }

    /** Counts an observation that was lost before it was acknowledged. */
    public void dropped() {
        dropped.inc();
    }

    /** Counts a try to notify. */
    public void notified(String kind, String result) {
        notifications.labels(kind, result).inc();
    }

    /** Counts a change of files on disk. */
    public void reloaded(String result) {
        reloads.labels(result).inc();
    }

    /** A gauge that is asked at each scrape; NaN when {@code value} fails, so a scrape never does. */
    public void gauge(String name, String help, DoubleSupplier value) {
        new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                double now;
                try {
                    now = value.getAsDouble();
                } catch (RuntimeException e) {
                    // The database may be away: one gauge must not take the scrape down.
                    now = Double.NaN;
                }
                return List.of(new io.prometheus.client.GaugeMetricFamily(name, help, now));
            }
        }.register(registry);
    }

    private Gauge gauge(String name, String help, String... labels) {
        return Gauge.build().name(name).help(help).labelNames(labels).register(registry);
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }
}
