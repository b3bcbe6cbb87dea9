package network.litewatch.controlplane;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.metrics.PipelineMetrics;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.schedule.ScheduleWatchdog;

/** What the service says of itself, for whoever watches the watcher: what waits, and for how long. */
record OwnGauges(
        Outbox outbox, IncidentLog incidents, Pipeline pipeline, ScheduleWatchdog watchdog, InstantSource clock) {
    void register(PipelineMetrics metrics) {
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
                "Age of the oldest message or line of a thread that is not out; 0 when there is none",
                () -> age(incidents.pending().oldest()));
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
}
