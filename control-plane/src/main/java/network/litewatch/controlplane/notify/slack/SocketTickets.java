package network.litewatch.controlplane.notify.slack;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.regex.Pattern;
import network.litewatch.controlplane.config.ConfidentialUrl;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/**
 * Asks Slack where a socket may be opened, by {@code apps.connections.open} and the app-level token. Blocks its caller, for ten seconds at
 * most. Thread-safe.
 */
final class SocketTickets {
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);
    private static final int MAX_ANSWER = 64 << 10;
    private static final Pattern ERROR = Pattern.compile("[a-z_]{1,60}");

    private final HttpUrl method;
    private final Secret token;
    private final ObjectMapper json;
    private final OkHttpClient http = new OkHttpClient.Builder()
            .callTimeout(ANSWER)
            // The token goes to whom it was meant for.
            .followRedirects(false)
            .build();

    /** What came of asking. Its texts are for people, and repeat no secret. */
    sealed interface Answer {
        /** Where one socket may be opened, soon; a secret, for it carries a ticket. */
        record Ticket(SecretUrl url) implements Answer {}

        /** Nothing now; another try may help, but not before {@code after}, which is zero where Slack does not say. */
        record Later(String why, Duration after) implements Answer {}

        /** Nothing, until a person has mended it. */
        record Refused(String why) implements Answer {}
    }

    /**
     * Asks nothing yet.
     *
     * @param apiUrl base of the Web API, ending in {@code /api/}
     * @throws IllegalArgumentException when that is no URL
     */
    SocketTickets(String apiUrl, Secret token, ObjectMapper json) {
        this.method = HttpUrl.get(apiUrl.endsWith("/") ? apiUrl : apiUrl + "/")
                .newBuilder()
                .addPathSegment("apps.connections.open")
                .build();
        this.token = token;
        this.json = json;
    }

    Answer ask() {
        Request request = new Request.Builder()
                .url(method)
                .header("Authorization", "Bearer " + token.reveal())
                .post(RequestBody.create(new byte[0]))
                .build();
        try (Response response = http.newCall(request).execute()) {
            if (response.code() == 429) {
                Duration after = SlackNotifier.retryAfter(response.header("Retry-After"));
                return new Answer.Later("Slack answered 429", after.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : after);
            }
            return response.isSuccessful()
                    ? read(json.readTree(response.peekBody(MAX_ANSWER).bytes()))
                    : new Answer.Later("Slack answered " + response.code(), Duration.ZERO);
        } catch (IOException e) {
            return new Answer.Later("Slack cannot be reached: " + e.getClass().getSimpleName(), Duration.ZERO);
        }
    }

    private static Answer read(JsonNode answer) {
        if (answer.path("ok").asBoolean()) {
            return ticket(answer.path("url").asText());
        }
        String error = answer.path("error").asText();
        if (!ERROR.matcher(error).matches() || SlackNotifier.PASSING.contains(error) || error.equals("ratelimited")) {
            return new Answer.Later(
                    "Slack answered " + (ERROR.matcher(error).matches() ? error : "something else than it should"),
                    error.equals("ratelimited") ? SlackNotifier.retryAfter(null) : Duration.ZERO);
        }
        return new Answer.Refused("Slack refuses the app token: " + error);
    }

    private static Answer ticket(String url) {
        try {
            return new Answer.Ticket(ConfidentialUrl.parseSocket(url));
        } catch (IllegalArgumentException e) {
            return new Answer.Later("the URL that Slack answered " + e.getMessage(), Duration.ZERO);
        }
    }
}
