package network.litewatch.controlplane.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import org.jspecify.annotations.Nullable;

/** What a service says over its API, for one vantage. */
final class ServiceView {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final String api;
    private final String vantage;

    ServiceView(int port, String vantage) {
        this.api = "http://127.0.0.1:" + port + "/api/v1/";
        this.vantage = vantage;
    }

    /** How many plans the vantage has. */
    int plans() throws IOException, InterruptedException {
        return get("vantages").at("/items/0/plans").asInt();
    }

    /** What its agent could not keep. */
    long dropped() throws IOException, InterruptedException {
        return get("vantages").at("/items/0/dropped").asLong();
    }

    /** Whether people are told just now that the vantage is silent. */
    boolean isSilent() throws IOException, InterruptedException {
        for (JsonNode alert : get("alerts?state=firing").path("items")) {
            if (alert.path("rule").asText().equals("VantageSilent")
                    && alert.at("/labels/target").asText().equals(vantage)) {
                return true;
            }
        }
        return false;
    }

    /** Ids of all documents in Elasticsearch that are of the vantage, as often as they are there. */
    List<String> stored() throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            JsonNode page =
                    get("observations?vantage=" + vantage + "&limit=500" + (cursor == null ? "" : "&cursor=" + cursor));
            for (JsonNode item : page.path("items")) {
                JsonNode own = item.path("cortensor");
                ids.add(id(own, own.path("vantage").asText()));
            }
            cursor = page.hasNonNull("next") ? page.path("next").asText() : null;
        } while (cursor != null);
        return ids;
    }

    /** The id of what a line of the agent's journal speaks of. */
    String id(String line) throws IOException {
        return id(JSON.readTree(line), vantage);
    }

    private static String id(JsonNode seen, String vantage) {
        return ObservationDocuments.hash(
                seen.path("probe").asText(),
                seen.path("target").asText(),
                vantage,
                Long.toString(Instant.parse(seen.path("slot").asText()).toEpochMilli()));
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create(api + path))
                        .timeout(Duration.ofSeconds(10))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": HTTP " + answer.statusCode());
        }
        return JSON.readTree(answer.body());
    }
}
