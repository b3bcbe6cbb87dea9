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
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.Digest;
import network.litewatch.controlplane.alert.incident.IncidentMessage;
import network.litewatch.controlplane.alert.incident.IncidentSamples;
import network.litewatch.controlplane.alert.incident.Matcher;
import network.litewatch.controlplane.alert.incident.Note;
import network.litewatch.controlplane.alert.incident.Pace;
import network.litewatch.controlplane.alert.incident.Silence;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.notify.slack.Links;
import network.litewatch.controlplane.notify.slack.SlackNotifier;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.MuteStore;
import network.litewatch.controlplane.store.SilenceStore;
import network.litewatch.fault.FaultInjector;
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
    private AlertStore alerts;
    private SilenceStore silences;
    private IncidentLog log;
    private Dispatcher dispatcher;

    @BeforeAll
    static void database() {
        jdbi = SharedStores.get().database("dispatcher");
    }

    @BeforeEach
    void start() {
        jdbi.useHandle(handle ->
                handle.execute("DELETE FROM digest; DELETE FROM incident; DELETE FROM alert; DELETE FROM silence"));
        slack = new SlackServer(0, TOKEN);
        notifier = slackNotifier("#ops-alerts");
        alerts = new AlertStore(jdbi, JSON);
        silences = new SilenceStore(jdbi, JSON);
        log = new IncidentLog(jdbi, JSON, clock, Pace.DEFAULT, alerts::of, new MuteStore(jdbi, JSON, List::of)::at);
        dispatcher = dispatcher(notifier);
    }

    @AfterEach
    void stop() throws Exception {
        notifier.close();
        slack.close();
    }

    @Test
    void aResolutionEditsTheMessageOfItsFiring() throws Exception {
        fire("a");
        drain();
        JsonNode fired = onlyMessage();
        resolve("a");
        drain();

        assertThat(onlyMessage().path("ts")).isEqualTo(fired.path("ts"));
        assertThat(onlyMessage().path("text").asText()).startsWith("[RESOLVED]");
        assertThat(fired.path("text").asText()).doesNotStartWith("[RESOLVED]");
    }

    @Test
    void theSameNotificationTwiceIsOneMessage() throws Exception {
        fire("a");
        fire("a");
        drain();
        fire("a");
        drain();

        assertThat(messages()).hasSize(1);
    }

    @Test
    void criticalOnesGoFirst() throws Exception {
        fire("warn", "warning");
        fire("crit", "critical");

        assertThat(dispatcher.sendNext()).isTrue();

        assertThat(onlyMessage().toString()).contains("target-crit");
    }

    @Test
    void whatWasInterruptedAfterItsPostIsFoundAndNotPostedAgain() throws Exception {
        fire("a");
        notifier.post(log.next(LEASE).orElseThrow().message());
        clock.pass(LEASE);

        drain();

        assertThat(messages()).hasSize(1);
        assertThat(results).containsOnlyKeys("found", "delivered");
        assertThat(log.pending().count()).isZero();
    }

    @Test
    void whatWasInterruptedBeforeItsPostIsPosted() throws Exception {
        fire("a");
        assertThat(log.next(LEASE)).isPresent();
        clock.pass(LEASE);

        drain();

        assertThat(messages()).hasSize(1);
        assertThat(results).containsOnlyKeys("delivered");
    }

    @Test
    void whatIsBeingSentIsNobodyElsesBeforeItsLeaseEnds() throws Exception {
        fire("a");
        assertThat(log.next(LEASE)).isPresent();
        clock.pass(LEASE.minusSeconds(10));

        assertThat(dispatcher(notifier).sendNext()).isFalse();

        assertThat(messages()).isEmpty();
    }

    @Test
    void anInterruptedOneBehindManyMessagesIsStillFound() throws Exception {
        fire("first");
        IncidentMessage interrupted = log.next(LEASE).orElseThrow().message();
        // A Slack of its own time, so that more than one page of 200 passes the rate limit.
        slack.close();
        ShiftingClock slackTime = new ShiftingClock();
        slack = new SlackServer(0, TOKEN, slackTime);
        notifier.close();
        notifier = slackNotifier("#ops-alerts");
        notifier.post(Objects.requireNonNull(interrupted));
        for (int i = 0; i < 205; i++) {
            slackTime.pass(Duration.ofSeconds(1));
            assertThat(notifier.post(message("other-" + i))).isInstanceOf(Notifier.Delivery.Delivered.class);
        }
        dispatcher = dispatcher(notifier);
        clock.pass(LEASE);

        drain();

        assertThat(results).containsOnlyKeys("found", "delivered");
        assertThat(messages()).hasSize(206);
    }

    @Test
    void whereItCannotBeToldWhetherItIsOutNothingIsPosted() throws Exception {
        fire("a");
        assertThat(log.next(LEASE)).isPresent();
        clock.pass(LEASE);
        dispatcher = dispatcher(new Blind(notifier));

        drain();

        assertThat(messages()).isEmpty();
        assertThat(log.pending().trouble()).hasValue("cannot tell whether it was posted");
    }

    @Test
    void afterFiveMinutesOfNotKnowingItIsRatherToldTwiceThanNever() throws Exception {
        fire("a");
        assertThat(log.next(LEASE)).isPresent();
        clock.pass(Duration.ofMinutes(6));
        dispatcher = dispatcher(new Blind(notifier));

        drain();

        assertThat(messages()).hasSize(1);
    }

    @Test
    void anAlertThatCameAndWentWhileSlackWasAwayIsOneMessage() throws Exception {
        try (var down = fault("slack.down", "{}")) {
            fire("a");
            drain();
            resolve("a");
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
            fire("a");
            fire("b");
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
            fire("a" + i);
        }

        assertThat(dispatcher.sendNext()).isTrue();
        assertThat(dispatcher.sendNext()).isFalse();
        clock.pass(Duration.ofSeconds(1));
        assertThat(dispatcher.sendNext()).isTrue();

        assertThat(messages()).hasSize(2);
    }

    @Test
    void aRefusedOneStaysVisibleAndBlocksNobody() throws Exception {
        SlackNotifier revoked = new SlackNotifier(
                api(), new Secret("xoxb-revoked"), SlackNotifier.Channels.only("#ops-alerts"), look(""));
        fire("a");
        assertThat(dispatcher(revoked).sendNext()).isTrue();
        revoked.close();

        assertThat(log.pending().trouble().orElseThrow()).contains("invalid_auth");
        assertThat(results).containsOnlyKeys("rejected");
        fire("b");
        assertThat(dispatcher.sendNext()).isTrue();
        assertThat(onlyMessage().toString()).contains("target-b");
    }

    @Test
    void whenTheMessageToEditIsGoneOneNewMessageSaysIt() throws Exception {
        fire("a");
        drain();
        // Somebody deleted the message: the stand-in that is empty knows none of that ts.
        slack.close();
        slack = new SlackServer(0, TOKEN);
        notifier.close();
        notifier = slackNotifier("#ops-alerts");
        notifier.post(message("unrelated"));
        dispatcher = dispatcher(notifier);
        clock.pass(Duration.ofSeconds(5));

        resolve("a");
        drain();
        drain();

        assertThat(messages()).hasSize(2);
        assertThat(messages().get(1).path("text").asText()).startsWith("[RESOLVED]");
        assertThat(log.pending().count()).isZero();
    }

    @Test
    void anAnswerThatIsNotSlacksIsNoReasonToThrow() throws Exception {
        try (SlackNotifier elsewhere = new SlackNotifier(
                "http://127.0.0.1:" + slack.port() + "/?page=",
                new Secret(TOKEN),
                SlackNotifier.Channels.only("#ops-alerts"),
                look(""))) {
            assertThat(elsewhere.post(message("a"))).isInstanceOf(Notifier.Delivery.Unknown.class);
            assertThat(elsewhere.update(new Notifier.Posted("C1", "1.0"), message("a")))
                    .isInstanceOf(Notifier.Delivery.Unknown.class);
            assertThat(elsewhere.find(IncidentSamples.ID, IncidentSamples.T0)).isEqualTo(Notifier.Lookup.unknown());
            assertThat(elsewhere.trouble()).isPresent();
        }
    }

    @Test
    void whoeverDiesWhereverNothingIsMissedAndNothingIsThereTwice() throws Exception {
        // A Slack that lives in the same time as we do: a message is looked for from when it was first to be sent.
        slack.close();
        slack = new SlackServer(0, TOKEN, clock);
        notifier.close();
        notifier = slackNotifier("#ops-alerts");
        int deaths = 0;
        for (int run = 0; deaths < 200; run++) {
            String target = "r" + run;
            Random chance = new Random(run);
            dispatcher = dispatcher(new CrashingSender(notifier, chance, 0.35));
            fire(target);
            deaths += drainDying();
            if (chance.nextBoolean()) {
                clock.pass(Duration.ofMinutes(chance.nextInt(15)));
                deaths += drainDying();
            }
            resolve(target);
            clock.pass(Duration.ofMinutes(2));
            deaths += drainDying();
            dispatcher = dispatcher(notifier);
            clock.pass(LEASE.plusSeconds(90));
            drain();

            List<JsonNode> mine = messages().stream()
                    .filter(message ->
                            message.toString().contains("target-" + target + " ") && !message.has("thread_ts"))
                    .toList();
            assertThat(mine).as("run %d", run).hasSize(1);
            assertThat(mine.get(0).path("text").asText()).startsWith("[RESOLVED]");
            List<String> thread = everything().stream()
                    .filter(message ->
                            message.path("thread_ts").equals(mine.get(0).path("ts")))
                    .map(message -> message.path("text").asText())
                    .toList();
            assertThat(thread).doesNotHaveDuplicates();
            assertThat(thread).last().asString().startsWith("Resolved after");
            assertThat(log.pending().count()).isZero();
        }
    }

    /** Sends, and whenever the sender dies goes on as another process does: when the lease of the dead one is over. */
    private int drainDying() {
        int deaths = 0;
        for (int idle = 0; idle < 3 && deaths < 50; ) {
            try {
                idle = dispatcher.sendNext() ? 0 : idle + 1;
            } catch (CrashingSender.Died died) {
                deaths++;
                clock.pass(LEASE);
            }
            clock.pass(Duration.ofSeconds(1));
        }
        return deaths;
    }

    @Test
    void whatFiredIsToldThoughItsRowIsGoneByTheTimeAnybodyLooks() throws Exception {
        fire("a");
        jdbi.useHandle(handle -> handle.execute("DELETE FROM alert"));
        drain();

        assertThat(onlyMessage().path("text").asText()).startsWith("[RESOLVED] RPC target-a is behind");
    }

    @Test
    void aLineForAThreadThatIsGoneIsSaidInTheThreadOfANewMessage() throws Exception {
        fire("a");
        drain();
        dispatcher =
                dispatcher(new WithoutThread(notifier, onlyMessage().path("ts").asText()));
        clock.pass(Duration.ofMinutes(11));
        drain();

        assertThat(messages()).hasSize(2);
        assertThat(everything()).hasSize(3);
        assertThat(everything().get(2).path("thread_ts"))
                .isEqualTo(messages().get(1).path("ts"));
        assertThat(everything().get(2).path("text").asText()).startsWith("<!here> Nobody has taken it");
    }

    @Test
    void aSilenceHidesAndItsEndShows() throws Exception {
        silence("a");
        fire("a");
        fire("b");
        drain();
        assertThat(onlyMessage().toString()).contains("target-b");

        clock.pass(Duration.ofMinutes(10));
        drain();

        assertThat(messages()).hasSize(2);
    }

    @Test
    void alertsOfOneGroupShareOneMessage() throws Exception {
        fire("Rule-x", "one", "warning");
        drain();
        fire("Rule-x", "two", "critical");
        clock.pass(Duration.ofSeconds(20));
        drain();

        assertThat(onlyMessage().toString()).contains("[CRIT]", "target-two, target-one (2 firing, 0 resolved)");
        assertThat(everything()).hasSize(2);
        assertThat(everything().get(1).path("text").asText()).isEqualTo("<!here> Now critical, it was warning");
    }

    @Test
    void warningsAreOneMessageInTheDigestChannelThatIsEdited() throws Exception {
        digesting();
        fire("a", "warning");
        fire("b", "warning");
        assertThat(log.list(true, 10, 0)).hasSize(2).noneMatch(IncidentView::told);
        drain();
        assertThat(log.list(true, 10, 0))
                .allMatch(view -> view.told() && view.posted().isEmpty());
        assertThat(onlyMessage().path("text").asText()).startsWith("[DIGEST] 2 firing, 0 resolved");
        assertThat(onlyMessage().toString()).contains("RPC target-a is behind", "RPC target-b is behind");
        fire("c", "critical");
        drain();
        assertThat(messages()).hasSize(2);
        assertThat(beside().path("text").asText()).startsWith("<!here> [CRIT] RPC target-c");

        resolve("a");
        clock.pass(Duration.ofSeconds(20));
        drain();

        assertThat(messages()).hasSize(2);
        assertThat(digest().path("text").asText()).startsWith("[DIGEST] 1 firing, 1 resolved");
        assertThat(everything()).hasSize(2);
        assertThat(log.pending().count()).isZero();
    }

    @Test
    void whoTookAWarningIsSaidInTheDigest() throws Exception {
        digesting();
        fire("a", "warning");
        drain();
        UUID incident = log.list(true, 1, 0).get(0).incident().id();
        jdbi.useTransaction(handle ->
                log.change(handle, incident, before -> before.acked("ann", clock.instant(), Duration.ofHours(4))));
        clock.pass(Duration.ofSeconds(20));
        drain();

        assertThat(onlyMessage().toString()).contains("taken by ann").doesNotContain("muted");
        silence("a");
        jdbi.useHandle(handle -> IncidentLog.lookAtAll(handle, clock.instant()));
        clock.pass(Duration.ofSeconds(20));
        drain();
        assertThat(onlyMessage().toString()).contains("taken by ann, 1 muted");
    }

    @Test
    void whatIsRaisedToCriticalGetsItsOwnMessageInTheMainChannel() throws Exception {
        digesting();
        fire("Rule-x", "one", "warning");
        drain();
        fire("Rule-x", "two", "critical");
        clock.pass(Duration.ofSeconds(20));
        drain();

        assertThat(everything()).hasSize(2);
        assertThat(digest().path("text").asText()).startsWith("[DIGEST] 0 firing, 0 resolved");
        assertThat(beside().path("text").asText()).startsWith("<!here> [CRIT]");
        assertThat(state().path("channels"))
                .hasSize(2)
                .allSatisfy(channel -> assertThat(channel.path("messages")).hasSize(1));
    }

    @Test
    void anHourLaterTheNextChangeBeginsAnotherDigest() throws Exception {
        digesting();
        fire("a", "warning");
        drain();
        clock.pass(Duration.ofMinutes(70));
        drain();
        assertThat(messages()).hasSize(1);

        fire("b", "warning");
        drain();

        assertThat(messages()).hasSize(2);
        assertThat(messages().get(1).path("text").asText()).startsWith("[DIGEST] 2 firing");
    }

    @Test
    void aDigestWhoseSenderDiedIsFoundAndNotPostedAgain() throws Exception {
        digesting();
        fire("a", "warning");
        assertThat(log.next(LEASE)).isEmpty();
        Due.Summary due = log.digests().next(LEASE).orElseThrow();
        notifier.post(due.id(), due.digest());
        assertThat(log.list(true, 1, 0))
                .as("nobody has said yet that it is out")
                .noneMatch(IncidentView::told);
        clock.pass(LEASE);

        drain();
        assertThat(log.list(true, 1, 0)).allMatch(IncidentView::told);

        assertThat(messages()).hasSize(1);
        assertThat(results).containsOnlyKeys("found", "delivered");
    }

    @Test
    void whatWasToBePostedIsPostedThoughItIsOnlyAWarningByThen() throws Exception {
        digesting();
        fire("Rule-x", "one", "warning");
        fire("Rule-x", "two", "critical");
        try (var down = fault("slack.down", "{}")) {
            drain();
            resolve("Rule-x", "two");
            drain();
            assertThat(down).isNotNull();
        }
        // A channel that was never spoken in cannot be read: it is certain only when it has been uncertain for long.
        clock.pass(Duration.ofMinutes(6));
        drain();

        assertThat(onlyMessage().path("text").asText()).contains("[WARNING]");
        clock.pass(Duration.ofMinutes(2));
        drain();
        assertThat(log.pending().count()).isZero();
    }

    private void silence(String name) {
        Silence silence = new Silence(
                UUID.randomUUID(),
                List.of(Matcher.equal("target", "target-" + name)),
                clock.instant(),
                clock.instant().plusSeconds(600),
                "ann",
                "deploy",
                clock.instant());
        jdbi.useTransaction(handle -> silences.save(handle, silence));
    }

    private JsonNode digest() throws Exception {
        return messages().stream()
                .filter(message -> message.path("text").asText().startsWith("[DIGEST]"))
                .findFirst()
                .orElseThrow();
    }

    /** The message that is not the digest. */
    private JsonNode beside() throws Exception {
        return messages().stream()
                .filter(message -> !message.path("text").asText().startsWith("[DIGEST]"))
                .findFirst()
                .orElseThrow();
    }

    private void digesting() throws Exception {
        notifier.close();
        notifier = new SlackNotifier(
                api(),
                new Secret(TOKEN),
                new SlackNotifier.Channels("#ops-alerts", "#ops-alerts", "#drills"),
                look("<!here>"));
        log = new IncidentLog(
                jdbi,
                JSON,
                clock,
                Pace.DEFAULT.withDigest(Duration.ofHours(1)),
                alerts::of,
                new MuteStore(jdbi, JSON, List::of)::at);
        dispatcher = dispatcher(notifier);
    }

    @Test
    void aNodeWithoutTheLockSendsNothing() throws Exception {
        var source = SharedStores.get().source("dispatcher");
        Dispatcher first = new Dispatcher(log, notifier, source, clock, new Random(1), (kind, result) -> {});
        Dispatcher second = new Dispatcher(log, new Blind(notifier), source, clock, new Random(2), (kind, result) -> {
            throw new AssertionError("sent without the lock");
        });
        first.start();
        fire("a");
        first.wake();
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofMinutes(5))
                .until(() -> messages().size() == 1);
        second.start();
        clock.pass(Duration.ofSeconds(2));
        fire("b");
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
        public Delivery post(IncidentMessage message) {
            return notifier.post(message);
        }

        @Override
        public Delivery update(Posted posted, IncidentMessage message) {
            return notifier.update(posted, message);
        }

        @Override
        public Delivery post(UUID id, Digest digest) {
            return notifier.post(id, digest);
        }

        @Override
        public Delivery update(Posted posted, Digest digest) {
            return notifier.update(posted, digest);
        }

        @Override
        public Delivery reply(Posted root, Note note) {
            return notifier.reply(root, note);
        }

        @Override
        public Lookup find(UUID incident, Instant since) {
            return Lookup.unknown();
        }

        @Override
        public Lookup findDigest(UUID id, Instant since) {
            return notifier.findDigest(id, since);
        }

        @Override
        public Lookup findReply(Posted root, UUID note) {
            return Lookup.unknown();
        }
    }

    /** A Slack in which somebody has deleted the message of that timestamp. */
    private record WithoutThread(Notifier notifier, String deleted) implements Notifier {
        @Override
        public Delivery post(IncidentMessage message) {
            return notifier.post(message);
        }

        @Override
        public Delivery update(Posted posted, IncidentMessage message) {
            return notifier.update(posted, message);
        }

        @Override
        public Delivery post(UUID id, Digest digest) {
            return notifier.post(id, digest);
        }

        @Override
        public Delivery update(Posted posted, Digest digest) {
            return notifier.update(posted, digest);
        }

        @Override
        public Delivery reply(Posted root, Note note) {
            return root.ts().equals(deleted) ? new Delivery.Missing("deleted") : notifier.reply(root, note);
        }

        @Override
        public Lookup find(UUID incident, Instant since) {
            return notifier.find(incident, since);
        }

        @Override
        public Lookup findDigest(UUID id, Instant since) {
            return notifier.findDigest(id, since);
        }

        @Override
        public Lookup findReply(Posted root, UUID note) {
            return notifier.findReply(root, note);
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

    private void fire(String target) {
        fire(target, "critical");
    }

    /** An alert of a group of its own fires. */
    private void fire(String target, String severity) {
        fire("Rule-" + target, target, severity);
    }

    private void fire(String rule, String target, String severity) {
        Alert alert = IncidentSamples.firing(rule, "target-" + target, severity, clock.instant());
        turn(new Transition(Transition.Kind.FIRED, alert));
    }

    private void resolve(String target) {
        resolve("Rule-" + target, target);
    }

    private void resolve(String rule, String target) {
        Alert alert = alerts.find(rule + "-target-" + target).orElseThrow();
        turn(new Transition(Transition.Kind.RESOLVED, IncidentSamples.resolved(alert, clock.instant())));
    }

    private void turn(Transition transition) {
        jdbi.useTransaction(handle -> {
            alerts.save(handle, new AlertBook.Changes(List.of(transition.alert()), List.of(), List.of(transition)));
            log.turned(handle, List.of(transition));
        });
    }

    private static IncidentMessage message(String target) {
        IncidentMessage of = IncidentSamples.message(
                IncidentSamples.firing(
                        target, "critical", InstantSource.system().instant()),
                false);
        return new IncidentMessage(
                UUID.nameUUIDFromBytes(target.getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                of.group(),
                of.severity(),
                of.openedAt(),
                null,
                false,
                of.top(),
                1,
                0,
                0,
                List.of(),
                0,
                null,
                null,
                false);
    }

    private SlackNotifier slackNotifier(String channel) {
        return new SlackNotifier(api(), new Secret(TOKEN), SlackNotifier.Channels.only(channel), look("<!here>"));
    }

    private String api() {
        return "http://127.0.0.1:" + slack.port() + "/api/";
    }

    private static SlackNotifier.Look look(String mention) {
        return new SlackNotifier.Look(new Links("http://litewatch", Optional.empty()), mention, false, Advice.UNKNOWN);
    }

    private JsonNode onlyMessage() throws Exception {
        assertThat(messages()).hasSize(1);
        return messages().get(0);
    }

    /** Messages in the channel; lines of threads are none. */
    private List<JsonNode> messages() throws Exception {
        return everything().stream()
                .filter(message -> !message.has("thread_ts"))
                .toList();
    }

    private JsonNode state() throws Exception {
        String body = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + slack.port() + "/state.json"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        return JSON.readTree(body);
    }

    private List<JsonNode> everything() throws Exception {
        List<JsonNode> messages = new ArrayList<>();
        state().path("channels").forEach(c -> c.path("messages").forEach(messages::add));
        return messages;
    }
}
