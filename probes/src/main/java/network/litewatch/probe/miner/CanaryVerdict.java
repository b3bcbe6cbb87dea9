package network.litewatch.probe.miner;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.http.AnswerPattern;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.WireTrace.Stage;

/**
 * Says how a canary ended and whose doing it was. Pure.
 *
 * <p>The line is the router's acceptance. Before the request is with the router, nothing can be the miner's failure.
 * After it, silence until the deadline, an empty or torn stream and an error that names the miner are.
 */
final class CanaryVerdict {
    private static final Set<String> BROKEN_OFF = Set.of("error", "abort", "aborted", "cancelled", "timeout");

    private final int minTokens;
    private final Optional<AnswerPattern> expected;

    CanaryVerdict(int minTokens, Optional<AnswerPattern> expected) {
        this.minTokens = minTokens;
        this.expected = expected;
    }

    Outcome of(HttpResult result, CompletionStream stream) {
        if (stream.error().isPresent()) {
            return reported(
                    stream.error().get(),
                    Outcome.inconclusive(
                            Reason.PATH_UNHEALTHY, "router: " + stream.error().get()));
        }
        if (result instanceof HttpFailure failure) {
            // The answer was whole; only the stream's end was missing.
            return stream.isFinished() ? answer(stream) : broken(failure, stream);
        }
        HttpResponse response = (HttpResponse) result;
        return response.isSuccess() && !isJson(response) ? ended(response, stream) : refused(response);
    }

    private Outcome ended(HttpResponse response, CompletionStream stream) {
        // A streamed answer has no body left; this one was a page of something else.
        if (!response.text().isEmpty()) {
            return Outcome.inconclusive(Reason.PROTOCOL_ERROR, "the router answered neither a stream nor JSON");
        }
        if (stream.isMalformed()) {
            return Outcome.inconclusive(Reason.PROTOCOL_ERROR, "a frame of the stream is not JSON");
        }
        return answer(stream);
    }

    private Outcome answer(CompletionStream stream) {
        String text = stream.text();
        if (text.isBlank()) {
            return Outcome.failed(Reason.EMPTY_ANSWER, "the stream ended without text");
        }
        if (!stream.isFinished()) {
            return Outcome.failed(
                    Reason.TRUNCATED, "the stream ended after " + stream.tokens() + " tokens without its end marker");
        }
        Optional<String> brokenOff = stream.finishReason().filter(BROKEN_OFF::contains);
        if (brokenOff.isPresent()) {
            return Outcome.failed(Reason.TRUNCATED, "finish_reason " + brokenOff.get());
        }
        if (stream.tokens() < minTokens) {
            return Outcome.failed(Reason.WRONG_ANSWER, stream.tokens() + " tokens instead of at least " + minTokens);
        }
        return expected.map(pattern -> expectation(pattern, text)).orElse(Outcome.ok());
    }

    private static Outcome expectation(AnswerPattern pattern, String text) {
        Optional<Boolean> met = pattern.isMetBy(text);
        if (met.isEmpty()) {
            return Outcome.inconclusive(Reason.PROBER_ERROR, "parameter expect takes too long on this answer");
        }
        return met.get() ? Outcome.ok() : Outcome.failed(Reason.WRONG_ANSWER, "the text is not as expected");
    }

    private static Outcome broken(HttpFailure failure, CompletionStream stream) {
        Stage reached = failure.trace().reached();
        boolean accepted = reached == Stage.RECEIVING;
        return switch (failure.reason()) {
            case EGRESS_DENIED, PROBER_ERROR -> failure.outcome();
            case TIMEOUT ->
                accepted || reached == Stage.WAITING
                        ? Outcome.failed(Reason.TIMEOUT, failure.detail() + ", " + stream.tokens() + " tokens received")
                        : unhealthyPath(failure);
            case BODY_TOO_LARGE ->
                accepted ? Outcome.failed(Reason.BODY_TOO_LARGE, failure.detail()) : unhealthyPath(failure);
            case PROTOCOL_ERROR -> Outcome.inconclusive(Reason.PROTOCOL_ERROR, failure.detail());
            default ->
                accepted
                        ? Outcome.failed(Reason.TRUNCATED, failure.detail() + " after " + stream.tokens() + " tokens")
                        : unhealthyPath(failure);
        };
    }

    private static Outcome unhealthyPath(HttpFailure failure) {
        return Outcome.inconclusive(
                Reason.PATH_UNHEALTHY, "router: " + failure.reason().label() + ", " + failure.detail());
    }

    private static Outcome refused(HttpResponse response) {
        Optional<String> message = response.json().flatMap(RouterErrors::message);
        String detail = "router answered HTTP " + response.status()
                + message.map(text -> ": " + text).orElse("");
        Outcome path = switch (response.status()) {
            case 401, 403 -> Outcome.inconclusive(Reason.UNAUTHORIZED, detail);
            case 429 -> Outcome.inconclusive(Reason.RATE_LIMITED, detail);
            default ->
                response.status() >= 500
                        ? Outcome.inconclusive(Reason.PATH_UNHEALTHY, detail)
                        : otherAnswer(response, message, detail);
        };
        boolean ourOwn = path.reason() == Reason.UNAUTHORIZED || path.reason() == Reason.RATE_LIMITED;
        return ourOwn ? path : message.map(text -> reported(text, path)).orElse(path);
    }

    private static Outcome otherAnswer(HttpResponse response, Optional<String> message, String detail) {
        if (!response.isSuccess()) {
            return Outcome.inconclusive(Reason.HTTP_STATUS, detail);
        }
        return message.isPresent()
                ? Outcome.inconclusive(Reason.PATH_UNHEALTHY, detail)
                : Outcome.inconclusive(Reason.PROTOCOL_ERROR, "the router did not stream, so nothing can be timed");
    }

    private static Outcome reported(String message, Outcome otherwise) {
        return RouterErrors.blamesMiner(message) ? Outcome.failed(Reason.MINER_ERROR, message) : otherwise;
    }

    private static boolean isJson(HttpResponse response) {
        return response.json().filter(JsonNode::isContainerNode).isPresent();
    }
}
