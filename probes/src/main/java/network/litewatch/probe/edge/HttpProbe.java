package network.litewatch.probe.edge;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.http.AnswerPattern;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.RetryAfter;
import network.litewatch.probe.http.UntrustedText;

/** Asks a web server once, and judges status and body. Its parameters are read by {@link HttpQuestion}. */
public final class HttpProbe extends EdgeProbe<HttpQuestion> {
    private final HttpExchanger exchanger;
    private final InstantSource time;

    /**
     * A probe that tells how long certificates last by {@code time}.
     *
     * @param time wall clock
     */
    public HttpProbe(HttpExchanger exchanger, InstantSource time) {
        super(EdgeKind.HTTP, HttpQuestion::new);
        this.exchanger = exchanger;
        this.time = time;
    }

    @Override
    CompletableFuture<Finding> ask(Target target, HttpQuestion question, Duration timeout) {
        HttpRequest request = new HttpRequest(
                question.method(),
                target.url(),
                target.token(),
                Optional.empty(),
                question.accept(),
                timeout,
                question.maxBodyBytes(),
                question.headers(),
                question.trust(),
                false);
        return exchanger.exchange(request).thenApply(result -> finding(question, result));
    }

    private Finding finding(HttpQuestion question, HttpResult result) {
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        Map<String, String> evidence = new HashMap<>();
        result.trace().tls().ifPresent(peer -> Certificates.describe(peer, time.instant(), measurements, evidence));
        Outcome outcome;
        if (result instanceof HttpResponse response) {
            measurements.put(Measurement.HTTP_STATUS_CODE, (double) response.status());
            measurements.put(Measurement.HTTP_BODY_BYTES, (double) response.bodyBytes());
            response.header("Content-Length")
                    .filter(text -> text.matches("\\d{1,15}"))
                    .ifPresent(text -> measurements.put(Measurement.HTTP_CONTENT_LENGTH, Double.parseDouble(text)));
            RetryAfter.of(response).ifPresent(wait -> measurements.put(Measurement.RETRY_AFTER, wait.toMillis() / 1e3));
            outcome = judge(question, response);
            if (!outcome.isOk() && response.bodyBytes() > 0) {
                evidence.put("body", UntrustedText.clean(response.text(), 200));
            }
        } else {
            outcome = ((HttpFailure) result).outcome();
        }
        return new Finding(outcome, result.trace().phases(), measurements, evidence);
    }

    private static Outcome judge(HttpQuestion question, HttpResponse response) {
        if (!question.statuses().contains(response.status())) {
            return status(response.status());
        }
        Outcome json = question.json().map(wanted -> json(wanted, response)).orElseGet(Outcome::ok);
        return json.isOk()
                ? question.body()
                        .map(wanted -> expectation(wanted, response.text()))
                        .orElse(json)
                : json;
    }

    /** An unwanted status: being throttled is our plan's matter, not the server's health. */
    static Outcome status(int status) {
        String detail = "HTTP " + status;
        return switch (status) {
            case 401, 403 -> Outcome.failed(Reason.UNAUTHORIZED, detail);
            case 429 -> Outcome.inconclusive(Reason.RATE_LIMITED, detail);
            default -> Outcome.failed(Reason.HTTP_STATUS, detail);
        };
    }

    /** Whether {@code text} is what was wanted; a pattern that cannot be decided in time is nobody's failure. */
    static Outcome expectation(AnswerPattern wanted, String text) {
        Optional<Boolean> met = wanted.isMetBy(text);
        if (met.isEmpty()) {
            return Outcome.inconclusive(Reason.PROBER_ERROR, "the expected pattern takes too long on this answer");
        }
        return met.get() ? Outcome.ok() : Outcome.failed(Reason.WRONG_ANSWER, "the answer is not what is expected");
    }

    private static Outcome json(JsonAssertion wanted, HttpResponse response) {
        Optional<JsonNode> json = response.json();
        if (json.isEmpty()) {
            return Outcome.failed(Reason.PROTOCOL_ERROR, "the answer is not JSON");
        }
        return switch (wanted.judge(json.get())) {
            case HOLDS -> Outcome.ok();
            case DOES_NOT_HOLD -> Outcome.failed(Reason.WRONG_ANSWER, "expect_json is false for this answer");
            case CANNOT_TELL ->
                Outcome.failed(
                        Reason.SHAPE_CHANGED,
                        "expect_json cannot be evaluated: a field is missing, of another type, or a list is too long");
        };
    }
}
