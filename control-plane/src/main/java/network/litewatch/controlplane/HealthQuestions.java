package network.litewatch.controlplane;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.HealthStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.ingest.Outbox;
import network.litewatch.controlplane.ingest.Shipper;
import network.litewatch.controlplane.schedule.ScheduleWatchdog;
import network.litewatch.probe.Reason;

/** The questions behind the health checks; each answers what is wrong and since when, or nothing. */
final class HealthQuestions {
    private static final Duration OUTBOX_STALE = Duration.ofMinutes(5);
    private static final Duration QUIET = Duration.ofMinutes(2);

    private final InstantSource clock;
    private final Instant since;
    private final LatestAssessments latest;
    private final ScheduleWatchdog watchdog;
    private final Outbox outbox;
    private final Shipper shipper;

    HealthQuestions(
            InstantSource clock, LatestAssessments latest, ScheduleWatchdog watchdog, Outbox outbox, Shipper shipper) {
        this.clock = clock;
        this.since = clock.instant();
        this.latest = latest;
        this.watchdog = watchdog;
        this.outbox = outbox;
        this.shipper = shipper;
    }

    Optional<String> elasticsearch(ElasticsearchClient client) throws IOException {
        HealthStatus status = client.cluster().health().status();
        return status == HealthStatus.Red ? Optional.of("cluster health is red") : Optional.empty();
    }

    Optional<String> outbox() {
        Shipper.Status status = shipper.status();
        return outbox.backlog()
                .oldest()
                .filter(oldest -> Duration.between(oldest, clock.instant()).compareTo(OUTBOX_STALE) > 0)
                .map(oldest ->
                        "documents wait since " + oldest + (status.trouble() == null ? "" : ": " + status.trouble()));
    }

    Optional<String> schedule() {
        List<ScheduleWatchdog.Overdue> overdue = watchdog.overdue();
        return overdue.isEmpty()
                ? Optional.empty()
                : Optional.of(overdue.size() + " plans overdue by more than " + ScheduleWatchdog.INTERVALS
                        + " intervals, first " + overdue.get(0).plan() + " since "
                        + overdue.get(0).last());
    }

    /** Inputs are gone when nothing is committed any more, or when a whole network cannot even be connected to. */
    Optional<String> inputs() {
        Instant newest = latest.newest().orElse(since);
        if (Duration.between(newest, clock.instant()).compareTo(QUIET) > 0) {
            return Optional.of("no observation since " + newest);
        }
        TreeMap<String, Boolean> unreachable = new TreeMap<>();
        for (Assessment assessment : latest.all()) {
            if (LatestAssessments.OF_OUR_OWN.contains(assessment.kind())) {
                continue;
            }
            unreachable.merge(
                    assessment.network().value(),
                    isTransport(assessment.outcome().reason()),
                    Boolean::logicalAnd);
        }
        return unreachable.entrySet().stream()
                .filter(java.util.Map.Entry::getValue)
                .findFirst()
                .map(network -> "no target of " + network.getKey()
                        + " can be reached: the prober's own network, or all of" + " it is down");
    }

    private static boolean isTransport(Reason reason) {
        return switch (reason) {
            case TIMEOUT, DNS_FAILURE, CONNECTION_REFUSED, CONNECTION_RESET, NETWORK_ERROR, PATH_UNHEALTHY -> true;
            default -> false;
        };
    }
}
