package network.litewatch.controlplane;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import io.dropwizard.lifecycle.Managed;
import io.prometheus.client.servlet.jakarta.exporter.MetricsServlet;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.api.AlertsResource;
import network.litewatch.controlplane.api.ChainEventsResource;
import network.litewatch.controlplane.api.NetworksResource;
import network.litewatch.controlplane.api.ObservationsResource;
import network.litewatch.controlplane.api.PagesResource;
import network.litewatch.controlplane.api.Routes;
import network.litewatch.controlplane.api.TargetsResource;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.auth.Guards;
import network.litewatch.controlplane.auth.Tokens;
import network.litewatch.controlplane.health.Check;
import network.litewatch.controlplane.index.ChainEventsProbe;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.ingest.Shipper;
import network.litewatch.controlplane.ingest.elastic.BulkWriter;
import network.litewatch.controlplane.ingest.elastic.ChainEventSearch;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.controlplane.ingest.elastic.Retention;
import network.litewatch.controlplane.ingest.elastic.Templates;
import network.litewatch.controlplane.metrics.EdgeMetrics;
import network.litewatch.controlplane.metrics.FiringAlerts;
import network.litewatch.controlplane.metrics.PipelineMetrics;
import network.litewatch.controlplane.metrics.SignalMetrics;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.notify.Dispatcher;
import network.litewatch.controlplane.notify.LogNotifier;
import network.litewatch.controlplane.notify.NotificationLog;
import network.litewatch.controlplane.notify.Notifier;
import network.litewatch.controlplane.notify.slack.Links;
import network.litewatch.controlplane.notify.slack.SlackNotifier;
import network.litewatch.controlplane.runbook.Runbook;
import network.litewatch.controlplane.runbook.RunbookPage;
import network.litewatch.controlplane.schedule.NettyWheel;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.schedule.QuartzCluster;
import network.litewatch.controlplane.schedule.ScheduleWatchdog;
import network.litewatch.controlplane.schedule.Shard;
import network.litewatch.controlplane.schedule.ShardLease;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.CanaryStore;
import network.litewatch.controlplane.store.Checkpoints;
import network.litewatch.controlplane.store.Migrations;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Probe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Secret;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.catalogue.Probes;
import network.litewatch.probe.http.Cidr;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import network.litewatch.probe.rpc.ChainCanaryProbe;
import org.jdbi.v3.core.Jdbi;
import org.quartz.SchedulerException;

/** Wires the stages in data-flow order; reads top to bottom. */
final class Service {
    private static final int MAX_IN_FLIGHT = 64;

    private final ControlPlaneConfiguration config;
    private final Files files;
    private final Environment env;
    private final Jdbi jdbi;
    private final Clock clock;
    private final RandomGenerator random;
    private final PipelineMetrics metrics;
    private final LatestAssessments latest = new LatestAssessments();
    private final EdgeMetrics edge = new EdgeMetrics();
    private final Tokens tokens;

    Service(
            ControlPlaneConfiguration config,
            Files files,
            Environment env,
            Jdbi jdbi,
            Clock clock,
            RandomGenerator random) {
        this.config = config;
        this.files = files;
        this.env = env;
        this.jdbi = jdbi;
        this.clock = clock;
        this.random = random;
        this.metrics = new PipelineMetrics(env.metrics());
        this.tokens = new Tokens(config.auth());
    }

    void wire(DataSource dataSource) throws IOException, SchedulerException {
        Migrations.migrate(dataSource);
        ElasticsearchClient elasticsearch = config.elasticsearch().connect();
        closeAtEnd(() -> elasticsearch._transport().close());

        Outbox outbox = new Outbox(jdbi, clock);
        Shipper shipper = new Shipper(outbox, new BulkWriter(elasticsearch), clock, random, metrics::shipped);
        env.lifecycle()
                .manage(new TemplatesBeforeShipping(
                        elasticsearch, config.elasticsearch().replicas(), shipper));

        ObjectMapper json = env.getObjectMapper();
        NotificationLog notifications = new NotificationLog(jdbi, json, clock);
        Dispatcher dispatcher = new Dispatcher(notifications, notifier(), dataSource, clock, random, metrics::notified);
        env.lifecycle().manage(dispatcher);

        AlertStore alertStore = new AlertStore(jdbi, json);
        Checkpoints checkpoints = new Checkpoints(json);
        List<Alert> alive = alertStore.alive();
        FiringAlerts firing = new FiringAlerts(
                files.rules(), files.networks().stream().map(Network::id).toList(), alive);
        Pipeline pipeline = new Pipeline(
                jdbi,
                new Pipeline.Stores(outbox, checkpoints, alertStore, notifications),
                Fleet.of(checkpoints.load(jdbi)),
                new AlertBook(files.rules(), alive),
                new Committed(shipper, dispatcher, firing));
        pipeline.retire(clock.instant()).forEach(firing::apply);
        metrics.register(firing);
        metrics.register(new SignalMetrics(latest.all()));
        metrics.register(edge);
        env.lifecycle().manage(pipeline);

        Retention retention =
                new Retention(elasticsearch, clock, config.node().retention().toJavaDuration());
        ChainEventsProbe.Tools chain =
                new ChainEventsProbe.Tools(jdbi, outbox, clock, System::nanoTime, random, (network, events) -> {
                    events.forEach(event -> metrics.chainEvent(network, event));
                    shipper.wake();
                });
        ScheduleWatchdog watchdog = schedule(dataSource, pipeline, retention, chain);
        expose(elasticsearch, alertStore);
        watch(elasticsearch, outbox, shipper, watchdog, notifications, pipeline);
    }

    private ScheduleWatchdog schedule(
            DataSource dataSource, Pipeline pipeline, Retention retention, ChainEventsProbe.Tools chain)
            throws SchedulerException {
        List<ProbePlan> plans = new ArrayList<>();
        for (Network network : files.networks()) {
            plans.addAll(plans(network, chain));
        }
        NettyWheel wheel = new NettyWheel(clock);
        closeAtEnd(wheel);
        String node = config.node().name();
        int shards = config.node().shards();
        Vantage vantage = new Vantage(node);
        ScheduleWatchdog watchdog = new ScheduleWatchdog(clock, plans);
        env.lifecycle()
                .manage(new QuartzCluster(
                        dataSource,
                        node,
                        shards,
                        new ShardLease(jdbi, clock, node),
                        index -> {
                            List<ProbePlan> own = plans.stream()
                                    .filter(plan -> Shard.indexOf(plan, shards) == index)
                                    .toList();
                            Shard shard = Shard.start(own, vantage, wheel, clock, pipeline);
                            watchdog.started(index, shard);
                            return shard;
                        },
                        List.of(new QuartzCluster.Chore("retention", Duration.ofHours(1), retention::run))));
        return watchdog;
    }

    /** The plans of one network, over a client of its own: what one network may reach is closed to the others. */
    private List<ProbePlan> plans(Network network, ChainEventsProbe.Tools chain) {
        GuardedClient client = new GuardedClient(
                EgressPolicy.allowing(
                        network.privateRanges().stream().map(Cidr::parse).toList()),
                System::nanoTime,
                MAX_IN_FLIGHT);
        closeAtEnd(client);
        Map<ProbeId, Probe> probes = new HashMap<>(new Probes(client, clock, System::nanoTime, random).byId());
        if (network.targets().stream().anyMatch(target -> target.kind() == TargetKind.CHAIN)) {
            ChainEventsProbe reading = ChainEventsProbe.of(network, client.http(), chain);
            closeAtEnd(reading);
            probes.put(reading.id(), reading);
        }
        if (!network.canaries().isEmpty()) {
            ChainCanaryProbe canary = new ChainCanaryProbe(
                    client.http(),
                    System::nanoTime,
                    clock,
                    new CanaryStore(jdbi),
                    network.canaries(),
                    ChainCanaryProbe.POLL);
            closeAtEnd(canary);
            probes.put(canary.id(), canary);
        }
        List<ProbePlan> plans = new ArrayList<>();
        network.pace().forEach((id, pace) -> {
            Probe probe = probes.get(id);
            for (Target target : network.targets()) {
                if (probe != null && probe.suits(target)) {
                    plans.add(new ProbePlan(probe, target, pace.interval(), pace.timeout()));
                }
            }
        });
        return plans;
    }

    private Notifier notifier() {
        if (config.slack().token().isEmpty()) {
            return new LogNotifier();
        }
        String grafana = config.node().grafanaUrl();
        Links links = new Links(config.node().publicUrl(), grafana.isEmpty() ? Optional.empty() : Optional.of(grafana));
        SlackNotifier slack = new SlackNotifier(
                config.slack().apiUrl(),
                new Secret(config.slack().token()),
                config.slack().channel(),
                links);
        closeAtEnd(slack);
        env.healthChecks().register("slack", new Check(slack::trouble));
        return slack;
    }

    private void expose(ElasticsearchClient elasticsearch, AlertStore alerts) {
        List<Target> targets = files.networks().stream()
                .flatMap(network -> network.targets().stream())
                .toList();
        ObservationSearch search = new ObservationSearch(elasticsearch);
        Routes.register(
                env.jersey(),
                List.of(
                        new TargetsResource(
                                () -> targets.stream().map(latest::view).toList()),
                        new ObservationsResource(search::search),
                        new ChainEventsResource(new ChainEventSearch(elasticsearch)::search),
                        new AlertsResource(alerts),
                        new NetworksResource(files.networks()),
                        new PagesResource(files.runbooks(), runbook -> live(runbook, alerts))));
        Guards.install(env, tokens);
        env.admin()
                .addServlet("prometheus", new MetricsServlet(metrics.registry()))
                .addMapping("/metrics");
    }

    private static List<RunbookPage.Live> live(Runbook runbook, AlertStore alerts) {
        return alerts.alive().stream()
                .filter(alert -> runbook.alerts().contains(alert.rule()))
                .map(alert -> new RunbookPage.Live(
                        alert.fingerprint(),
                        alert.rule(),
                        alert.state().label(),
                        alert.labels().getOrDefault("target", ""),
                        alert.startsAt().toString(),
                        String.join("; ", alert.now())))
                .toList();
    }

    private void watch(
            ElasticsearchClient elasticsearch,
            Outbox outbox,
            Shipper shipper,
            ScheduleWatchdog watchdog,
            NotificationLog notifications,
            Pipeline pipeline) {
        HealthQuestions health = new HealthQuestions(clock, latest, watchdog, outbox, shipper);
        env.healthChecks().register("elasticsearch", new Check(() -> health.elasticsearch(elasticsearch)));
        env.healthChecks().register("outbox", new Check(health::outbox));
        env.healthChecks().register("schedule", new Check(health::schedule));
        env.healthChecks().register("inputs", new Check(health::inputs));
        if (config.slack().token().isEmpty()) {
            env.healthChecks().register("slack", new Check(Optional::empty));
        }
        metrics.gauge(
                "litewatch_outbox_documents",
                "Documents not yet in Elasticsearch",
                () -> outbox.backlog().documents());
        metrics.gauge(
                "litewatch_outbox_bytes",
                "Size of the outbox, compressed",
                () -> outbox.backlog().bytes());
        metrics.gauge(
                "litewatch_outbox_oldest_seconds",
                "Age of the oldest row; 0 when empty",
                () -> age(outbox.backlog().oldest()));
        metrics.gauge(
                "litewatch_notification_oldest_pending_seconds",
                "Age of the oldest notification that is not out; 0 when there is none",
                () -> age(notifications.pending().oldest()));
        metrics.gauge("litewatch_ingest_queue_length", "Observations not yet committed", pipeline::waiting);
        metrics.gauge(
                "litewatch_schedule_overdue_plans",
                "Plans overdue by more than three intervals",
                () -> watchdog.overdue().size());
    }

    private double age(Optional<Instant> since) {
        return since.map(at -> Duration.between(at, clock.instant()).toMillis() / 1000.0)
                .orElse(0.0);
    }

    private void closeAtEnd(AutoCloseable resource) {
        env.lifecycle().manage(new AutoCloseableManager(resource));
    }

    /** What follows a commit. */
    private final class Committed implements Pipeline.Listener {
        private final Shipper shipper;
        private final Dispatcher dispatcher;
        private final FiringAlerts firing;

        Committed(Shipper shipper, Dispatcher dispatcher, FiringAlerts firing) {
            this.shipper = shipper;
            this.dispatcher = dispatcher;
            this.firing = firing;
        }

        @Override
        public void refused(Observation observation) {
            metrics.dropped();
        }

        @Override
        public void committed(
                List<Observation> observations, List<Assessment> assessments, List<Transition> transitions) {
            observations.forEach(metrics::observed);
            observations.forEach(edge::observed);
            assessments.forEach(latest::add);
            transitions.forEach(firing::apply);
            shipper.wake();
            if (!transitions.isEmpty()) {
                dispatcher.wake();
            }
        }
    }

    /** Puts the templates before the first document goes out, and again and again while Elasticsearch is away. */
    private record TemplatesBeforeShipping(ElasticsearchClient client, int replicas, Shipper shipper)
            implements Managed {
        @Override
        public void start() {
            shipper.before(() -> Templates.put(client, replicas));
            shipper.start();
        }

        @Override
        public void stop() throws InterruptedException {
            shipper.stop();
        }
    }
}
