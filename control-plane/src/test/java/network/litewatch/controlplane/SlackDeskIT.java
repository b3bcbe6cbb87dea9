package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import network.litewatch.controlplane.ControlPlaneConfiguration.SlackUser;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.Transition;
import network.litewatch.controlplane.alert.incident.IncidentSamples;
import network.litewatch.controlplane.alert.incident.Silence;
import network.litewatch.controlplane.api.GuardedApi;
import network.litewatch.controlplane.api.SlackInteractionsResource;
import network.litewatch.controlplane.auth.AuthSettings;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.notify.Advice;
import network.litewatch.controlplane.notify.Dispatcher;
import network.litewatch.controlplane.notify.IncidentLog;
import network.litewatch.controlplane.notify.slack.Links;
import network.litewatch.controlplane.notify.slack.Press;
import network.litewatch.controlplane.notify.slack.SlackNotifier;
import network.litewatch.controlplane.notify.slack.SlackSignature;
import network.litewatch.controlplane.notify.slack.SlackSocket;
import network.litewatch.controlplane.store.AlertStore;
import network.litewatch.controlplane.store.AuditLog;
import network.litewatch.controlplane.store.SilenceStore;
import network.litewatch.lab.slack.SlackServer;
import network.litewatch.probe.Secret;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Buttons from Slack's stand-in through HTTP and its signature to a real PostgreSQL, and what people are told. */
class SlackDeskIT {
    private static final ObjectMapper JSON = new ObjectMapper().registerModule(new JavaTimeModule());
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final String TOKEN = "xoxb-desk";

    private static final Jdbi JDBI = SharedStores.get().database("slack_desk");

    private final AlertStore alerts = new AlertStore(JDBI, JSON);
    private final SilenceStore silences = new SilenceStore(JDBI, JSON);
    private final IncidentLog incidents = TestIncidents.log(JDBI, JSON, InstantSource.system());
    private final AuditLog audit = new AuditLog(JDBI, InstantSource.system());
    private SlackServer slack;
    private SlackNotifier notifier;
    private SlackDesk desk;
    private GuardedApi api;
    private Dispatcher dispatcher;

    @BeforeEach
    void start() throws Exception {
        JDBI.useHandle(handle -> handle.execute("DELETE FROM incident; DELETE FROM alert; DELETE FROM silence;"
                + " ALTER TABLE audit DISABLE TRIGGER ALL; DELETE FROM audit; ALTER TABLE audit ENABLE TRIGGER ALL"));
        slack = new SlackServer(0, TOKEN);
        notifier = new SlackNotifier(
                "http://127.0.0.1:" + slack.port() + "/api/",
                new Secret(TOKEN),
                SlackNotifier.Channels.only("#ops-alerts"),
                new SlackNotifier.Look(
                        new Links("http://litewatch", Optional.empty()), "<!here>", true, Advice.UNKNOWN));
        dispatcher = new Dispatcher(
                incidents,
                notifier,
                SharedStores.get().source("slack_desk"),
                InstantSource.system(),
                new Random(7),
                (kind, result) -> {});
        dispatcher.start();
        desk = new SlackDesk(
                new OperatorDesk(JDBI, InstantSource.system(), silences, incidents, audit, dispatcher::wake),
                new SlackDesk.Known(incidents, alerts, silences),
                InstantSource.system(),
                List.of(
                        new SlackUser(SlackServer.PERSON, "ann", "operator"),
                        new SlackUser("U0000LOOK", "bob", "viewer")),
                notifier::whisper);
        api = GuardedApi.start(
                AuthSettings.NONE,
                List.of(new SlackInteractionsResource(
                        new SlackSignature(new Secret(SlackServer.SIGNING_SECRET), InstantSource.system()),
                        JSON,
                        desk)));
        slack.tell(URI.create("http://127.0.0.1:" + api.port() + "/slack/interactions"));
    }

    @AfterEach
    void stop() throws Exception {
        api.close();
        desk.close();
        dispatcher.stop();
        notifier.close();
        slack.close();
    }

    @Test
    void anAckIsWrittenDownUnderThePersonsNameAndShownInTheMessage() throws Exception {
        UUID incident = fire("a");

        assertThat(press(SlackServer.PERSON, Press.Action.ACK, incident.toString(), false))
                .isEqualTo(200);

        await().untilAsserted(() -> assertThat(deeds()).containsExactly("incident.ack slack:ann"));
        await().untilAsserted(() -> assertThat(message().toString()).contains("*Taken*  by slack:ann"));
    }

    @Test
    void aSilenceHasTheNarrowestMatchersSaysWhatElseItMutesAndIsMadeOnce() throws Exception {
        UUID incident = fire("a");
        press(SlackServer.PERSON, Press.Action.SILENCE, incident + " 4h", true);
        await().untilAsserted(() -> assertThat(whispers()).hasSize(1));
        press(SlackServer.PERSON, Press.Action.SILENCE, incident + " 4h", true);
        await().untilAsserted(() -> assertThat(whispers()).hasSize(2));

        assertThat(silences.all()).singleElement().satisfies(silence -> {
            assertThat(silence.at(Instant.now())).isEqualTo(Silence.State.ACTIVE);
            assertThat(Duration.between(silence.startsAt(), silence.endsAt()))
                    .isBetween(Duration.ofMinutes(239), Duration.ofHours(4));
            assertThat(silence.createdBy()).isEqualTo("slack:ann");
            assertThat(silence.matchers())
                    .extracting(Object::toString)
                    .containsExactly("network=\"lab\"", "kind=\"rpc\"", "alertname=\"RpcHeadStalled\"", "target=\"a\"");
        });
        assertThat(whispers().get(0)).contains("It mutes 1 alert(s) of this incident and 0 of others");
        // Edits keep 15 s apart where only details changed.
        await().atMost(Duration.ofMinutes(1))
                .untilAsserted(() -> assertThat(message().toString()).contains("1 muted; silenced until"));
    }

    @Test
    void aPressOverASocketIsDoneOnceThoughItIsDeliveredAgain() throws Exception {
        SlackSocket socket = new SlackSocket(
                "http://127.0.0.1:" + slack.port() + "/api/",
                new Secret(SlackServer.APP_TOKEN),
                JSON,
                desk,
                InstantSource.system(),
                new Random(7),
                SlackSocket.Pace.DEFAULT);
        socket.start();
        try {
            await().untilAsserted(() -> assertThat(slack.sockets()).isEqualTo(1));
            slack.loseAcks(1);
            UUID incident = fire("a");

            assertThat(press(SlackServer.PERSON, Press.Action.ESCALATE, incident.toString(), false))
                    .isEqualTo(200);

            await().untilAsserted(() -> assertThat(deeds()).containsExactly("incident.escalate slack:ann"));
        } finally {
            socket.stop();
        }
    }

    @Test
    void whoEscalatesHasPeopleCalled() throws Exception {
        UUID incident = fire("a");
        press(SlackServer.PERSON, Press.Action.ESCALATE, incident.toString(), false);
        await().untilAsserted(() -> assertThat(deeds()).containsExactly("incident.escalate slack:ann"));

        assertThat(incidents.explain(incident).orElseThrow().notes())
                .singleElement()
                .satisfies(note -> {
                    assertThat(note.text()).isEqualTo("Escalated by slack:ann");
                    assertThat(note.mention()).isTrue();
                });
    }

    @Test
    void whoMayNotIsToldSoAloneAndNothingIsDone() throws Exception {
        UUID incident = fire("a");
        press("U0STRANGER", Press.Action.ACK, incident.toString(), false);
        press("U0000LOOK", Press.Action.FALSE_ALARM, incident.toString(), false);

        await().untilAsserted(() -> assertThat(whispers()).hasSize(2));
        assertThat(whispers().get(0)).contains("does not know you", "U0STRANGER", "slack.interactions.users");
        assertThat(whispers().get(1)).contains("needs the role operator");
        assertThat(deeds()).isEmpty();
    }

    @Test
    void whatIsOverIsSaidToBeOver() throws Exception {
        press(SlackServer.PERSON, Press.Action.ACK, new UUID(7, 7).toString(), false);
        await().untilAsserted(
                        () -> assertThat(whispers()).singleElement().asString().contains("is over"));
    }

    @Test
    void whatNoButtonOfOursSendsIsTakenAndIgnored() throws Exception {
        assertThat(click(Map.of("action_id", "somebody_elses", "value", "x"))).isEqualTo(200);
        assertThat(click(Map.of("action_id", Press.Action.ACK.id(), "value", "no incident")))
                .isEqualTo(200);
        assertThat(click(Map.of("action_id", Press.Action.ACK.id(), "value", new UUID(1, 1) + " forever")))
                .isEqualTo(200);
        assertThat(deeds()).isEmpty();
        assertThat(whispers()).isEmpty();
    }

    @Test
    void whatSlackDidNotSignIsRefused() throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + "/slack/interactions"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header(
                                "X-Slack-Request-Timestamp",
                                Long.toString(Instant.now().getEpochSecond()))
                        .header("X-Slack-Signature", "v0=" + "0".repeat(64))
                        .POST(HttpRequest.BodyPublishers.ofString("payload=%7B%7D"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).contains("not signed by our Slack app");
    }

    private UUID fire(String target) {
        Alert alert = IncidentSamples.firing(target, "critical", Instant.now());
        Transition fired = new Transition(Transition.Kind.FIRED, alert);
        JDBI.useTransaction(handle -> {
            alerts.save(handle, new AlertBook.Changes(List.of(alert), List.of(), List.of(fired)));
            incidents.turned(handle, List.of(fired));
        });
        dispatcher.wake();
        await().untilAsserted(() ->
                assertThat(state().path("channels").findValues("attachments")).isNotEmpty());
        return incidents.list(true, 1, 0).get(0).incident().id();
    }

    private int press(String user, Press.Action action, String value, boolean menu) throws Exception {
        return click(Map.of(
                "user", user, "action_id", action.id(), "value", value, "type", menu ? "static_select" : "button"));
    }

    private int click(Map<String, Object> click) throws Exception {
        var body = JSON.createObjectNode().put("channel", "C00000001").put("ts", "1.0");
        click.forEach((name, value) -> body.set(name, JSON.valueToTree(value)));
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + slack.port() + "/click"))
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return JSON.readTree(answer.body()).path("status").asInt();
    }

    private JsonNode state() throws Exception {
        return JSON.readTree(HTTP.send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + slack.port() + "/state.json"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body());
    }

    private JsonNode message() throws Exception {
        return state().path("channels").path(0).path("messages").path(0);
    }

    private List<String> whispers() throws Exception {
        return state().path("whispers").findValuesAsText("text");
    }

    private List<String> deeds() {
        return audit.newest(10, Long.MAX_VALUE).stream()
                .map(link -> link.entry().action() + " " + link.entry().actor().name())
                .toList();
    }
}
