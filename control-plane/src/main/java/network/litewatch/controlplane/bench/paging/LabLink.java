package network.litewatch.controlplane.bench.paging;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The lab's faults, the lab's Slack, and what our service says of itself, over HTTP. Any answer that is not a success is an exception. */
final class LabLink {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final String faults;
    private final String slack;
    private final String api;

    LabLink(PagingOrder order) {
        this.faults = order.injector() + "/faults";
        this.slack = order.variable("LITEWATCH_SLACK_API_URL").replaceFirst("/api/?$", "/state.json");
        this.api = "http://127.0.0.1:" + order.apiPort() + "/api/v1/";
    }

    /** Plants a fault; its id. */
    String plant(Planted fault, Duration lease) throws IOException, InterruptedException {
        return ask(HttpRequest.newBuilder(URI.create(faults))
                        .POST(HttpRequest.BodyPublishers.ofString(fault.body(lease.toSeconds() + "s"))))
                .path("id")
                .asText();
    }

    void end(String fault) throws IOException, InterruptedException {
        ask(HttpRequest.newBuilder(URI.create(faults + "/" + fault)).DELETE());
    }

    SlackState slack() throws IOException, InterruptedException {
        return new SlackState(ask(HttpRequest.newBuilder(URI.create(slack))));
    }

    /** Whether the last run of {@code probe} at {@code target} went well; false too while the service does not answer. */
    boolean isWell(String target, String probe) throws InterruptedException {
        try {
            JsonNode signals = ask(HttpRequest.newBuilder(URI.create(api + "targets/" + target)))
                    .path("probes")
                    .path(probe)
                    .path("signals");
            return signals.path("probe_consecutive_failures").asDouble(1) == 0;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** When our rule for {@code fault} fired; empty when it does not. */
    Optional<Instant> firedAt(Planted fault) throws IOException, InterruptedException {
        for (JsonNode alert : ask(HttpRequest.newBuilder(URI.create(api + "alerts?state=firing&limit=500")))
                .path("items")) {
            if (alert.path("rule").asText().equals(fault.alert())
                    && alert.at("/labels/target").asText().equals(fault.target())) {
                return Optional.of(Instant.parse(alert.path("firedAt").asText()));
            }
        }
        return Optional.empty();
    }

    private JsonNode ask(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpRequest asked = request.timeout(TIMEOUT).build();
        HttpResponse<String> answer = http.send(asked, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(asked.uri() + ": HTTP " + answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }
}
