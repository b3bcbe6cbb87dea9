package network.litewatch.controlplane.notify.slack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import network.litewatch.controlplane.notify.slack.SocketTickets.Answer;
import network.litewatch.probe.Secret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of every answer of Slack, or something in between, to the question where a socket may be opened. */
class SocketTicketsTest {
    private static final String TOKEN = "xapp-1-canary";

    private final AtomicReference<String> asked = new AtomicReference<>("");
    private HttpServer server;
    private Reply reply = new Reply(200, Map.of(), "{}");

    private record Reply(int status, Map<String, String> headers, String body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"wss://wss-primary.slack.com/link/?ticket=canary", "ws://127.0.0.1:1/link/?ticket=canary"})
    void theTicketIsWhereOthersCannotListen(String url) {
        reply = new Reply(200, Map.of(), "{\"ok\":true,\"url\":\"" + url + "\"}");

        Answer answer = tickets().ask();

        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answer.Ticket.class,
                        ticket -> assertThat(ticket.url().reveal().toString()).isEqualTo(url));
        assertThat(answer.toString()).doesNotContain("canary");
        assertThat(asked.get()).isEqualTo("POST /api/apps.connections.open Bearer " + TOKEN);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ws://slack.com/link/?ticket=canary",
                "http://127.0.0.1/link/?ticket=canary",
                "ws://127.0.0.1.evil.example/?ticket=canary",
                "canary",
                ""
            })
    void anotherUrlIsNotFollowed(String url) {
        reply = new Reply(200, Map.of(), "{\"ok\":true,\"url\":\"" + url + "\"}");

        assertThat(tickets().ask())
                .isInstanceOfSatisfying(
                        Answer.Later.class,
                        later -> assertThat(later.why())
                                .startsWith("the URL that Slack answered")
                                .doesNotContain("canary"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_auth", "not_authed", "missing_scope", "not_allowed_token_type"})
    void whatNeedsAPersonIsRefused(String error) {
        reply = new Reply(200, Map.of(), "{\"ok\":false,\"error\":\"" + error + "\"}");

        assertThat(tickets().ask()).isEqualTo(new Answer.Refused("Slack refuses the app token: " + error));
    }

    @ParameterizedTest
    @CsvSource({
        "200, internal_error, internal_error, 0",
        "200, service_unavailable, service_unavailable, 0",
        "200, ratelimited, ratelimited, 5",
        "200, 'xapp-1-canary <!here>', something else than it should, 0",
        "200, '', something else than it should, 0",
        "503, internal_error, 503, 0",
        "302, internal_error, 302, 0"
    })
    void whatMayPassIsTriedLater(int status, String error, String said, long seconds) {
        reply = new Reply(
                status,
                Map.of("Location", "http://127.0.0.1:1/elsewhere"),
                "{\"ok\":false,\"error\":\"" + error + "\"}");

        assertThat(tickets().ask()).isEqualTo(new Answer.Later("Slack answered " + said, Duration.ofSeconds(seconds)));
    }

    @ParameterizedTest
    @CsvSource({"30, 30", "soon, 5", "99999999999999, 3600"})
    void aLimitIsKeptForAsLongAsSlackSaysAndAnHourAtMost(String header, long seconds) {
        reply = new Reply(429, Map.of("Retry-After", header), "{\"ok\":false}");

        assertThat(tickets().ask()).isEqualTo(new Answer.Later("Slack answered 429", Duration.ofSeconds(seconds)));
    }

    @Test
    void aPageOfSomethingInBetweenIsNoAnswer() {
        reply = new Reply(200, Map.of(), "<html>sign in to the guest network</html>");

        assertThat(tickets().ask())
                .isEqualTo(new Answer.Later("Slack cannot be reached: JsonParseException", Duration.ZERO));
    }

    @Test
    void whatGoesOnForeverIsReadInPart() {
        reply = new Reply(200, Map.of(), "{\"ok\":true,\"url\":\"" + "w".repeat(1 << 20) + "\"}");

        assertThat(tickets().ask()).isInstanceOf(Answer.Later.class);
    }

    @Test
    void whoDoesNotAnswerIsTriedLater() {
        server.stop(0);

        assertThat(tickets().ask())
                .isEqualTo(new Answer.Later("Slack cannot be reached: ConnectException", Duration.ZERO));
    }

    private SocketTickets tickets() {
        return new SocketTickets(
                "http://127.0.0.1:" + server.getAddress().getPort() + "/api", new Secret(TOKEN), new ObjectMapper());
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.set(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Authorization"));
        reply.headers().forEach(exchange.getResponseHeaders()::set);
        byte[] body = reply.body().getBytes(UTF_8);
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
