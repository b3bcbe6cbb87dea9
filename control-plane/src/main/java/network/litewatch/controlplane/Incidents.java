package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.dropwizard.core.setup.Environment;
import io.dropwizard.lifecycle.AutoCloseableManager;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import javax.sql.DataSource;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.MaintenanceWindow;
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
import network.litewatch.controlplane.notify.Advice;
import network.litewatch.controlplane.notify.Dispatcher;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.notify.LogNotifier;
import network.litewatch.controlplane.notify.Notifier;
import network.litewatch.controlplane.notify.Panel;
import network.litewatch.controlplane.notify.Receiver;
import network.litewatch.controlplane.notify.ReceiverLog;
import network.litewatch.controlplane.notify.ReceiverWorker;
import network.litewatch.controlplane.notify.receiver.ReceiverSettings;
import network.litewatch.controlplane.notify.receiver.Receivers;
import network.litewatch.controlplane.notify.slack.Links;
import network.litewatch.controlplane.notify.slack.SlackNotifier;
import network.litewatch.controlplane.runbook.Runbook;
import network.litewatch.controlplane.runbook.RunbookAdvice;
import network.litewatch.controlplane.runbook.RunbookPage;
import network.litewatch.controlplane.schedule.QuartzCluster.Chore;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.AuditLog;
import network.litewatch.controlplane.store.MuteStore;
import network.litewatch.controlplane.store.SilenceStore;
import network.litewatch.probe.Secret;
import network.litewatch.probe.http.GuardedClient;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Everything between an alert that turned and a person who hears of it. */
record Incidents(
        AlertStore alerts,
        SilenceStore silences,
        MuteStore mutes,
        IncidentLog log,
        AuditLog audit,
        Dispatcher dispatcher,
        OperatorDesk desk,
        ExternalAlerts external) {
    private static final Duration EXPIRY = Duration.ofSeconds(10);
    private static final Duration UNTOLD = Duration.ofMinutes(5);

    /**
     * What it is wired to.
     *
     * @param outbox where the history of alerts goes
     * @param results hears of each try to send: what, and what became of it
     * @param windows work that is announced, by the files as they are
     * @param runbooks by id, as the files are
     */
    record Around(
            Outbox outbox,
            Shipper shipper,
            BiConsumer<String, String> results,
            Supplier<List<MaintenanceWindow>> windows,
            Supplier<Map<String, Runbook>> runbooks) {
        /** What the runbook of {@code alert} says in short. */
        Advice advice(Alert alert) {
            Runbook runbook = runbooks.get().get(alert.annotations().getOrDefault("runbook", ""));
            return runbook == null ? Advice.NONE : RunbookAdvice.of(runbook, alert);
        }

        private List<Panel> panels(String id) {
            Runbook runbook = runbooks.get().get(id);
            return runbook == null ? List.of() : runbook.panels();
        }
    }

    /** Wires it; what is started and stopped is managed by {@code env}. */
    static Incidents wire(
            ControlPlaneConfiguration config,
            Environment env,
            Jdbi jdbi,
            DataSource dataSource,
            Clock clock,
            RandomGenerator random,
            Around around) {
        ObjectMapper json = env.getObjectMapper();
        Optional<SlackNotifier> slack = slack(config, env, around);
        AlertStore alerts = new AlertStore(jdbi, json);
        SilenceStore silences = new SilenceStore(jdbi, json);
        MuteStore mutes = new MuteStore(jdbi, json, around.windows());
        Pace pace = config.slack().digest().map(Pace.DEFAULT::withDigest).orElse(Pace.DEFAULT);
        IncidentLog log = new IncidentLog(jdbi, json, clock, pace, alerts::of, mutes::at);
        Dispatcher dispatcher = new Dispatcher(log, notifier(slack, env), dataSource, clock, random, around.results());
        env.lifecycle().manage(dispatcher);
        relay(config, env, clock, random, around, new ReceiverLog(jdbi, json, clock, log, alerts::of, mutes::at));
        AuditLog audit = new AuditLog(jdbi, clock);
        OperatorDesk desk = new OperatorDesk(jdbi, clock, silences, log, audit, dispatcher::wake);
        ExternalAlerts external = new ExternalAlerts(jdbi, clock, alerts, log, around.outbox(), () -> {
            dispatcher.wake();
            around.shipper().wake();
        });
        new SlackButtons(config, env, clock, random).answer(slack, desk, new SlackDesk.Known(log, alerts, silences));
        return new Incidents(alerts, silences, mutes, log, audit, dispatcher, desk, external);
    }

    /** Tells other systems than Slack, each by a thread of its own. */
    private static void relay(
            ControlPlaneConfiguration config,
            Environment env,
            Clock clock,
            RandomGenerator random,
            Around around,
            ReceiverLog log) {
        for (ReceiverSettings settings : config.receivers()) {
            GuardedClient client = Receivers.client(settings);
            env.lifecycle().manage(new AutoCloseableManager(client));
            Receiver receiver = Receivers.of(
                    settings, client, env.getObjectMapper(), config.node().publicUrl());
            env.lifecycle().manage(new ReceiverWorker(log, receiver, clock, random, around.results()));
        }
        env.healthChecks()
                .register(
                        "receivers", new Check(() -> log.trouble(clock.instant().minus(UNTOLD))));
    }

    /** What the API shows of it, and lets people do. */
    List<Object> resources(ControlPlaneConfiguration config, Clock clock) {
        ExternalAlertsResource intake = new ExternalAlertsResource(external, clock);
        return List.of(
                new AlertsResource(alerts, log),
                new IncidentsResource(log, desk),
                new SilencesResource(silences, desk, clock),
                new AlertmanagerResource(
                        alerts, mutes::at, clock, told(config), config.node().publicUrl()),
                intake,
                new WebhooksResource(intake),
                new AuditResource(audit));
    }

    private static List<AlertmanagerResource.Receiver> told(ControlPlaneConfiguration config) {
        return Stream.concat(
                        Stream.of(new AlertmanagerResource.Receiver(
                                config.slack().token().isEmpty() ? "log" : "slack", alert -> true)),
                        config.receivers().stream()
                                .map(settings -> new AlertmanagerResource.Receiver(
                                        settings.named(), Receivers.wants(settings)::includes)))
                .toList();
    }

    /** Has all incidents looked at again, because announced work has changed. */
    void mutesChanged(Jdbi jdbi, Instant now) {
        jdbi.useHandle(handle -> IncidentLog.lookAtAll(handle, now));
        dispatcher.wake();
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

    private static Notifier notifier(Optional<SlackNotifier> slack, Environment env) {
        env.healthChecks().register("slack", new Check(() -> slack.flatMap(SlackNotifier::trouble)));
        return slack.<Notifier>map(client -> client).orElseGet(LogNotifier::new);
    }

    private static String orMain(ControlPlaneConfiguration.SlackSection slack, @Nullable String own) {
        return own == null || own.isEmpty() ? slack.channel() : own;
    }

    /** The client of Slack; empty where there is no token, and messages go to the log. */
    private static Optional<SlackNotifier> slack(ControlPlaneConfiguration config, Environment env, Around around) {
        if (config.slack().token().isEmpty()) {
            return Optional.empty();
        }
        String grafana = config.node().grafanaUrl();
        Links links = new Links(
                config.node().publicUrl(), grafana.isEmpty() ? Optional.empty() : Optional.of(grafana), around::panels);
        SlackNotifier slack = new SlackNotifier(
                config.slack().apiUrl(),
                new Secret(config.slack().token()),
                new SlackNotifier.Channels(
                        config.slack().channel(),
                        orMain(config.slack(), config.slack().drillChannel()),
                        orMain(config.slack(), config.slack().digestChannel())),
                new SlackNotifier.Look(
                        links,
                        Objects.requireNonNullElse(config.slack().mention(), ""),
                        SlackButtons.shown(config),
                        around::advice));
        env.lifecycle().manage(new AutoCloseableManager(slack));
        return Optional.of(slack);
    }
}
