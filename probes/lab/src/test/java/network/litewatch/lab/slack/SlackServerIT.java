package network.litewatch.lab.slack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.slack.api.Slack;
import com.slack.api.SlackConfig;
import com.slack.api.methods.MethodsClient;
import com.slack.api.methods.SlackApiException;
import com.slack.api.methods.response.chat.ChatPostMessageResponse;
import com.slack.api.model.Message;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import network.litewatch.lab.http.Json;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Slack's own client against the stand-in. */
final class SlackServerIT {

    private SlackServer server;
    private Slack slack;

    @BeforeEach
    void start() {
        server = new SlackServer(0, "xoxb-test");
        var config = new SlackConfig();
        config.setMethodsEndpointUrlPrefix("http://127.0.0.1:" + server.port() + "/api/");
        slack = Slack.getInstance(config);
    }

    @AfterEach
    void stop() throws Exception {
        slack.close();
        server.close();
    }

    @Test
    void aMessageIsPostedEditedAndFoundAgainByItsMetadata() throws Exception {
        ChatPostMessageResponse posted = bot().chatPostMessage(r -> r.channel("#ops")
                .text("it burns")
                .metadata(new Message.Metadata("incident", Map.of("fingerprint", "abc"))));
        assertThat(posted.isOk()).isTrue();
        var updated = bot().chatUpdate(
                        r -> r.channel(posted.getChannel()).ts(posted.getTs()).text("it is out"));
        assertThat(updated.isOk()).isTrue();
        var history =
                bot().conversationsHistory(r -> r.channel(posted.getChannel()).includeAllMetadata(true));
        assertThat(history.getMessages()).singleElement().satisfies(message -> {
            assertThat(message.getText()).isEqualTo("it is out");
            assertThat(message.getMetadata().getEventPayload()).containsEntry("fingerprint", "abc");
        });
        JsonNode shown = state().at("/channels/1/messages/0");
        assertThat(shown.at("/edits/0/text").asText()).isEqualTo("it burns");
    }

    @Test
    void repliesStayOutOfTheChannelsHistory() throws Exception {
        ChatPostMessageResponse root =
                bot().chatPostMessage(r -> r.channel("ops").text("root"));
        bot().chatPostMessage(r -> r.channel("ops").threadTs(root.getTs()).text("reply"));
        assertThat(bot().conversationsHistory(r -> r.channel(root.getChannel())).getMessages())
                .hasSize(1);
        assertThat(bot().conversationsReplies(r -> r.channel(root.getChannel()).ts(root.getTs()))
                        .getMessages())
                .extracting(Message::getText)
                .containsExactly("root", "reply");
    }

    @Test
    void aFloodIsLimited() throws Exception {
        for (int i = 0; i < 5; i++) {
            bot().chatPostMessage(r -> r.channel("ops").text("x"));
        }
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 3; i++) {
                        bot().chatPostMessage(r -> r.channel("ops").text("x"));
                    }
                })
                .isInstanceOfSatisfying(SlackApiException.class, e -> {
                    assertThat(e.getResponse().code()).isEqualTo(429);
                    assertThat(e.getResponse().header("Retry-After")).isNotBlank();
                });
    }

    @Test
    void errorsHaveSlacksNames() throws Exception {
        assertThat(slack.methods("wrong")
                        .chatPostMessage(r -> r.channel("ops").text("x"))
                        .getError())
                .isEqualTo("invalid_auth");
        assertThat(bot().chatUpdate(r -> r.channel("ops").ts("1.2").text("x")).getError())
                .isEqualTo("message_not_found");
        assertThat(bot().chatPostMessage(r -> r.channel("C99999999").text("x")).getError())
                .isEqualTo("channel_not_found");
        assertThat(bot().chatPostMessage(r -> r.channel("ops").text("x".repeat(40_001)))
                        .getError())
                .isEqualTo("msg_too_long");
        assertThat(bot().chatPostMessage(r -> r.channel("ops").text("x").blocksAsString("[{\"type\":\"nonsense\"}]"))
                        .getError())
                .isEqualTo("invalid_blocks");
    }

    @Test
    void aSocketIsOpenedWithATicketThatIsGoodOnce() throws Exception {
        URI url = ticket();
        var heard = new LinkedBlockingQueue<String>();

        connect(url, heard);

        assertThat(heard.poll(5, TimeUnit.SECONDS)).contains("\"type\":\"hello\"", "\"num_connections\":1");
        assertThat(server.sockets()).isEqualTo(1);
        assertThatThrownBy(() -> connect(url, heard)).hasCauseInstanceOf(WebSocketHandshakeException.class);
        assertThat(bot().appsConnectionsOpen(r -> r).getError()).isEqualTo("not_allowed_token_type");
    }

    @Test
    void aPressComesInTheSameEnvelopeUntilItIsAcked() throws Exception {
        var heard = new LinkedBlockingQueue<String>();
        WebSocket app = connect(ticket(), heard);
        heard.poll(5, TimeUnit.SECONDS);
        var click = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/click"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"action_id\":\"a\",\"value\":\"v\"}"))
                .build();

        var answer = HttpClient.newHttpClient().sendAsync(click, HttpResponse.BodyHandlers.ofString());
        String first = String.valueOf(heard.poll(5, TimeUnit.SECONDS));
        String again = String.valueOf(heard.poll(5, TimeUnit.SECONDS));
        String id = Json.MAPPER.readTree(again).path("envelope_id").asText();
        app.sendText("{\"envelope_id\":\"" + id + "\"}", true).join();

        assertThat(first).isEqualTo(again).contains("\"type\":\"interactive\"", "\"type\":\"block_actions\"");
        assertThat(answer.get(5, TimeUnit.SECONDS).body()).isEqualTo("{\"status\":200}");
    }

    @Test
    void faultsEndWhenUndone() throws Exception {
        for (String kind : List.of("slack.429", "slack.5xx", "slack.down")) {
            var fault = server.injector(kind).inject(Json.object(), Duration.ofSeconds(10));
            assertThatThrownBy(() -> bot().authTest(r -> r)).as(kind).isInstanceOf(Exception.class);
            fault.undo();
            assertThat(bot().authTest(r -> r).isOk()).as(kind).isTrue();
        }
    }

    @Test
    @Timeout(20)
    void whatIsAnsweredLateIsDoneAtOnce() throws Exception {
        var fault = server.injector("slack.slow").inject(Json.object().put("delay", "30s"), Duration.ofSeconds(60));
        CompletableFuture<?> posted = slack.methodsAsync("xoxb-test")
                .chatPostMessage(r -> r.channel("late").text("done already"));

        while (!state().toString().contains("done already")) {
            Thread.onSpinWait();
        }
        assertThat(posted).isNotDone();
        fault.undo();
    }

    @Test
    void thePageForbidsForeignScripts() throws Exception {
        HttpResponse<String> page = get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy ->
                        assertThat(policy).contains("default-src 'none'").doesNotContain("unsafe"));
        assertThat(get("/page.js").statusCode()).isEqualTo(200);
        assertThat(get("/../lab.json").statusCode()).isEqualTo(404);
    }

    private URI ticket() throws Exception {
        return URI.create(
                slack.methods(SlackServer.APP_TOKEN).appsConnectionsOpen(r -> r).getUrl());
    }

    private static WebSocket connect(URI url, Queue<String> heard) {
        return HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(url, new WebSocket.Listener() {
                    @Override
                    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence message, boolean last) {
                        heard.add(message.toString());
                        from.request(1);
                        return null;
                    }
                })
                .join();
    }

    private MethodsClient bot() {
        return slack.methods("xoxb-test");
    }

    private JsonNode state() throws Exception {
        return Json.MAPPER.readTree(get("/state.json").body());
    }

    private HttpResponse<String> get(String path) throws Exception {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + path))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }
}
