package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import network.litewatch.controlplane.alert.incident.Pace;
import network.litewatch.controlplane.api.AlertmanagerResource;
import network.litewatch.controlplane.api.AlertsResource;
import network.litewatch.controlplane.api.AuditResource;
import network.litewatch.controlplane.api.ExternalAlertsResource;
import network.litewatch.controlplane.api.IncidentsResource;
import network.litewatch.controlplane.api.SilencesResource;
import network.litewatch.controlplane.api.WebhooksResource;
import network.litewatch.controlplane.health.Check;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.ingest.Shipper;
import network.litewatch.controlplane.notify.Dispatcher;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.notify.LogNotifier;
import network.litewatch.controlplane.notify.Notifier;
import network.litewatch.controlplane.notify.slack.Links;
import network.litewatch.controlplane.notify.slack.SlackNotifier;
import network.litewatch.controlplane.runbook.Runbook;
import network.litewatch.controlplane.runbook.RunbookPage;
import network.litewatch.controlplane.schedule.QuartzCluster.Chore;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.AuditLog;
import network.litewatch.controlplane.store.SilenceStore;
import network.litewatch.probe.Secret;
import org.jdbi.v3.core.Jdbi;

/** Everything between an alert that turned and a person who hears of it. */
record Incidents(
        AlertStore alerts,
        SilenceStore silences,
        IncidentLog log,
        AuditLog audit,
        Dispatcher dispatcher,
        OperatorDesk desk,
        ExternalAlerts external) {
    private static final Duration EXPIRY = Duration.ofSeconds(10);

    /**
     * Where the history of alerts goes, and who hears how messages fare.
     *
     * @param results hears of each try to send: what, and what became of it
     */
    record History(Outbox outbox, Shipper shipper, BiConsumer<String, String> results) {}

    /** Wires it; what is started and stopped is managed by {@code env}. */
    static Incidents wire(
            ControlPlaneConfiguration config,
            Environment env,
            Jdbi jdbi,
            DataSource dataSource,
            Clock clock,
            RandomGenerator random,
            History history) {
        ObjectMapper json = env.getObjectMapper();
        AlertStore alerts = new AlertStore(jdbi, json);
        SilenceStore silences = new SilenceStore(jdbi, json);
        IncidentLog log = new IncidentLog(jdbi, json, clock, Pace.DEFAULT, alerts::of, silences::at);
        Dispatcher dispatcher =
                new Dispatcher(log, notifier(config, env), dataSource, clock, random, history.results());
        env.lifecycle().manage(dispatcher);
        AuditLog audit = new AuditLog(jdbi, clock);
        OperatorDesk desk = new OperatorDesk(jdbi, clock, silences, log, audit, dispatcher::wake);
        ExternalAlerts external = new ExternalAlerts(jdbi, clock, alerts, log, history.outbox(), () -> {
            dispatcher.wake();
            history.shipper().wake();
        });
        return new Incidents(alerts, silences, log, audit, dispatcher, desk, external);
    }

    /** What the API shows of it, and lets people do. */
    List<Object> resources(ControlPlaneConfiguration config, Clock clock) {
        ExternalAlertsResource intake = new ExternalAlertsResource(external, clock);
        String receiver = config.slack().token().isEmpty() ? "log" : "slack";
        return List.of(
                new AlertsResource(alerts, log),
                new IncidentsResource(log, desk),
                new SilencesResource(silences, desk, clock),
                new AlertmanagerResource(
                        alerts, silences, clock, receiver, config.node().publicUrl()),
                intake,
                new WebhooksResource(intake),
                new AuditResource(audit));
    }

    /** Alerts that link to {@code runbook} now. */
    List<RunbookPage.Live> live(Runbook runbook) {
        return alerts.alive().stream()
                .filter(alert -> runbook.alerts().contains(alert.rule()))
                .map(RunbookPage.Live::of)
                .toList();
    }

    /** What is done now and then. */
    Chore chore() {
        return new Chore("external-alerts", EXPIRY, external::expire);
    }

    private static String drillChannel(ControlPlaneConfiguration.SlackSection slack) {
        String own = slack.drillChannel();
        return own == null || own.isEmpty() ? slack.channel() : own;
    }

    private static Notifier notifier(ControlPlaneConfiguration config, Environment env) {
        if (config.slack().token().isEmpty()) {
            env.healthChecks().register("slack", new Check(Optional::empty));
            return new LogNotifier();
        }
        String grafana = config.node().grafanaUrl();
        Links links = new Links(config.node().publicUrl(), grafana.isEmpty() ? Optional.empty() : Optional.of(grafana));
        SlackNotifier slack = new SlackNotifier(
                config.slack().apiUrl(),
                new Secret(config.slack().token()),
                config.slack().channel(),
                drillChannel(config.slack()),
                links,
                Objects.requireNonNullElse(config.slack().mention(), ""));
        env.lifecycle().manage(new AutoCloseableManager(slack));
        env.healthChecks().register("slack", new Check(slack::trouble));
        return slack;
    }
}
