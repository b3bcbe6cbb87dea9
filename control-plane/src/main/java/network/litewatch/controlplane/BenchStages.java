package network.litewatch.controlplane;

import com.codahale.metrics.MetricRegistry;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.db.DataSourceFactory;
import io.dropwizard.db.ManagedDataSource;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.Pace;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.bench.BenchPipeline;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.embedded.EmbeddedPostgreSql;
import network.litewatch.controlplane.ingest.MinuteSummaries;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.ingest.Selection;
import network.litewatch.controlplane.network.Storing;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.reputation.EvidenceReader;
import network.litewatch.controlplane.reputation.Formula;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.Checkpoints;
import network.litewatch.controlplane.store.Migrations;
import network.litewatch.controlplane.store.MuteStore;
import network.litewatch.controlplane.store.ReputationStore;
import network.litewatch.controlplane.store.SloStore;
import network.litewatch.probe.Observation;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.jdbi.v3.sqlobject.SqlObjectPlugin;

/** The stages of the service after the probes, without Elasticsearch and Slack. */
final class BenchStages implements BenchPipeline, Pipeline.Listener {
    private final ManagedDataSource source;
    private final Pipeline pipeline;
    private final AtomicLong refused = new AtomicLong();
    private final ScheduledExecutorService chores = Executors.newSingleThreadScheduledExecutor();

    BenchStages(EmbeddedPostgreSql postgres, ObjectMapper json, List<Rule> rules, Clock clock) {
        DataSourceFactory factory = new DataSourceFactory();
        factory.setDriverClass("org.postgresql.Driver");
        factory.setUrl(postgres.jdbcUrl());
        factory.setUser("postgres");
        source = factory.build(new MetricRegistry(), "bench");
        Migrations.migrate(source);
        Jdbi jdbi = Jdbi.create(source).installPlugin(new PostgresPlugin()).installPlugin(new SqlObjectPlugin());
        Outbox outbox = new Outbox(jdbi, clock);
        Checkpoints checkpoints = new Checkpoints(json);
        AlertStore alerts = new AlertStore(jdbi, json);
        pipeline = new Pipeline(
                jdbi,
                new Pipeline.Stores(
                        outbox,
                        new MinuteSummaries(jdbi, outbox, clock),
                        checkpoints,
                        alerts,
                        new IncidentLog(
                                jdbi, json, clock, Pace.DEFAULT, alerts::of, new MuteStore(jdbi, json, List::of)::at),
                        new SloStore(jdbi, clock, List::of),
                        new Reputation(
                                new ReputationStore(jdbi, json),
                                () -> new EvidenceReader(Formula.NONE, SpeedTable.EMPTY, Set.of()))),
                Fleet.of(List.of()),
                new AlertBook(rules, List.of()),
                new Selection(observation -> Storing.ALL),
                this,
                clock);
        pipeline.start();
        // As often as in the service: what it costs is part of the price.
        var unused = chores.scheduleWithFixedDelay(
                () -> fold(checkpoints, jdbi), Chores.FOLD_SECONDS, Chores.FOLD_SECONDS, TimeUnit.SECONDS);
    }

    private static void fold(Checkpoints checkpoints, Jdbi jdbi) {
        var unused = checkpoints.fold(jdbi);
    }

    @Override
    public Consumer<Observation> sink() {
        return pipeline;
    }

    @Override
    public int waiting() {
        return pipeline.waiting();
    }

    @Override
    public long refused() {
        return refused.get();
    }

    @Override
    public void refused(Observation observation) {
        refused.incrementAndGet();
    }

    @Override
    public void committed(List<Observation> observations, List<Assessment> assessments, List<Transition> transitions) {
        // Nobody else is told.
    }

    @Override
    public void close() throws Exception {
        pipeline.stop();
        chores.shutdownNow();
        source.stop();
    }
}
