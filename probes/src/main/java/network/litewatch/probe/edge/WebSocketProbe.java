package network.litewatch.probe.edge;

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
import network.litewatch.probe.Target;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.UntrustedText;
import network.litewatch.probe.http.WebSocketExchanger;

/** Opens a WebSocket, and judges its first message if one is wanted. See {@link WebSocketQuestion}. */
public final class WebSocketProbe extends EdgeProbe<WebSocketQuestion> {
    private final WebSocketExchanger exchanger;
    private final InstantSource time;

    /**
     * A probe that tells how long certificates last by {@code time}.
     *
     * @param time wall clock
     */
    public WebSocketProbe(WebSocketExchanger exchanger, InstantSource time) {
        super(EdgeKind.WEBSOCKET, WebSocketQuestion::of);
        this.exchanger = exchanger;
        this.time = time;
    }

    @Override
    CompletableFuture<Finding> ask(Target target, WebSocketQuestion question, Duration timeout) {
        HttpRequest request = new HttpRequest(
                "GET",
                target.url(),
                target.token(),
                Optional.empty(),
                "*/*",
                timeout,
                question.maxBytes(),
                question.headers(),
                question.trust(),
                false);
        return exchanger
                .open(request, question.send(), question.listen())
                .thenApply(result -> finding(question, result));
    }

    private Finding finding(WebSocketQuestion question, HttpResult result) {
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        Map<String, String> evidence = new HashMap<>();
        result.trace().tls().ifPresent(peer -> Certificates.describe(peer, time.instant(), measurements, evidence));
        Outcome outcome;
        if (result instanceof HttpResponse response) {
            measurements.put(Measurement.HTTP_STATUS_CODE, (double) response.status());
            if (response.status() == 101 && question.listen()) {
                measurements.put(Measurement.HTTP_BODY_BYTES, (double) response.bodyBytes());
            }
            outcome = judge(question, response);
            if (!outcome.isOk() && response.bodyBytes() > 0) {
                evidence.put("message", UntrustedText.clean(response.text(), 200));
            }
        } else {
            outcome = ((HttpFailure) result).outcome();
        }
        return new Finding(outcome, result.trace().phases(), measurements, evidence);
    }

    private static Outcome judge(WebSocketQuestion question, HttpResponse response) {
        if (response.status() != 101) {
            return HttpProbe.status(response.status());
        }
        return question.expect()
                .map(wanted -> HttpProbe.expectation(wanted, response.text()))
                .orElseGet(Outcome::ok);
    }
}
