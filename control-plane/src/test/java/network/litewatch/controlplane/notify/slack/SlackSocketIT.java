package network.litewatch.controlplane.notify.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import network.litewatch.controlplane.worker.Backoff;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.slack.SlackServer;
import network.litewatch.probe.Secret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** Socket Mode against the lab's Slack, and against one that goes silent. */
class SlackSocketIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.parse("2026-01-01T10:00:00Z"));
    private static final SlackSocket.Pace QUICK = new SlackSocket.Pace(
            Duration.ofMillis(500), Duration.ofMillis(300), new Backoff(Duration.ofMillis(20), Duration.ofMillis(100)));

    private final List<Press> pressed = new CopyOnWriteArrayList<>();
    private final ListAppender<ILoggingEvent> logged = new ListAppender<>();
    private final Logger log = (Logger) LoggerFactory.getLogger("network.litewatch.controlplane.notify.slack");
    private SlackServer slack;
    private SlackSocket socket;

    @BeforeEach
    void start() {
        logged.start();
        log.setLevel(Level.TRACE);
        log.addAppender(logged);
        slack = new SlackServer(0, "xoxb-socket");
        socket = socket(slack.port(), SlackServer.APP_TOKEN);
    }

    @AfterEach
    void stop() throws Exception {
        socket.stop();
        slack.close();
        log.detachAppender(logged);
        log.setLevel(null);
        assertThat(logged.list)
                .as("no secret is logged")
                .extracting(event -> event.getFormattedMessage() + event.getThrowableProxy())
                .noneMatch(line -> line.contains("xapp-") || line.contains("ticket"));
    }

    @Test
    void aPressIsAckedAndTakenOnce() throws Exception {
        open();

        assertThat(press(1)).isEqualTo(200);

        assertThat(pressed).extracting(Press::incident).containsExactly(incident(1));
        assertThat(socket.trouble()).isEmpty();
    }

    @Test
    void whatWasNotAckedInTimeComesAgainAndIsTakenOnce() throws Exception {
        open();
        slack.loseAcks(1);

        assertThat(press(1)).isEqualTo(200);

        assertThat(pressed).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"warning", "refresh_requested"})
    void aNewSocketTakesOverBeforeTheOldOneEndsAndNoPressIsLost(String reason) throws Exception {
        open();
        slack.disconnect(reason);
        await().untilAsserted(() -> assertThat(slack.sockets()).isEqualTo(2));
        List<UUID> sent = Stream.iterate(1, n -> n + 1)
                .limit(20)
                .map(SlackSocketIT::incident)
                .toList();
        for (int i = 1; i <= sent.size(); i++) {
            assertThat(press(i)).isEqualTo(200);
            assertThat(socket.trouble()).isEmpty();
        }
        await().untilAsserted(() -> assertThat(slack.sockets()).isEqualTo(1));
        assertThat(press(21)).isEqualTo(200);
        assertThat(pressed).extracting(Press::incident).containsAll(sent).hasSize(21);
        assertThat(socket.trouble()).isEmpty();
    }

    @Test
    void slackThatWentAwayIsFoundAgainAndMeanwhileItIsSaidSinceWhen() throws Exception {
        open();
        var down = slack.injector("slack.down").inject(Json.object(), Duration.ofSeconds(30));
        await().untilAsserted(() -> assertThat(socket.trouble())
                .hasValueSatisfying(said ->
                        assertThat(said).contains("not open since 2026-01-01T10:00:00Z", "Slack cannot be reached")));

        down.undo();

        open();
        assertThat(press(1)).isEqualTo(200);
        assertThat(pressed).hasSize(1);
        assertThat(socket.trouble()).isEmpty();
    }

    @Test
    void whereSocketModeIsSwitchedOffThatIsSaidAndItIsTriedRarely() throws Exception {
        open();
        slack.disconnect("link_disabled");

        await().pollInterval(Duration.ofMillis(10))
                .untilAsserted(() -> assertThat(socket.trouble())
                        .hasValueSatisfying(said -> assertThat(said).contains("switched off", "link_disabled")));
        open();
        assertThat(socket.trouble()).isEmpty();
    }

    @Test
    void aLimitIsKept() throws Exception {
        var limit = slack.injector("slack.429").inject(Json.object().put("retry_after", 2), Duration.ofSeconds(30));
        long from = System.nanoTime();
        socket.start();
        await().untilAsserted(() -> assertThat(socket.trouble())
                .hasValueSatisfying(said -> assertThat(said).contains("Slack answered 429")));
        limit.undo();

        await().untilAsserted(() -> assertThat(slack.sockets()).isEqualTo(1));

        assertThat(Duration.ofNanos(System.nanoTime() - from)).isGreaterThan(Duration.ofSeconds(2));
    }

    @ParameterizedTest
    @CsvSource({"xapp-1-wrong, invalid_auth", "xoxb-socket, not_allowed_token_type"})
    void aTokenThatSlackRefusesIsSaidWithoutTheToken(String token, String error) {
        socket = socket(slack.port(), token);
        socket.start();

        await().untilAsserted(() -> assertThat(socket.trouble())
                .hasValueSatisfying(said -> assertThat(said)
                        .contains("Slack refuses the app token: " + error)
                        .doesNotContain(token)));
        assertThat(slack.sockets()).isZero();
        assertThat(logged.list)
                .filteredOn(event -> event.getLevel() == Level.WARN)
                .singleElement()
                .asString()
                .contains(error);
    }

    @Test
    void whoStopsTakesLeave() throws Exception {
        open();

        socket.stop();

        await().untilAsserted(() -> assertThat(slack.sockets()).isZero());
    }

    @Test
    void aSocketThatGoesSilentIsOpenedAgain() throws Exception {
        try (SilentSlack silent = new SilentSlack()) {
            socket = socket(silent.port(), "xapp-1-any");
            socket.start();

            await().untilAsserted(() -> assertThat(silent.opened()).isGreaterThanOrEqualTo(2));
            assertThat(logged.list)
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .anyMatch(line -> line.contains("Slack said nothing for a while"));
        }
    }

    @Test
    void whereNoSocketCanBeOpenedItIsTriedAgain() throws Exception {
        try (SilentSlack silent = new SilentSlack()) {
            silent.refuse();
            socket = socket(silent.port(), "xapp-1-any");
            socket.start();
            await().untilAsserted(() -> assertThat(socket.trouble())
                    .hasValueSatisfying(said -> assertThat(said).contains("the socket cannot be opened")));

            silent.welcome();

            await().untilAsserted(() -> assertThat(socket.trouble()).isEmpty());
        }
    }

    private void open() {
        if (slack.sockets() == 0 && socket.trouble().orElse("").contains("not opened yet")) {
            socket.start();
        }
        await().untilAsserted(() -> {
            assertThat(slack.sockets()).isEqualTo(1);
            assertThat(socket.trouble()).isEmpty();
        });
    }

    private SlackSocket socket(int port, String token) {
        return new SlackSocket(
                "http://127.0.0.1:" + port + "/api/",
                new Secret(token),
                new ObjectMapper(),
                pressed::add,
                CLOCK,
                new Random(7),
                QUICK);
    }

    private static UUID incident(int number) {
        return new UUID(0, number);
    }

    private int press(int number) throws Exception {
        String click = Json.object()
                .put("channel", "C00000001")
                .put("ts", "1.0")
                .put("action_id", Press.Action.ACK.id())
                .put("value", incident(number).toString())
                .toString();
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + slack.port() + "/click"))
                        .POST(HttpRequest.BodyPublishers.ofString(click))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return Json.MAPPER.readTree(answer.body()).path("status").asInt();
    }
}
