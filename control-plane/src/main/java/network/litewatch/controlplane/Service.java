package network.litewatch.controlplane;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import io.prometheus.client.servlet.jakarta.exporter.MetricsServlet;
import java.io.IOException;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.api.AgentsResource;
import network.litewatch.controlplane.api.CanarySpendResource;
import network.litewatch.controlplane.api.ChainEventsResource;
import network.litewatch.controlplane.api.DocumentPages;
import network.litewatch.controlplane.api.MaintenanceResource;
import network.litewatch.controlplane.api.NetworksResource;
import network.litewatch.controlplane.api.NoiseResource;
import network.litewatch.controlplane.api.ObservationsResource;
import network.litewatch.controlplane.api.PagesResource;
import network.litewatch.controlplane.api.Routes;
import network.litewatch.controlplane.api.RulesResource;
import network.litewatch.controlplane.api.TargetsResource;
import network.litewatch.controlplane.api.VantagesResource;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.auth.Guards;
import network.litewatch.controlplane.auth.Tokens;
import network.litewatch.controlplane.health.Check;
import network.litewatch.controlplane.index.ChainEventsProbe;
import network.litewatch.controlplane.ingest.MinuteSummaries;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.ingest.Selection;
import network.litewatch.controlplane.ingest.Shipper;
import network.litewatch.controlplane.ingest.elastic.BulkWriter;
import network.litewatch.controlplane.ingest.elastic.ChainEventSearch;
import network.litewatch.controlplane.ingest.elastic.ObservationSearch;
import network.litewatch.controlplane.metrics.EdgeMetrics;
import network.litewatch.controlplane.metrics.FiringAlerts;
import network.litewatch.controlplane.metrics.PipelineMetrics;
import network.litewatch.controlplane.metrics.SignalMetrics;
import network.litewatch.controlplane.metrics.SpendMetrics;
import network.litewatch.controlplane.network.CurrentNetworks;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.sampling.CanaryBudget;
import network.litewatch.controlplane.schedule.ProbePlan;
import network.litewatch.controlplane.schedule.QuartzCluster;
import network.litewatch.controlplane.schedule.ScheduleWatchdog;
import network.litewatch.controlplane.schedule.ShardLease;
import network.litewatch.controlplane.store.CanarySpendStore;
import network.litewatch.controlplane.store.Checkpoints;
import network.litewatch.controlplane.store.Migrations;
import network.litewatch.controlplane.store.ServiceSecrets;
import network.litewatch.controlplane.store.VantageStore;
import network.litewatch.controlplane.vantage.Connectivity;
import network.litewatch.controlplane.vantage.VantagePlans;
import network.litewatch.controlplane.vantage.VantageProbe;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import org.jdbi.v3.core.Jdbi;
import org.quartz.SchedulerException;

/** Wires the stages in data-flow order; reads top to bottom. */
final class Service {
    private static final int WITNESSES = 8;

    private final ControlPlaneConfiguration config;
    private final Reloading.Reader reader;
    private final Environment env;
    private final Jdbi jdbi;
    private final Clock clock;
    private final RandomGenerator random;
    private final PipelineMetrics metrics;
    private final VantagePlans vantages;
    private final LatestAssessments latest;
    private final CurrentNetworks networks;
    private final EdgeMetrics edge;
    private final Tokens tokens;
    private final CanaryBudget spending;
    private final Slos slos;
    private volatile Files files;
    private volatile List<ProbePlan> plans = List.of();
    private volatile UnaryOperator<List<Rule>> rehearsed = rules -> rules;
    private Set<Vantage> former = Set.of();

    Service(
            ControlPlaneConfiguration config,
            Files files,
            Reloading.Reader reader,
            Environment env,
            Jdbi jdbi,
            Clock clock,
            RandomGenerator random) {
        this.config = config;
        this.files = files;
        this.reader = reader;
        this.env = env;
        this.jdbi = jdbi;
        this.clock = clock;
        this.random = random;
        this.networks = new CurrentNetworks(files.networks());
        this.metrics = new PipelineMetrics(env.metrics(), networks::perTarget);
        this.edge = new EdgeMetrics(networks::perTarget);
        this.tokens = new Tokens(config.auth());
        this.spending = new CanarySpendStore(jdbi);
        this.slos = new Slos(jdbi, clock, files.slos());
        this.vantages = new VantagePlans(config.vantages().agents(), networks::all, () -> plans);
        this.latest = new LatestAssessments(vantages.vantages()::contains);
    }

    void wire(DataSource dataSource) throws IOException, SchedulerException {
        Migrations.migrate(Migrations.patient(config.database()));
        ElasticsearchClient elasticsearch = connect();

        Outbox outbox = new Outbox(jdbi, clock);
        MinuteSummaries summaries = new MinuteSummaries(jdbi, outbox, clock);
        VantageStore heard = new VantageStore(jdbi, clock);
        former = former(heard);
        AgentDesk desk = new AgentDesk(vantages, heard, jdbi, outbox, summaries, clock, AgentDesk.Limits.DEFAULT);
        Shipper shipper = new Shipper(outbox, new BulkWriter(elasticsearch), clock, random, metrics::shipped);
        env.lifecycle()
                .manage(new TemplatesBeforeShipping(
                        elasticsearch, config.elasticsearch().replicas(), shipper));

        ObjectMapper json = env.getObjectMapper();
        Incidents incidents = Incidents.wire(
                config,
                env,
                jdbi,
                dataSource,
                clock,
                random,
                new Incidents.Around(
                        outbox, shipper, metrics::notified, () -> files.maintenance(), () -> files.runbooks()));
        Checkpoints checkpoints = new Checkpoints(json);
        List<Alert> alive = incidents.alerts().judged();
        FiringAlerts firing = new FiringAlerts(
                files.rules(), files.networks().stream().map(Network::id).toList(), alive);
        Reputation reputation = Reputation.of(jdbi, json, () -> files, vantages.vantages());
        Pipeline pipeline = new Pipeline(
                jdbi,
                new Pipeline.Stores(
                        outbox, summaries, checkpoints, incidents.alerts(), incidents.log(), slos.store(), reputation),
                Fleet.of(
                        checkpoints.load(jdbi),
                        vantages.vantages(),
                        files.speeds(),
                        config.drift().policy()),
                new AlertBook(files.rules(), alive),
                new Selection(Reputation.keeping(networks)),
                new Committed(desk, metrics, edge, latest, firing, shipper, incidents.dispatcher()),
                clock);
        desk.judgeWith(pipeline);
        Drills drills = rehearse(incidents, outbox, pipeline, desk);
        show(firing);
        env.lifecycle().manage(pipeline);

        OwnQuestions own = reputation.questions(elasticsearch, latest, clock);
        OwnPlans standing = new OwnPlans(heard, vantages, slos, drills.proofs(), clock);
        Probing probing = probing(outbox, shipper, standing, pipeline, own);
        judge(pipeline);
        schedule(
                dataSource,
                probing,
                new Chores(config, jdbi, clock)
                        .of(elasticsearch, summaries, shipper, checkpoints, slos, incidents, drills));
        serve(reload(probing, pipeline, firing, incidents), incidents);
        expose(elasticsearch, incidents, desk, reputation, drills);
        watch(elasticsearch, outbox, shipper, probing.watchdog(), incidents.log(), pipeline);
    }

    private ElasticsearchClient connect() {
        ElasticsearchClient elasticsearch = config.elasticsearch().connect();
        closeAtEnd(() -> elasticsearch._transport().close());
        return elasticsearch;
    }

    /** Reads files again; what that changes is taken over everywhere at once. */
    private Reloading reload(Probing probing, Pipeline pipeline, FiringAlerts firing, Incidents incidents) {
        return new Reloading(
                reader,
                fresh -> {
                    String changed = reload(fresh, probing, pipeline, firing);
                    incidents.mutesChanged(jdbi, clock.instant());
                    return changed;
                },
                jdbi,
                incidents.audit());
    }

    private void serve(Reloading reloading, Incidents incidents) {
        env.admin().addServlet("reload", new ReloadServlet(reloading)).addMapping("/-/reload");
        Routes.register(
                env.jersey(),
                List.of(
                        new RulesResource(() -> files.rules(), reloading),
                        new MaintenanceResource(() -> files.maintenance(), clock)));
        FileWatch.install(config.files(), env, reader, reloading, metrics::reloaded);
        TokenChanges.note(jdbi, incidents.audit(), config.auth());
    }

    /** Before the pipeline starts: what is seen first may belong to a drill that a killed service left. */
    private Drills rehearse(Incidents incidents, Outbox outbox, Pipeline pipeline, AgentDesk desk) {
        Drills drills = Drills.wire(
                config,
                env,
                jdbi,
                clock,
                random,
                new Drills.Parts(() -> files, latest, incidents, outbox, () -> judge(pipeline)));
        rehearsed = drills::rules;
        pipeline.markBy(drills.marks());
        desk.markBy(drills.marks());
        return drills;
    }

    private void show(FiringAlerts firing) {
        metrics.register(firing);
        metrics.register(new SignalMetrics(latest.own(), networks::perTarget));
        metrics.register(edge);
        metrics.register(new SpendMetrics(networks::all, spending, clock));
    }

    /** What is asked, by the files as they are. */
    private Probing probing(Outbox outbox, Shipper shipper, OwnPlans standing, Pipeline pipeline, OwnQuestions own) {
        ChainEventsProbe.Tools chain =
                new ChainEventsProbe.Tools(jdbi, outbox, clock, System::nanoTime, random, (network, events) -> {
                    events.forEach(event -> metrics.chainEvent(network, event));
                    shipper.wake();
                });
        Canaries canaries = new Canaries(
                spending, ServiceSecrets.of("identity-rounds", jdbi, random), random, miner -> latest.interest(miner));
        closeAtEnd(canaries);
        Probing probing = new Probing(
                new Probing.Tools(clock, random, chain, connectivity(), canaries, own),
                new Vantage(config.node().name()),
                config.node().shards(),
                standing::of,
                pipeline);
        closeAtEnd(own);
        closeAtEnd(standing);
        closeAtEnd(slos);
        closeAtEnd(probing);
        probing.replace(files.networks());
        plans = probing.plans();
        return probing;
    }

    private void schedule(DataSource dataSource, Probing probing, List<QuartzCluster.Chore> chores)
            throws SchedulerException {
        env.lifecycle()
                .manage(new QuartzCluster(
                        dataSource,
                        config.node().name(),
                        config.node().shards(),
                        new ShardLease(jdbi, clock, config.node().name()),
                        probing::start,
                        chores));
    }

    /** What tells our own lost network from a target that is down. */
    private Connectivity connectivity() {
        GuardedClient own =
                new GuardedClient(EgressPolicy.allowing(Connectivity.ANYWHERE), System::nanoTime, WITNESSES);
        closeAtEnd(own);
        return new Connectivity(config.vantages().witnesses(), own.sockets(), System::nanoTime);
    }

    /** Puts files that were read again in the place of the old ones, and says what that changed. */
    private String reload(Files fresh, Probing probing, Pipeline pipeline, FiringAlerts firing) {
        files = fresh;
        networks.replace(fresh.networks());
        slos.replace(fresh.slos());
        Probing.Change change = probing.replace(fresh.networks());
        plans = probing.plans();
        firing.expect(fresh.rules(), fresh.networks().stream().map(Network::id).toList());
        judge(pipeline);
        change.removed().forEach(this::forget);
        probing.plans().stream()
                .filter(plan -> !networks.perTarget(
                        plan.target().network(), plan.probe().id()))
                .forEach(plan -> metrics.forget(plan.probe().id(), plan.target()));
        return "plans: " + change.added().size() + " added, " + change.changed().size() + " changed, "
                + change.removed().size() + " removed, " + change.unchanged() + " undisturbed; rules: "
                + fresh.rules().size() + "; runbooks: " + fresh.runbooks().size() + "; SLOs: "
                + fresh.slos().size() + "; maintenance windows: "
                + fresh.maintenance().size();
    }

    /** Judges by the files as they are, but for what drills break in them on purpose. */
    private void judge(Pipeline pipeline) {
        pipeline.judgeBy(new Pipeline.Judging(rehearsed.apply(files.rules()), gone(plans, files.networks())));
    }

    private void forget(ProbePlan plan) {
        latest.forget(plan.probe().id(), plan.target().id());
        metrics.forget(plan.probe().id(), plan.target());
        edge.forget(plan.probe().id(), plan.target().id());
    }

    /** What nobody asks: neither a plan, nor across the targets of a network, nor an agent of the alert's vantage. */
    private Gone gone(List<ProbePlan> plans, List<Network> networks) {
        Set<String> names = new HashSet<>(plans.stream().map(ProbePlan::name).toList());
        for (ProbeId group : Fleet.GROUPS) {
            networks.forEach(network -> names.add(group + "@" + network.id()));
        }
        Map<String, Set<String>> elsewhere = new HashMap<>();
        former.forEach(vantage -> elsewhere.put(vantage.value(), Set.of()));
        vantages.vantages().forEach(vantage -> elsewhere.put(vantage.value(), vantages.names(vantage)));
        return new Gone(names, elsewhere);
    }

    /** Vantages that had an agent before the configuration was changed. */
    private Set<Vantage> former(VantageStore heard) {
        Set<Vantage> known =
                heard.all().stream().map(VantageProbe.Heard::vantage).collect(Collectors.toSet());
        known.removeAll(vantages.vantages());
        known.remove(new Vantage(config.node().name()));
        return Set.copyOf(known);
    }

    private void expose(
            ElasticsearchClient elasticsearch,
            Incidents incidents,
            AgentDesk desk,
            Reputation reputation,
            Drills drills) {
        ObservationSearch search = new ObservationSearch(elasticsearch);
        Routes.register(
                env.jersey(),
                List.of(
                        new TargetsResource(() ->
                                networks.targets().stream().map(latest::view).toList()),
                        new ObservationsResource(new DocumentPages(search::search, "observations")),
                        new ChainEventsResource(
                                new DocumentPages(new ChainEventSearch(elasticsearch)::search, "chain events")),
                        new NetworksResource(networks::all),
                        new VantagesResource(desk::views),
                        new CanarySpendResource(networks::all, spending, clock),
                        slos.resource(),
                        new NoiseResource(
                                () -> files.runbooks(),
                                new NoiseCounts(
                                        elasticsearch,
                                        jdbi,
                                        config.node().retention().toJavaDuration()),
                                clock),
                        reputation.resource(clock),
                        reputation.eligibility(networks, latest, () -> files, clock),
                        new AgentsResource(desk),
                        new PagesResource(
                                () -> files.runbooks(),
                                incidents::live,
                                drills::rehearsals,
                                config.node().grafanaUrl())));
        Routes.register(env.jersey(), drills.resources());
        Routes.register(env.jersey(), incidents.resources(config, clock));
        Guards.install(env, tokens);
        env.admin()
                .addServlet("prometheus", new MetricsServlet(metrics.registry()))
                .addMapping("/metrics");
    }

    private void watch(
            ElasticsearchClient elasticsearch,
            Outbox outbox,
            Shipper shipper,
            ScheduleWatchdog watchdog,
            IncidentLog incidents,
            Pipeline pipeline) {
        HealthQuestions health = new HealthQuestions(clock, latest, watchdog, outbox, shipper);
        env.healthChecks().register("elasticsearch", new Check(() -> health.elasticsearch(elasticsearch)));
        env.healthChecks().register("outbox", new Check(health::outbox));
        env.healthChecks().register("schedule", new Check(health::schedule));
        env.healthChecks().register("inputs", new Check(health::inputs));
        new OwnGauges(outbox, incidents, pipeline, watchdog, clock).register(metrics);
        SelfCheck.install(config, env, jdbi, clock, health, elasticsearch, incidents);
    }

    private void closeAtEnd(AutoCloseable resource) {
        env.lifecycle().manage(new AutoCloseableManager(resource));
    }
}
