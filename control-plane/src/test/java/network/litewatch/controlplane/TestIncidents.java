package network.litewatch.controlplane;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.InstantSource;
import java.util.List;
import network.litewatch.controlplane.alert.incident.Pace;
import network.litewatch.controlplane.api.AlertmanagerResource;
import network.litewatch.controlplane.api.AlertsResource;
import network.litewatch.controlplane.api.AuditResource;
import network.litewatch.controlplane.api.ExternalAlertsResource;
import network.litewatch.controlplane.api.IncidentsResource;
import network.litewatch.controlplane.api.SilencesResource;
import network.litewatch.controlplane.api.WebhooksResource;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.AuditLog;
import network.litewatch.controlplane.store.MuteStore;
import network.litewatch.controlplane.store.SilenceStore;
import org.jdbi.v3.core.Jdbi;

/** What the API shows of alerts and incidents, and lets people do, over any database. */
public final class TestIncidents {
    private TestIncidents() {}

    public static List<Object> resources(Jdbi jdbi, ObjectMapper json, InstantSource clock) {
        AlertStore alerts = new AlertStore(jdbi, json);
        SilenceStore silences = new SilenceStore(jdbi, json);
        MuteStore mutes = new MuteStore(jdbi, json, List::of);
        IncidentLog log = log(jdbi, json, clock);
        AuditLog audit = new AuditLog(jdbi, clock);
        OperatorDesk desk = new OperatorDesk(jdbi, clock, silences, log, audit, () -> {});
        ExternalAlertsResource intake = new ExternalAlertsResource(
                new ExternalAlerts(jdbi, clock, alerts, log, new Outbox(jdbi, clock), () -> {}), clock);
        return List.of(
                new AlertsResource(alerts, log),
                new IncidentsResource(log, desk),
                new SilencesResource(silences, desk, clock),
                new AlertmanagerResource(
                        alerts,
                        mutes::at,
                        clock,
                        List.of(
                                new AlertmanagerResource.Receiver("slack", alert -> true),
                                new AlertmanagerResource.Receiver(
                                        "pager",
                                        alert ->
                                                "critical".equals(alert.labels().get("severity")))),
                        "http://litewatch"),
                intake,
                new WebhooksResource(intake),
                new AuditResource(audit));
    }

    public static IncidentLog log(Jdbi jdbi, ObjectMapper json, InstantSource clock) {
        return new IncidentLog(
                jdbi,
                json,
                clock,
                Pace.DEFAULT,
                new AlertStore(jdbi, json)::of,
                new MuteStore(jdbi, json, List::of)::at);
    }
}
