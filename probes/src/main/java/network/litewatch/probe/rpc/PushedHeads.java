package network.litewatch.probe.rpc;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.TargetJson;
import network.litewatch.probe.http.WebSocketEar;
import network.litewatch.probe.http.WebSocketExchanger;
import org.jspecify.annotations.Nullable;
import org.web3j.protocol.core.Request;

/**
 * Listens to a WebSocket for half of a run's time and asks an RPC over HTTP where the head is, when the listening begins and when it
 * ends: whether what is pushed keeps up with what can be asked. Silence alone says nothing, a chain may be quiet; silence while the
 * head rises does.
 *
 * <p>The HTTP side's failures say nothing of the WebSocket and make a run inconclusive.
 */
final class PushedHeads {
    private static final Pattern QUANTITY = Pattern.compile("0x[0-9a-fA-F]{1,15}");

    private final WebSocketExchanger webSockets;
    private final HttpExchanger http;

    PushedHeads(WebSocketExchanger webSockets, HttpExchanger http) {
        this.webSockets = webSockets;
        this.http = http;
    }

    /** What came over the WebSocket. Used by one thread at a time. */
    abstract static class Ear implements WebSocketEar {
        private final CompletableFuture<Void> begun = new CompletableFuture<>();
        private final AtomicInteger messages = new AtomicInteger();
        private volatile double newest = Double.NaN;
        private volatile @Nullable Outcome refused;

        /** Reads one message; calls {@link #begin}, {@link #pushed} and {@link #refuse} as it likes. */
        abstract void read(JsonNode message);

        /** So many messages show that pushing works, so that listening may end early. */
        abstract int enough();

        /** From now on something may be pushed. */
        final void begin() {
            begun.complete(null);
        }

        /** Something was pushed that carries {@code timestamp}, seconds since 1970. */
        final void pushed(double timestamp) {
            messages.incrementAndGet();
            newest = Double.isNaN(newest) ? timestamp : Math.max(newest, timestamp);
        }

        /** Nothing will ever be pushed, or what is pushed makes no sense. */
        final void refuse(Outcome outcome) {
            if (refused == null) {
                refused = outcome;
            }
        }

        @Override
        public final boolean heard(byte[] message) {
            Optional<JsonNode> json = TargetJson.parse(message);
            if (json.isPresent()) {
                read(json.get());
            } else {
                refuse(Outcome.failed(Reason.PROTOCOL_ERROR, "a message is not JSON within our limits"));
            }
            return refused != null || messages.get() >= enough();
        }
    }

    /** The head over HTTP, or why it is not known. */
    private record Head(double number, double timestamp, Optional<Outcome> refused) {
        static Head unknown(Outcome why) {
            return new Head(0, 0, Optional.of(why));
        }
    }

    /**
     * Listens once.
     *
     * @param socket where, and with what headers
     * @param rpc who is asked over HTTP
     * @param timeout of all of it
     */
    CompletableFuture<Finding> listen(HttpRequest socket, Optional<String> say, Target rpc, Ear ear, Duration timeout) {
        Duration window = timeout.dividedBy(2);
        CompletableFuture<HttpResult> heard = webSockets.hear(socket, say, window, ear);
        // Where listening never begins, the question would never be asked and nobody waits for its answer.
        CompletableFuture<Head> before = ear.begun.thenCompose(begun -> head(rpc, timeout.dividedBy(4)));
        return heard.thenCompose(result -> {
            Optional<Outcome> failure = failure(result, ear);
            if (failure.isPresent() || !ear.begun.isDone()) {
                Outcome outcome = failure.orElseGet(
                        () -> Outcome.failed(Reason.EMPTY_ANSWER, "nothing came in answer to the subscription"));
                return CompletableFuture.completedFuture(
                        new Finding(outcome, result.trace().phases(), Map.of(), Map.of()));
            }
            return before.thenCombine(
                    head(rpc, timeout.dividedBy(4)), (first, last) -> finding(result, ear, first, last));
        });
    }

    private static Optional<Outcome> failure(HttpResult result, Ear ear) {
        Outcome refused = ear.refused;
        if (refused != null) {
            return Optional.of(refused);
        }
        if (result instanceof HttpFailure failed) {
            // More than we want to hear is no failure of who says it.
            return failed.reason() == Reason.BODY_TOO_LARGE && ear.messages.get() > 0
                    ? Optional.empty()
                    : Optional.of(failed.outcome());
        }
        HttpResponse response = (HttpResponse) result;
        return response.status() == 101
                ? Optional.empty()
                : RpcErrors.ofStatus(response)
                        .or(() -> Optional.of(
                                Outcome.failed(Reason.HTTP_STATUS, "HTTP " + response.status() + ", no WebSocket")));
    }

    private static Finding finding(HttpResult result, Ear ear, Head first, Head last) {
        Map<Measurement, Double> measurements = new EnumMap<>(Measurement.class);
        measurements.put(Measurement.PUSH_MESSAGES, (double) ear.messages.get());
        if (ear.messages.get() > 0) {
            measurements.put(Measurement.PUSH_NEWEST, ear.newest);
        }
        Optional<Outcome> unknown = first.refused().or(last::refused);
        if (unknown.isEmpty()) {
            measurements.put(Measurement.PUSH_HTTP_RISE, Math.max(0, last.number() - first.number()));
            // What was cut off in the middle had newer ones to come.
            if (ear.messages.get() > 0 && result instanceof HttpResponse) {
                measurements.put(Measurement.PUSH_LAG, Math.max(0, last.timestamp() - ear.newest));
            }
        }
        Outcome outcome = unknown.map(why -> Outcome.inconclusive(
                        Reason.PATH_UNHEALTHY,
                        "the head over HTTP is not known: " + why.reason().label()))
                .orElseGet(Outcome::ok);
        return new Finding(outcome, result.trace().phases(), measurements, Map.of());
    }

    private CompletableFuture<Head> head(Target rpc, Duration timeout) {
        GuardedWeb3jService service = new GuardedWeb3jService(http, rpc, timeout);
        return service.sendAsync(
                        new Request<>("eth_getBlockByNumber", List.of("latest", false), service, RawResponse.class),
                        RawResponse.class)
                .handle((answer, failure) -> {
                    if (failure != null) {
                        return Head.unknown(RpcRefusal.outcomeOf(failure));
                    }
                    if (answer.hasError()) {
                        return Head.unknown(RpcErrors.ofError(
                                answer.getError().getCode(),
                                String.valueOf(answer.getError().getMessage())));
                    }
                    JsonNode block = answer.getResult();
                    Optional<Double> number = quantity(block, "number");
                    Optional<Double> timestamp = quantity(block, "timestamp");
                    return number.isPresent() && timestamp.isPresent()
                            ? new Head(number.get(), timestamp.get(), Optional.empty())
                            : Head.unknown(Outcome.failed(Reason.SHAPE_CHANGED, "the latest block has no number"));
                });
    }

    /** The quantity in that field of {@code node}, if there is one. */
    static Optional<Double> quantity(@Nullable JsonNode node, String field) {
        String text = node == null ? "" : node.path(field).asText("");
        return QUANTITY.matcher(text).matches()
                ? Optional.of((double) Long.parseLong(text.substring(2), 16))
                : Optional.empty();
    }
}
