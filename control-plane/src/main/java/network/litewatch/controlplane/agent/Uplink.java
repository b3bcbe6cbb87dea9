package network.litewatch.controlplane.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.vantage.PlanDocument;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.TlsTrust;
import org.jspecify.annotations.Nullable;

/** What an agent says to the control plane. Blocks its caller; never throws for what the other side does. */
final class Uplink {
    // Longer than the control plane waits for its own commit.
    private static final Duration DEADLINE = Duration.ofSeconds(20);
    private static final int PLAN_BYTES = 8 << 20;

    private final HttpExchanger http;
    private final SecretUrl base;
    private final Secret token;
    private final TlsTrust trust;

    Uplink(HttpExchanger http, AgentConfig config) {
        this.http = http;
        this.base = config.url().resolve("/api/v1/agents/" + config.vantage());
        this.token = config.token();
        this.trust = config.caFile().map(TlsTrust::alsoTrusting).orElseGet(TlsTrust::system);
    }

    /** How a call ended when it did not end well. */
    enum Trouble {
        /** It will not get better by itself: another token or another name is needed. */
        REFUSED,
        /** What was sent cannot be read, or is too much at once. */
        UNREADABLE,
        /** Try again later. */
        AWAY
    }

    /** What came of a call: a value, or trouble, said in words for a person. */
    record Answer<T>(Optional<T> value, @Nullable Trouble trouble, String text, Duration notBefore) {
        private static <T> Answer<T> of(T value) {
            return new Answer<>(Optional.of(value), null, "", Duration.ZERO);
        }

        private static <T> Answer<T> trouble(Trouble trouble, String text, Duration notBefore) {
            return new Answer<>(Optional.empty(), trouble, text, notBefore);
        }
    }

    /** A plan that is new; empty when the one of {@code etag} still holds. */
    record Plan(Optional<PlanDocument> document, String etag) {}

    /** Asks for the plan; {@code etag} is that of the last one, empty at first. */
    Answer<Plan> plan(String etag) {
        HttpResult result =
                send("GET", "/plan", Optional.empty(), etag.isEmpty() ? Map.of() : Map.of("If-None-Match", etag));
        if (!(result instanceof HttpResponse response)) {
            return failed(result);
        }
        if (response.status() == 304) {
            return Answer.of(new Plan(Optional.empty(), etag));
        }
        if (response.status() != 200) {
            return refused(response);
        }
        try {
            JsonNode json = response.json().orElseThrow(() -> new IllegalArgumentException("it is no JSON"));
            return Answer.of(new Plan(
                    Optional.of(PlanDocument.parse(json)),
                    response.header("ETag").orElse("")));
        } catch (IllegalArgumentException e) {
            return Answer.trouble(Trouble.AWAY, "the plan cannot be read: " + e.getMessage(), Duration.ZERO);
        }
    }

    /** What became of each record, in their order: empty is stored, else why it was rejected. */
    Answer<List<String>> deliver(String delivery, int count) {
        HttpResult result = send("POST", "/observations", Optional.of(delivery), Map.of());
        if (!(result instanceof HttpResponse response)) {
            return failed(result);
        }
        if (response.status() != 200) {
            return refused(response);
        }
        JsonNode items = response.json().map(json -> json.path("items")).orElse(null);
        if (items == null || items.size() != count) {
            return Answer.trouble(Trouble.AWAY, "the answer does not say what became of each", Duration.ZERO);
        }
        List<String> verdicts = new ArrayList<>();
        for (JsonNode item : items) {
            String verdict = item.path("verdict").asText();
            if (!verdict.equals("stored") && !verdict.equals("rejected")) {
                return Answer.trouble(Trouble.AWAY, "the answer has a verdict that is none", Duration.ZERO);
            }
            String reason = item.path("reason").asText();
            verdicts.add(verdict.equals("stored") ? "" : reason.isEmpty() ? "rejected" : reason);
        }
        return Answer.of(verdicts);
    }

    private HttpResult send(String method, String path, Optional<String> json, Map<String, String> headers) {
        return http.exchange(new HttpRequest(
                        method,
                        base.resolve(path),
                        Optional.of(token),
                        json,
                        "application/json",
                        DEADLINE,
                        PLAN_BYTES,
                        headers,
                        trust,
                        false))
                .join();
    }

    private static <T> Answer<T> failed(HttpResult result) {
        if (result instanceof HttpFailure failure) {
            Reason reason = failure.outcome().reason();
            return Answer.trouble(
                    Trouble.AWAY, reason.label() + ", " + failure.outcome().detail(), Duration.ZERO);
        }
        return Answer.trouble(Trouble.AWAY, "no answer", Duration.ZERO);
    }

    private static <T> Answer<T> refused(HttpResponse response) {
        String said = response.json()
                .map(json -> json.path("message").asText())
                .filter(text -> !text.isEmpty())
                .orElse("");
        String text = "HTTP " + response.status() + (said.isEmpty() ? "" : ": " + said);
        Trouble trouble = switch (response.status()) {
            case 401, 403, 404 -> Trouble.REFUSED;
            case 400, 413, 415 -> Trouble.UNREADABLE;
            default -> Trouble.AWAY;
        };
        Duration notBefore = response.header("Retry-After")
                .filter(seconds -> seconds.matches("[0-9]{1,3}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(Duration.ZERO);
        return Answer.trouble(trouble, text, notBefore);
    }
}
