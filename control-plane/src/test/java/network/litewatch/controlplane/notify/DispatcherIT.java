package network.litewatch.controlplane.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.notify.slack.Links;
import network.litewatch.controlplane.notify.slack.SlackNotifier;
import network.litewatch.lab.fault.FaultInjector;
import network.litewatch.lab.slack.SlackServer;
import network.litewatch.probe.Secret;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The dispatcher over a real PostgreSQL and the lab's Slack: what people see, whatever fails on the way. */
class DispatcherIT {
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());
    private static final String TOKEN = "xoxb-dispatcher-test";
    private static final Duration LEASE = Duration.ofSeconds(30);
    private static final int CHANNEL_BURST = 5;

    private static Jdbi jdbi;

    private final ShiftingClock clock = new ShiftingClock();
    private final Map<String, Integer> results = new HashMap<>();
    private SlackServer slack;
    private SlackNotifier notifier;
    private NotificationLog log;
    private Dispatcher dispatcher;

    @BeforeAll
    static void database() {
        jdbi = SharedStores.get().database("dispatcher");
    }

    @BeforeEach
    void start() {
        jdbi.useHandle(handle -> handle.execute("DELETE FROM notification"));
        slack = new SlackServer(0, TOKEN);
        notifier = slackNotifier("#ops-alerts");
        log = new NotificationLog(jdbi, JSON, clock);
        dispatcher = dispatcher(notifier);
    }

    @AfterEach
    void stop() throws Exception {
        notifier.close();
        slack.close();
    }

    @Test
    void aResolutionEditsTheMessageOfItsFiring() throws Exception {
        insert(firing("a"));
        drain();
        JsonNode fired = onlyMessage();
        insert(resolved("a"));
        drain();

        assertThat(onlyMessage().path("ts")).isEqualTo(fired.path("ts"));
        assertThat(onlyMessage().path("text").asText()).startsWith("[RESOLVED]");
        assertThat(fired.path("text").asText()).doesNotStartWith("[RESOLVED]");
    }

    @Test
    void theSameNotificationTwiceIsOneMessage() throws Exception {
        insert(firing("a"));
        insert(firing("a"));
        drain();
        insert(firing("a"));
        drain();

        assertThat(messages()).hasSize(1);
    }

    @Test
    void criticalOnesGoFirst() throws Exception {
        insert(notification("warn", Notification.Kind.FIRING, "warning"));
        insert(notification("crit", Notification.Kind.FIRING, "critical"));

        assertThat(dispatcher.sendNext()).isTrue();

        assertThat(onlyMessage().toString()).contains("target-crit");
    }

    @Test
    void whatWasInterruptedAfterItsPostIsFoundAndNotPostedAgain() throws Exception {
        insert(firing("a"));
        notifier.post(log.next(LEASE).orElseThrow().notification());
        clock.pass(LEASE);

        drain();

        assertThat(messages()).hasSize(1);
        assertThat(results).containsOnlyKeys("found");
        assertThat(log.pending().count()).isZero();
    }

    @Test
    void whatWasInterruptedBeforeItsPostIsPosted() throws Exception {
        insert(firing("a"));
        assertThat(log.next(LEASE)).isPresent();
        clock.pass(LEASE);

        drain();

        assertThat(messages()).hasSize(1);
        assertThat(results).containsOnlyKeys("delivered");
    }

    @Test
    void whatIsBeingSentIsNobodyElsesBeforeItsLeaseEnds() throws Exception {
        insert(firing("a"));
        assertThat(log.next(LEASE)).isPresent();
        clock.pass(LEASE.minusSeconds(10));

        assertThat(dispatcher(notifier).sendNext()).isFalse();

        assertThat(messages()).isEmpty();
    }

    @Test
    void anInterruptedOneBehindManyMessagesIsStillFound() throws Exception {
        insert(firing("first"));
        notifier.post(log.next(LEASE).orElseThrow().notification());
        // A Slack of its own time, so that more than one page of 200 passes the rate limit.
        slack.close();
        ShiftingClock slackTime = new ShiftingClock();
        slack = new SlackServer(0, TOKEN, slackTime);
        notifier.close();
        notifier = slackNotifier("#ops-alerts");
        notifier.post(firing("first"));
        for (int i = 0; i < 205; i++) {
            slackTime.pass(Duration.ofSeconds(1));
            assertThat(notifier.post(firing("other-" + i))).isInstanceOf(Notifier.Delivery.Delivered.class);
        }
        dispatcher = dispatcher(notifier);
        clock.pass(LEASE);

        drain();

        assertThat(results).containsOnlyKeys("found");
        assertThat(messages()).hasSize(206);
    }

    @Test
    void whereItCannotBeToldWhetherItIsOutNothingIsPosted() throws Exception {
        insert(firing("a"));
        assertThat(log.next(LEASE)).isPresent();
        clock.pass(LEASE);
        dispatcher = dispatcher(new Blind(notifier));

        drain();

        assertThat(messages()).isEmpty();
        assertThat(log.pending().trouble()).hasValue("cannot tell whether it was posted");
    }

    @Test
    void afterFiveMinutesOfNotKnowingItIsRatherToldTwiceThanNever() throws Exception {
        insert(firing("a"));
        assertThat(log.next(LEASE)).isPresent();
        clock.pass(Duration.ofMinutes(6));
        dispatcher = dispatcher(new Blind(notifier));

        drain();

        assertThat(messages()).hasSize(1);
    }

    @Test
    void anAlertThatCameAndWentWhileSlackWasAwayIsOneMessage() throws Exception {
        try (var down = fault("slack.down", "{}")) {
            insert(firing("a"));
            drain();
            insert(resolved("a"));
            drain();
            assertThat(down).isNotNull();
        }
        assertThat(messages()).isEmpty();
        clock.pass(Duration.ofMinutes(2));

        drain();
        clock.pass(Duration.ofMinutes(2));
        drain();

        assertThat(onlyMessage().path("text").asText()).startsWith("[RESOLVED]");
        assertThat(log.pending().count()).isZero();
    }

    @Test
    void afterA429EveryOneWaitsAsLongAsSlackSays() throws Exception {
        try (var limited = fault("slack.429", "{\"retry_after\":7}")) {
            insert(firing("a"));
            insert(firing("b"));
            assertThat(dispatcher.sendNext()).isTrue();
            assertThat(limited).isNotNull();
        }
        clock.pass(Duration.ofSeconds(6));
        assertThat(dispatcher.sendNext()).isFalse();
        clock.pass(Duration.ofSeconds(1));

        drain();

        assertThat(messages()).hasSize(2);
        assertThat(results).containsEntry("throttled", 1).containsEntry("delivered", 2);
    }

    @Test
    void messagesAreASecondApart() throws Exception {
        for (int i = 0; i < CHANNEL_BURST + 3; i++) {
            insert(firing("a" + i));
        }

        assertThat(dispatcher.sendNext()).isTrue();
        assertThat(dispatcher.sendNext()).isFalse();
        clock.pass(Duration.ofSeconds(1));
        assertThat(dispatcher.sendNext()).isTrue();

        assertThat(messages()).hasSize(2);
    }

    @Test
    void aRefusedOneStaysVisibleAndBlocksNobody() throws Exception {
        SlackNotifier revoked = new SlackNotifier(api(), new Secret("xoxb-revoked"), "#ops-alerts", links());
        insert(firing("a"));
        assertThat(dispatcher(revoked).sendNext()).isTrue();
        revoked.close();

        assertThat(log.pending().trouble().orElseThrow()).contains("invalid_auth");
        assertThat(results).containsOnlyKeys("rejected");
        insert(firing("b"));
        assertThat(dispatcher.sendNext()).isTrue();
        assertThat(onlyMessage().toString()).contains("target-b");
    }

    @Test
    void whenTheMessageToEditIsGoneOneNewMessageSaysIt() throws Exception {
        insert(firing("a"));
        drain();
        // Somebody deleted the message: the stand-in that is empty knows none of that ts.
        slack.close();
        slack = new SlackServer(0, TOKEN);
        notifier.close();
        notifier = slackNotifier("#ops-alerts");
        notifier.post(firing("unrelated"));
        dispatcher = dispatcher(notifier);
        clock.pass(Duration.ofSeconds(5));

        insert(resolved("a"));
        drain();
        drain();

        assertThat(messages()).hasSize(2);
        assertThat(messages().get(1).path("text").asText()).startsWith("[RESOLVED]");
        assertThat(log.pending().count()).isZero();
    }

    @Test
    void anAnswerThatIsNotSlacksIsNoReasonToThrow() throws Exception {
        try (SlackNotifier elsewhere = new SlackNotifier(
                "http://127.0.0.1:" + slack.port() + "/?page=", new Secret(TOKEN), "#ops-alerts", links())) {
            assertThat(elsewhere.post(firing("a"))).isInstanceOf(Notifier.Delivery.Unknown.class);
            assertThat(elsewhere.update(new Notifier.Posted("C1", "1.0"), resolved("a")))
                    .isInstanceOf(Notifier.Delivery.Unknown.class);
            assertThat(elsewhere.find(firing("a"))).isEqualTo(Notifier.Lookup.unknown());
            assertThat(elsewhere.trouble()).isPresent();
        }
    }

    @Test
    void aNodeWithoutTheLockSendsNothing() throws Exception {
        var source = SharedStores.get().source("dispatcher");
        Dispatcher first = new Dispatcher(log, notifier, source, clock, new Random(1), (kind, result) -> {});
        Dispatcher second = new Dispatcher(log, new Blind(notifier), source, clock, new Random(2), (kind, result) -> {
            throw new AssertionError("sent without the lock");
        });
        first.start();
        insert(firing("a"));
        first.wake();
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .until(() -> messages().size() == 1);
        second.start();
        clock.pass(Duration.ofSeconds(2));
        insert(firing("b"));
        second.wake();
        first.wake();
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .until(() -> messages().size() == 2);
        first.stop();
        second.stop();

        assertThat(log.pending().count()).isZero();
    }

    /** Cannot see the channel, as a bot without {@code channels:history}. */
    private record Blind(Notifier notifier) implements Notifier {
        @Override
        public Delivery post(Notification notification) {
            return notifier.post(notification);
        }

        @Override
        public Delivery update(Posted posted, Notification notification) {
            return notifier.update(posted, notification);
        }

        @Override
        public Lookup find(Notification notification) {
            return Lookup.unknown();
        }
    }

    /** Real time, which a test can push on. */
    private static final class ShiftingClock implements InstantSource {
        private volatile Duration shift = Duration.ZERO;

        void pass(Duration duration) {
            shift = shift.plus(duration);
        }

        @Override
        public Instant instant() {
            return InstantSource.system().instant().plus(shift);
        }
    }

    /** Sends until nothing is due for as long as a paced channel may pause. */
    private void drain() {
        for (int idle = 0; idle < 2; ) {
            if (dispatcher.sendNext()) {
                idle = 0;
            } else {
                idle++;
            }
            clock.pass(Duration.ofSeconds(1));
        }
    }

    private Dispatcher dispatcher(Notifier through) {
        return new Dispatcher(
                log,
                through,
                SharedStores.get().source("dispatcher"),
                clock,
                new Random(7),
                (kind, result) -> results.merge(result, 1, Integer::sum));
    }

    private AutoCloseable fault(String kind, String args) throws Exception {
        FaultInjector.FaultHandle handle = slack.injector(kind).inject(JSON.readTree(args), Duration.ofMinutes(1));
        return handle::undo;
    }

    private void insert(Notification notification) {
        jdbi.useHandle(handle -> log.insert(handle, List.of(notification)));
    }

    private Notification firing(String target) {
        return notification(target, Notification.Kind.FIRING, "critical");
    }

    private Notification resolved(String target) {
        return notification(target, Notification.Kind.RESOLVED, "critical");
    }

    private static Notification notification(String target, Notification.Kind kind, String severity) {
        Instant fired = InstantSource.system().instant();
        Instant episode = Instant.parse("2026-01-01T00:00:00Z");
        AlertMessage message = new AlertMessage(
                "fp-" + target,
                "RpcHeadStalled",
                severity,
                "target-" + target,
                "lab",
                Map.of(),
                "RPC target-" + target + " is behind",
                "",
                List.of("rpc_head_lag_seconds 16 s > 10 s"),
                List.of(),
                "rpc-head-stalled",
                episode,
                fired,
                kind == Notification.Kind.RESOLVED ? fired : null);
        UUID id = UUID.nameUUIDFromBytes((target + kind).getBytes(java.nio.charset.StandardCharsets.UTF_8));
        return new Notification(id, message.fingerprint(), episode, kind, message);
    }

    private SlackNotifier slackNotifier(String channel) {
        return new SlackNotifier(api(), new Secret(TOKEN), channel, links());
    }

    private String api() {
        return "http://127.0.0.1:" + slack.port() + "/api/";
    }

    private static Links links() {
        return new Links("http://litewatch", Optional.empty());
    }

    private JsonNode onlyMessage() throws Exception {
        assertThat(messages()).hasSize(1);
        return messages().get(0);
    }

    private List<JsonNode> messages() throws Exception {
        String body = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + slack.port() + "/state.json"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        List<JsonNode> messages = new ArrayList<>();
        JSON.readTree(body).path("channels").forEach(c -> c.path("messages").forEach(messages::add));
        return messages;
    }
}
