package network.litewatch.controlplane.notify.slack;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.incident.IncidentMessage;
import network.litewatch.controlplane.alert.incident.IncidentSamples;
import network.litewatch.controlplane.alert.incident.Note;
import network.litewatch.controlplane.notify.Advice;
import network.litewatch.controlplane.notify.Notifier.Delivery;
import network.litewatch.controlplane.notify.Notifier.Lookup;
import network.litewatch.controlplane.notify.Notifier.Posted;
import network.litewatch.probe.Secret;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is made of every answer Slack, or something in between, can give. */
class SlackNotifierTest {
    private static final SlackNotifier.Look LOOK =
            new SlackNotifier.Look(new Links("http://lw", Optional.empty()), "<!here>", false, Advice.UNKNOWN);
    private static final Instant T0 = Instant.parse("2026-01-01T10:00:00Z");
    private static final Posted POSTED = new Posted("C1", "1.1");
    private static final String NOT_HERE =
            "{\"ok\":true,\"messages\":[{\"ts\":\"9.9\",\"text\":\"hi\"},{\"ts\":\"9.8\",\"metadata\":"
                    + "{\"event_type\":\"other\",\"event_payload\":{\"id\":\"00000000-0000-0000-0000-000000000001\"}}}]";
    private static final String HERE = "{\"ok\":true,\"messages\":[{\"ts\":\"7.7\",\"metadata\":{\"event_type\":"
            + "\"litewatch_notification\",\"event_payload\":{\"id\":\"00000000-0000-0000-0000-000000000001\"}}}]}";

    private final Map<String, Deque<Reply>> replies = new HashMap<>();
    private final List<String> asked = new ArrayList<>();
    private HttpServer server;
    private SlackNotifier notifier;

    private record Reply(int status, Map<String, String> headers, String body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/", this::answer);
        server.start();
        notifier = notifier("#ops");
    }

    @AfterEach
    void stop() throws IOException {
        notifier.close();
        server.stop(0);
    }

    @Test
    void aPostThatSlackTookIsDelivered() {
        on("chat.postMessage", "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"1.1\"}");

        assertThat(notifier.post(firing())).isEqualTo(new Delivery.Delivered(POSTED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"internal_error", "fatal_error", "service_unavailable", "request_timeout"})
    void troubleOfSlackMayHaveBeenServedAllTheSame(String error) {
        on("chat.postMessage", "{\"ok\":false,\"error\":\"" + error + "\"}");

        assertThat(notifier.post(firing())).isEqualTo(new Delivery.Unknown("Slack answered " + error));
    }

    @ParameterizedTest
    @ValueSource(strings = {"invalid_auth", "channel_not_found", "not_in_channel", "no_permission"})
    void whatNeedsAPersonIsRejected(String error) {
        on("chat.postMessage", "{\"ok\":false,\"error\":\"" + error + "\"}");

        assertThat(notifier.post(firing())).isEqualTo(new Delivery.Rejected("Slack answered " + error));
    }

    @ParameterizedTest
    @CsvSource({"30,30", "' 7 ',7", "0,1", "-5,1", "soon,5", ",5"})
    void a429IsHeldForAsLongAsSlackSays(String header, long seconds) {
        on("chat.postMessage", 429, header == null ? Map.of() : Map.of("Retry-After", header), "{\"ok\":false}");

        assertThat(notifier.post(firing()))
                .isEqualTo(new Delivery.Throttled(Duration.ofSeconds(seconds), "Slack answered 429"));
    }

    @Test
    void beingToldOfTheLimitInTheBodyIsHeldToo() {
        on("chat.postMessage", "{\"ok\":false,\"error\":\"ratelimited\"}");

        assertThat(notifier.post(firing()))
                .isEqualTo(new Delivery.Throttled(Duration.ofSeconds(5), "Slack answered ratelimited"));
    }

    @Test
    void anyOtherStatusLeavesItOpenWhetherItWasPosted() {
        on("chat.postMessage", 502, Map.of(), "bad gateway");

        assertThat(notifier.post(firing())).isEqualTo(new Delivery.Unknown("Slack answered 502"));
    }

    @Test
    void aPageOfSomethingInBetweenIsNoAnswer() {
        on("chat.postMessage", 200, Map.of(), "<html>sign in to the guest network</html>");

        assertThat(notifier.post(firing())).isInstanceOf(Delivery.Unknown.class);
    }

    @Test
    void aSlackThatIsAwayLeavesItOpen() {
        server.stop(0);

        assertThat(notifier.post(firing())).isInstanceOf(Delivery.Unknown.class);
        assertThat(notifier.find(IncidentSamples.ID, T0)).isEqualTo(Lookup.unknown());
        assertThat(notifier.trouble()).hasValueSatisfying(t -> assertThat(t).startsWith("Slack cannot be reached"));
    }

    @Test
    void aLineOfAThreadIsFoundByItsId() {
        on("chat.postMessage", "{\"ok\":true,\"channel\":\"C1\",\"ts\":\"2.2\"}");
        on("conversations.replies", NOT_HERE.substring(0, NOT_HERE.length()) + "}");
        on("conversations.replies", HERE);
        Note note = new Note(IncidentSamples.ID, "Resolved after 1m", false, true);

        assertThat(notifier.reply(POSTED, note)).isEqualTo(new Delivery.Delivered(new Posted("C1", "2.2")));
        assertThat(asked.get(0)).contains("thread_ts=1.1", "reply_broadcast=1");
        assertThat(notifier.findReply(POSTED, note.id())).isEqualTo(Lookup.of(Optional.empty()));
        assertThat(notifier.findReply(POSTED, note.id())).isEqualTo(Lookup.of(Optional.of(new Posted("C1", "7.7"))));
    }

    @Test
    void aThreadThatIsGoneIsMissing() {
        on("chat.postMessage", "{\"ok\":false,\"error\":\"thread_not_found\"}");

        assertThat(notifier.reply(POSTED, new Note(IncidentSamples.ID, "x", false, false)))
                .isEqualTo(new Delivery.Missing("Slack answered thread_not_found"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"message_not_found", "cant_update_message", "edit_window_closed", "channel_not_found"})
    void anEditOfWhatIsGoneSaysSo(String error) {
        on("chat.update", "{\"ok\":false,\"error\":\"" + error + "\"}");

        assertThat(notifier.update(POSTED, firing())).isEqualTo(new Delivery.Missing("Slack answered " + error));
    }

    @Test
    void anEditIsDeliveredOrRejectedLikeAPost() {
        on("chat.update", "{\"ok\":true}");
        on("chat.update", "{\"ok\":false,\"error\":\"invalid_auth\"}");

        assertThat(notifier.update(POSTED, firing())).isEqualTo(new Delivery.Delivered(POSTED));
        assertThat(notifier.update(POSTED, firing())).isEqualTo(new Delivery.Rejected("Slack answered invalid_auth"));
    }

    @Test
    void theChannelIsFoundByItsNameOverPages() {
        on(
                "conversations.list",
                "{\"ok\":true,\"channels\":[{\"id\":\"C8\",\"name\":\"random\"}],\"response_metadata\":{\"next_cursor\":\"n2\"}}");
        on("conversations.list", "{\"ok\":true,\"channels\":[{\"id\":\"C1\",\"name\":\"ops\"}]}");
        on("conversations.history", HERE);

        assertThat(notifier.find(IncidentSamples.ID, T0)).isEqualTo(Lookup.of(Optional.of(new Posted("C1", "7.7"))));
        assertThat(asked).anySatisfy(a -> assertThat(a).contains("conversations.list", "cursor=n2"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ok\":false,\"error\":\"missing_scope\"}",
                "{\"ok\":true,\"channels\":[],\"response_metadata\":{\"next_cursor\":\"\"}}",
                "not json"
            })
    void aChannelThatCannotBeFoundLeavesItOpen(String list) {
        on("conversations.list", list);

        assertThat(notifier.find(IncidentSamples.ID, T0)).isEqualTo(Lookup.unknown());
    }

    @Test
    void aChannelThatWasReadToItsEndProvesAMiss() throws IOException {
        notifier.close();
        notifier = notifier("C1");
        on("conversations.history", NOT_HERE + ",\"has_more\":true,\"response_metadata\":{\"next_cursor\":\"h2\"}}");
        on("conversations.history", NOT_HERE + ",\"has_more\":false}");

        assertThat(notifier.find(IncidentSamples.ID, T0)).isEqualTo(Lookup.of(Optional.empty()));
        assertThat(asked).hasSize(2).last().asString().contains("cursor=h2", "channel=C1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"ok\":false,\"error\":\"not_in_channel\"}",
                "{\"ok\":true,\"messages\":[],\"has_more\":true}",
                "{\"ok\":true,\"messages\":[],\"has_more\":true,\"response_metadata\":{\"next_cursor\":\"again\"}}"
            })
    void aHistoryThatCannotBeReadToItsEndProvesNothing(String history) throws IOException {
        notifier.close();
        notifier = notifier("C1");
        on("conversations.history", history);

        assertThat(notifier.find(IncidentSamples.ID, T0)).isEqualTo(Lookup.unknown());
    }

    @Test
    void aDrillIsToldAsOneInItsOwnChannelAndEverythingElseWhereItAlwaysIs() throws IOException {
        on("chat.postMessage", "{\"ok\":true,\"channel\":\"C2\",\"ts\":\"1.1\"}");
        try (SlackNotifier drills = drilling()) {
            assertThat(drills.post(drill())).isInstanceOf(Delivery.Delivered.class);
            assertThat(drills.post(firing())).isInstanceOf(Delivery.Delivered.class);
        }

        assertThat(asked.get(0)).contains("channel=%23drills", "text=DRILL%20-%20no%20action%20%5BCRIT%5D");
        assertThat(asked.get(1)).contains("channel=%23ops").doesNotContain("DRILL");
    }

    @Test
    void aMessageIsLookedForInBothChannels() throws IOException {
        on(
                "conversations.list",
                "{\"ok\":true,\"channels\":[{\"id\":\"C1\",\"name\":\"ops\"},{\"id\":\"C2\",\"name\":\"drills\"}]}");
        on("conversations.history", NOT_HERE + ",\"has_more\":false}");
        on("conversations.history", HERE);
        try (SlackNotifier drills = drilling()) {
            assertThat(drills.find(IncidentSamples.ID, T0)).isEqualTo(Lookup.of(Optional.of(new Posted("C2", "7.7"))));
        }
    }

    private SlackNotifier drilling() {
        return new SlackNotifier(
                "http://127.0.0.1:" + server.getAddress().getPort() + "/api",
                new Secret("xoxb-test"),
                new SlackNotifier.Channels("#ops", "#drills", "#ops"),
                LOOK);
    }

    private static IncidentMessage drill() {
        Alert alert = IncidentSamples.firing("rpc-b", "critical", T0);
        return IncidentSamples.message(IncidentSamples.drilled(alert, "freeze-head-1"), false);
    }

    @Test
    void aTokenIsGoodOrSlackSaysWhyNot() {
        on("auth.test", "{\"ok\":true}");
        on("auth.test", "{\"ok\":false,\"error\":\"invalid_auth\"}");

        assertThat(notifier.trouble()).isEmpty();
        assertThat(notifier.trouble()).hasValue("Slack refuses the token: invalid_auth");
    }

    private SlackNotifier notifier(String channel) {
        return new SlackNotifier(
                "http://127.0.0.1:" + server.getAddress().getPort() + "/api",
                new Secret("xoxb-test"),
                SlackNotifier.Channels.only(channel),
                LOOK);
    }

    private static IncidentMessage firing() {
        return IncidentSamples.message(IncidentSamples.firing("rpc-b", "critical", T0), true);
    }

    private void on(String method, String body) {
        on(method, 200, Map.of("Content-Type", "application/json"), body);
    }

    private void on(String method, int status, Map<String, String> headers, String body) {
        replies.computeIfAbsent(method, m -> new ArrayDeque<>()).add(new Reply(status, headers, body));
    }

    /** Gives the next reply that was set for the method; the last one again and again. */
    private synchronized void answer(HttpExchange exchange) throws IOException {
        String method = exchange.getRequestURI().getPath().substring("/api/".length());
        asked.add(method + "?" + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        Deque<Reply> left = replies.getOrDefault(method, new ArrayDeque<>());
        Reply reply = left.size() > 1 ? left.remove() : left.element();
        reply.headers().forEach((k, v) -> exchange.getResponseHeaders().add(k, v));
        byte[] body = reply.body().getBytes(UTF_8);
        exchange.sendResponseHeaders(reply.status(), body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
