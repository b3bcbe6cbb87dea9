package network.litewatch.lab.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import network.litewatch.lab.http.Json;

/**
 * Tells an app that somebody pressed a button, as Slack does: a {@code block_actions} payload over the app's socket where it has one open,
 * else in a form, signed with the app's signing secret. Slack waits three seconds for the answer. Thread-safe.
 */
final class SlackClicks {
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    // What sends a choice, and no value of its own.
    private static final Set<String> MENUS = Set.of("static_select", "overflow");

    private final SlackSockets sockets;
    private final String signingSecret;
    private final InstantSource clock;
    // No two presses are the same request.
    private final AtomicLong presses = new AtomicLong();
    private final HttpClient http = HttpClient.newHttpClient();
    private volatile Optional<URI> app = Optional.empty();

    SlackClicks(SlackSockets sockets, String signingSecret, InstantSource clock) {
        this.sockets = sockets;
        this.signingSecret = signingSecret;
        this.clock = clock;
    }

    /** Where the app is told while it has no socket open. */
    void tell(URI endpoint) {
        app = Optional.of(endpoint);
    }

    /**
     * Presses what {@code click} says: {@code channel}, {@code ts}, {@code user}, {@code type} of the element, {@code action_id} and
     * {@code value}. The answer is the
     * app's status, 200 for an ack over a socket; empty where nobody takes presses.
     *
     * @throws IOException when the app does not answer in time
     */
    OptionalInt press(JsonNode click) throws IOException {
        ObjectNode payload = payload(click);
        if (sockets.open() > 0) {
            sockets.press(payload);
            return OptionalInt.of(200);
        }
        Optional<URI> endpoint = app;
        return endpoint.isEmpty() ? OptionalInt.empty() : OptionalInt.of(post(endpoint.get(), payload));
    }

    private ObjectNode payload(JsonNode click) {
        ObjectNode payload =
                Json.object().put("type", "block_actions").put("trigger_id", presses.incrementAndGet() + ".lab");
        payload.putObject("user").put("id", click.path("user").asText(SlackServer.PERSON));
        payload.putObject("channel").put("id", click.path("channel").asText());
        payload.putObject("container")
                .put("type", "message")
                .put("message_ts", click.path("ts").asText());
        ObjectNode action = payload.putArray("actions")
                .addObject()
                .put("action_id", click.path("action_id").asText())
                .put("type", click.path("type").asText("button"));
        if (MENUS.contains(click.path("type").asText())) {
            action.putObject("selected_option").put("value", click.path("value").asText());
        } else {
            action.put("value", click.path("value").asText());
        }
        return payload;
    }

    private int post(URI endpoint, ObjectNode payload) throws IOException {
        String body = "payload=" + URLEncoder.encode(payload.toString(), StandardCharsets.UTF_8);
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        HttpRequest request = HttpRequest.newBuilder(endpoint)
                .timeout(PATIENCE)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("X-Slack-Request-Timestamp", timestamp)
                .header("X-Slack-Signature", signature(timestamp, body))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the app was asked", e);
        }
    }

    private String signature(String timestamp, String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(signingSecret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] signed = mac.doFinal(("v0:" + timestamp + ":" + body).getBytes(StandardCharsets.UTF_8));
            return "v0=" + HexFormat.of().formatHex(signed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HmacSHA256", e);
        }
    }
}
