package network.litewatch.controlplane.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** A service that takes alerts, as Prometheus sends them, and the lab's Slack that it tells of them. */
final class AlertsLink {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final String api;
    private final String slack;

    AlertsLink(ServiceOrder order) {
        this.api = "http://127.0.0.1:" + order.apiPort();
        this.slack = Objects.requireNonNull(order.environment().get("LITEWATCH_SLACK_API_URL"))
                .replaceFirst("/api/?$", "/state.json");
    }

    /** Whether the service answers. */
    boolean answers() throws InterruptedException {
        try {
            return get("/api/v2/status").has("uptime");
        } catch (IOException away) {
            return false;
        }
    }

    /** Sends {@code alerts}, which the service keeps when this returns. */
    void post(ArrayNode alerts) throws IOException, InterruptedException {
        ask(HttpRequest.newBuilder(URI.create(api + "/api/v2/alerts"))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(alerts.toString())));
    }

    /** What the service answers at {@code path}. */
    JsonNode get(String path) throws IOException, InterruptedException {
        return JSON.readTree(ask(HttpRequest.newBuilder(URI.create(api + path))));
    }

    /** All that stands in Slack, those of threads too, with what it said before. */
    List<JsonNode> messages() throws IOException, InterruptedException {
        List<JsonNode> messages = new ArrayList<>();
        JSON.readTree(ask(HttpRequest.newBuilder(URI.create(slack))))
                .path("channels")
                .forEach(c -> c.path("messages").forEach(messages::add));
        return messages;
    }

    private String ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest asked = request.timeout(TIMEOUT).build();
        HttpResponse<String> answer = http.send(asked, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(asked.uri() + ": HTTP " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }
}
