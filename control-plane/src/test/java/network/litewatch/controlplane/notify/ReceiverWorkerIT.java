package network.litewatch.controlplane.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.GroupKey;
import network.litewatch.controlplane.alert.incident.IncidentSamples;
import network.litewatch.controlplane.alert.incident.Matcher;
import network.litewatch.controlplane.alert.incident.Pace;
import network.litewatch.controlplane.alert.incident.Silence;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.notify.receiver.HttpReceiver;
import network.litewatch.controlplane.notify.receiver.ReceiverSettings;
import network.litewatch.controlplane.notify.receiver.Receivers;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.MuteStore;
import network.litewatch.controlplane.store.SilenceStore;
import network.litewatch.probe.http.GuardedClient;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Webhooks and PagerDuty over a real PostgreSQL and a real HTTP server: what arrives there, whatever fails on the way. */
class ReceiverWorkerIT {
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final String KEY = "routing-key-0123456789";

    private static Jdbi jdbi;

    /** A request that came. */
    private record Came(String path, String authorization, String delivery, JsonNode body) {}

    private final Clock clock = new Clock();
    private final List<Came> came = Collections.synchronizedList(new ArrayList<>());
    private final List<Integer> answers = Collections.synchronizedList(new ArrayList<>());
    private final Map<String, Integer> results = new HashMap<>();
    private final List<GuardedClient> clients = new ArrayList<>();
    private HttpServer server;
    private AlertStore alerts;
    private SilenceStore silences;
    private IncidentLog incidents;
    private ReceiverLog log;

    @BeforeAll
    static void database() {
        jdbi = SharedStores.get().database("receiver_worker");
    }

    @BeforeEach
    void start() throws IOException {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM incident; DELETE FROM alert; DELETE FROM silence"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            came.add(new Came(
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    exchange.getRequestHeaders().getFirst(HttpReceiver.DELIVERY),
                    JSON.readTree(exchange.getRequestBody())));
            int status = answers.isEmpty() ? 202 : answers.remove(0);
            if (status == 429) {
                exchange.getResponseHeaders().add("Retry-After", "120");
            }
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        alerts = new AlertStore(jdbi, JSON);
        silences = new SilenceStore(jdbi, JSON);
        MuteStore mutes = new MuteStore(jdbi, JSON, List::of);
        incidents = new IncidentLog(jdbi, JSON, clock, Pace.DEFAULT, alerts::of, mutes::at);
        log = new ReceiverLog(jdbi, JSON, clock, incidents, alerts::of, mutes::at);
    }

    @AfterEach
    void stop() {
        server.stop(0);
        clients.forEach(GuardedClient::close);
    }

    @Test
    void aWebhookIsRemindedEveryFourHoursWhileNothingSilencesItAndPagerDutyNeverIs() {
        ReceiverWorker hooks = worker(webhook("hooks"));
        ReceiverWorker pager = worker(pagerDuty());
        fire("Rule-x", "a", "critical");
        drain(hooks);
        drain(pager);
        clock.pass(Duration.ofHours(4).plusSeconds(1));
        drain(hooks);
        drain(pager);

        assertThat(came).extracting(Came::path).containsExactly("/hook", "/v2/enqueue", "/hook");
        assertThat(came.get(2).body()).isEqualTo(came.get(0).body());
        assertThat(came.get(2).delivery()).isNotEqualTo(came.get(0).delivery());
        clock.pass(Duration.ofHours(4).minusSeconds(60));
        silence("target-a");
        clock.pass(Duration.ofMinutes(2));
        drain(hooks);
        assertThat(came).hasSize(3);
        clock.pass(Duration.ofMinutes(10));
        drain(hooks);
        assertThat(came).hasSize(4);
    }

    @Test
    void aWebhookIsToldOnceInTheShapeOfAlertmanagerAndOfTheEnd() {
        ReceiverWorker hooks = worker(webhook("hooks"));
        fire("Rule-x", "a", "critical");
        drain(hooks);
        assertThat(came).singleElement().satisfies(first -> {
            assertThat(first.path()).isEqualTo("/hook");
            assertThat(first.authorization()).isEqualTo("Bearer hook-token");
            JsonNode body = first.body();
            assertThat(body.path("version").asText()).isEqualTo("4");
            assertThat(body.path("status").asText()).isEqualTo("firing");
            assertThat(body.path("receiver").asText()).isEqualTo("hooks");
            assertThat(body.path("truncatedAlerts").asInt(-1)).isZero();
            assertThat(body.path("externalURL").asText()).isEqualTo("http://litewatch");
            assertThat(body.path("groupLabels").path("network").asText()).isEqualTo("lab");
            assertThat(body.path("commonLabels").path("alertname").asText()).isEqualTo("Rule-x");
            assertThat(body.path("commonAnnotations").path("runbook_url").asText())
                    .isEqualTo("http://litewatch/runbooks/Rule-x-book");
            assertThat(body.path("groupKey").asText()).isEqualTo(open("Rule-x").toString());
            JsonNode alert = body.path("alerts").path(0);
            assertThat(body.path("alerts")).hasSize(1);
            assertThat(alert.path("status").asText()).isEqualTo("firing");
            assertThat(alert.path("labels").path("target").asText()).isEqualTo("target-a");
            assertThat(alert.path("endsAt").asText()).isEqualTo("0001-01-01T00:00:00Z");
            assertThat(Instant.parse(alert.path("startsAt").asText())).isBefore(clock.instant());
            assertThat(alert.path("fingerprint").asText()).isEqualTo("Rule-x-target-a");
            assertThat(alert.path("generatorURL").asText()).startsWith("http://litewatch/api/v1/incidents/");
        });

        resolve("Rule-x", "a");
        drain(hooks);
        assertThat(came).hasSize(1);
        clock.pass(Duration.ofMinutes(2));
        drain(hooks);

        assertThat(came).hasSize(2).last().satisfies(last -> {
            assertThat(last.body().path("status").asText()).isEqualTo("resolved");
            assertThat(last.body().path("groupKey"))
                    .isEqualTo(came.get(0).body().path("groupKey"));
            assertThat(last.delivery()).isNotEqualTo(came.get(0).delivery());
            JsonNode alert = last.body().path("alerts").path(0);
            assertThat(alert.path("status").asText()).isEqualTo("resolved");
            assertThat(Instant.parse(alert.path("endsAt").asText())).isAfter(Instant.EPOCH);
        });
        assertThat(results).containsOnlyKeys("hooks delivered");
    }

    @Test
    void onceStartedItTellsByItselfAlsoAfterTheDatabaseWasAway() throws InterruptedException {
        ReceiverWorker hooks = worker(webhook("hooks"));
        jdbi.useHandle(handle -> handle.execute("ALTER TABLE receiver_log RENAME TO receiver_log_away"));
        fire("Rule-x", "a", "critical");
        try {
            assertThatThrownBy(hooks::sendNext).hasMessageContaining("receiver_log");
            hooks.start();
        } finally {
            jdbi.useHandle(handle -> handle.execute("ALTER TABLE receiver_log_away RENAME TO receiver_log"));
        }
        await().atMost(Duration.ofSeconds(30)).until(() -> came.size() == 1);
        hooks.stop();

        fire("Rule-y", "b", "critical");
        assertThat(came).hasSize(1);
        drain(hooks);
        assertThat(came).hasSize(2);
    }

    @Test
    void pagerDutyIsTriggeredAcknowledgedAndResolvedUnderOneKey() {
        ReceiverWorker pager = worker(pagerDuty());
        fire("Rule-x", "a", "critical");
        drain(pager);
        UUID incident = open("Rule-x");
        jdbi.useTransaction(handle -> incidents.change(
                handle, incident, before -> before.acked("ann", clock.instant(), Duration.ofHours(1))));
        drain(pager);
        fire("Rule-x", "b", "critical");
        clock.pass(Duration.ofMinutes(1));
        drain(pager);
        resolve("Rule-x", "a");
        resolve("Rule-x", "b");
        clock.pass(Duration.ofMinutes(2));
        drain(pager);

        assertThat(came)
                .extracting(each -> each.body().path("event_action").asText())
                .containsExactly("trigger", "acknowledge", "resolve");
        assertThat(came).allSatisfy(each -> {
            assertThat(each.path()).isEqualTo("/v2/enqueue");
            assertThat(each.authorization()).isNull();
            assertThat(each.body().path("routing_key").asText()).isEqualTo(KEY);
            assertThat(each.body().path("dedup_key").asText()).isEqualTo(incident.toString());
        });
        JsonNode payload = came.get(0).body().path("payload");
        assertThat(payload.path("summary").asText()).isEqualTo("RPC target-a is behind");
        assertThat(payload.path("source").asText()).isEqualTo("target-a");
        assertThat(payload.path("severity").asText()).isEqualTo("critical");
        assertThat(came.get(2).body().has("payload")).isFalse();
    }

    @Test
    void onlyTheSeveritiesThatItWantsAreToldAndARaiseIs() {
        ReceiverWorker pager = worker(pagerDuty());
        fire("Rule-x", "a", "warning");
        drain(pager);
        assertThat(came).isEmpty();

        fire("Rule-x", "b", "critical");
        drain(pager);

        assertThat(came)
                .singleElement()
                .satisfies(each ->
                        assertThat(each.body().path("event_action").asText()).isEqualTo("trigger"));
    }

    @Test
    void whatFailedIsSentAgainAndRetryAfterIsKept() {
        ReceiverWorker hooks = worker(webhook("hooks"));
        answers.addAll(List.of(500, 429));
        fire("Rule-x", "a", "critical");
        drain(hooks);
        assertThat(came).hasSize(2);
        clock.pass(Duration.ofSeconds(100));
        drain(hooks);
        assertThat(came).hasSize(2);

        clock.pass(Duration.ofSeconds(30));
        drain(hooks);

        assertThat(came).hasSize(3).extracting(Came::delivery).containsOnly(open("Rule-x") + "/1");
        assertThat(results).containsOnlyKeys("hooks retry", "hooks throttled", "hooks delivered");
    }

    @Test
    void whoDiedBetweenTheSendAndItsRecordSendsTheSameAgain() {
        Receiver hooks = webhook("hooks");
        fire("Rule-x", "a", "critical");
        ReceiverLog.Due due = log.next(hooks, LEASE).orElseThrow();
        hooks.deliver(due.bulletin(), due.delivery());
        assertThat(worker(hooks).sendNext()).isFalse();
        clock.pass(LEASE);

        drain(worker(hooks));

        assertThat(came).hasSize(2);
        assertThat(came.get(1).delivery()).isEqualTo(came.get(0).delivery());
        assertThat(came.get(1).body()).isEqualTo(came.get(0).body());
    }

    @Test
    void oneThatIsDownHoldsUpNoOtherAndHearsHowItEndedWhenItIsBack() {
        ReceiverSettings nowhere = new ReceiverSettings(
                "down", "webhook", "http://127.0.0.1:1/hook", null, null, List.of("critical"), List.of("127.0.0.0/8"));
        ReceiverWorker down = worker(receiver(nowhere));
        ReceiverWorker hooks = worker(webhook("hooks"));
        fire("Rule-x", "a", "critical");
        assertThat(down.sendNext()).isTrue();
        drain(hooks);
        assertThat(came).hasSize(1);
        clock.pass(Duration.ofMinutes(6));
        assertThat(log.trouble(clock.instant().minus(Duration.ofMinutes(5))).orElseThrow())
                .contains("down was not told of 1 incidents", "connection_refused");
        resolve("Rule-x", "a");
        clock.pass(Duration.ofMinutes(2));

        drain(worker(receiver(new ReceiverSettings(
                "down", "webhook", url("/back"), null, null, List.of("critical"), List.of("127.0.0.0/8")))));

        assertThat(came).hasSize(2).last().satisfies(last -> {
            assertThat(last.path()).isEqualTo("/back");
            assertThat(last.body().path("status").asText()).isEqualTo("resolved");
        });
        assertThat(log.trouble(clock.instant())).isEmpty();
    }

    @Test
    void theEndIsToldThoughTheIncidentIsClosedByThen() {
        ReceiverWorker hooks = worker(webhook("hooks"));
        fire("Rule-x", "a", "critical");
        drain(hooks);
        UUID incident = open("Rule-x");
        jdbi.useHandle(handle -> handle.createUpdate("UPDATE incident SET closed_at = :now WHERE id = :id")
                .bind("now", clock.instant())
                .bind("id", incident)
                .execute());
        drain(hooks);
        drain(hooks);

        assertThat(came)
                .hasSize(2)
                .last()
                .satisfies(
                        last -> assertThat(last.body().path("status").asText()).isEqualTo("resolved"));
    }

    @Test
    void whatIsSilencedOrADrillIsToldToNobody() {
        ReceiverWorker hooks = worker(webhook("hooks"));
        silence("target-a");
        fire("Rule-x", "a", "critical");
        Alert drilled = IncidentSamples.firing("Rule-y", "target-b", "critical", clock.instant());
        turn(new Transition(Transition.Kind.FIRED, IncidentSamples.drilled(drilled, "run-1")));
        drain(hooks);
        assertThat(came).isEmpty();

        clock.pass(Duration.ofMinutes(10));
        drain(hooks);

        assertThat(came)
                .singleElement()
                .satisfies(each -> assertThat(each.body()
                                .path("alerts")
                                .path(0)
                                .path("labels")
                                .path("target")
                                .asText())
                        .isEqualTo("target-a"));
    }

    @Test
    void aPrivateAddressThatIsNotAllowedIsNotDialled() {
        Receiver closed = receiver(
                new ReceiverSettings("closed", "webhook", url("/hook"), null, null, List.of("critical"), List.of()));
        fire("Rule-x", "a", "critical");

        assertThat(worker(closed).sendNext()).isTrue();

        assertThat(came).isEmpty();
        assertThat(results).containsOnlyKeys("closed retry");
        assertThat(closed.toString()).doesNotContain("/hook");
        assertThat(pagerDuty().toString()).doesNotContain(KEY);
    }

    private void silence(String target) {
        jdbi.useTransaction(handle -> silences.save(
                handle,
                new Silence(
                        UUID.randomUUID(),
                        List.of(Matcher.equal("target", target)),
                        clock.instant(),
                        clock.instant().plusSeconds(600),
                        "ann",
                        "deploy",
                        clock.instant())));
    }

    private void drain(ReceiverWorker worker) {
        for (int idle = 0; idle < 3; ) {
            idle = worker.sendNext() ? 0 : idle + 1;
            clock.pass(Duration.ofSeconds(1));
        }
    }

    private ReceiverWorker worker(Receiver receiver) {
        return new ReceiverWorker(
                log,
                receiver,
                clock,
                new Random(7),
                (name, result) -> results.merge(name + " " + result, 1, Integer::sum));
    }

    private Receiver webhook(String name) {
        return receiver(new ReceiverSettings(
                name,
                "webhook",
                url("/hook"),
                "hook-token",
                null,
                List.of("critical", "warning"),
                List.of("127.0.0.0/8")));
    }

    private Receiver pagerDuty() {
        return receiver(new ReceiverSettings(
                "pager", "pagerduty", url(""), null, KEY, List.of("critical"), List.of("127.0.0.0/8")));
    }

    private Receiver receiver(ReceiverSettings settings) {
        GuardedClient client = Receivers.client(settings);
        clients.add(client);
        return Receivers.of(settings, client, JSON, "http://litewatch");
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private UUID open(String rule) {
        return incidents
                .open(GroupKey.of(IncidentSamples.firing(rule, "target-a", "critical", clock.instant())))
                .orElseThrow()
                .incident()
                .id();
    }

    private void fire(String rule, String target, String severity) {
        turn(new Transition(
                Transition.Kind.FIRED, IncidentSamples.firing(rule, "target-" + target, severity, clock.instant())));
    }

    private void resolve(String rule, String target) {
        Alert alert = alerts.find(rule + "-target-" + target).orElseThrow();
        turn(new Transition(Transition.Kind.RESOLVED, IncidentSamples.resolved(alert, clock.instant())));
    }

    private void turn(Transition transition) {
        jdbi.useTransaction(handle -> {
            alerts.save(handle, new AlertBook.Changes(List.of(transition.alert()), List.of(), List.of(transition)));
            incidents.turned(handle, List.of(transition));
        });
    }

    /** Real time, which a test can push on; in the microseconds that PostgreSQL keeps. */
    private static final class Clock implements InstantSource {
        private Duration shift = Duration.ZERO;

        void pass(Duration duration) {
            shift = shift.plus(duration);
        }

        @Override
        public Instant instant() {
            return InstantSource.system().instant().plus(shift).truncatedTo(ChronoUnit.MICROS);
        }
    }
}
