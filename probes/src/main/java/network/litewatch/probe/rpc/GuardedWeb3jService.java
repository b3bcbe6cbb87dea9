package network.litewatch.probe.rpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.reactivex.Flowable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.http.HttpExchanger;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.RetryAfter;
import network.litewatch.probe.http.TargetJson;
import org.web3j.protocol.Web3jService;
import org.web3j.protocol.core.BatchRequest;
import org.web3j.protocol.core.BatchResponse;
import org.web3j.protocol.core.Request;
import org.web3j.protocol.core.Response;
import org.web3j.protocol.websocket.events.Notification;

/**
 * web3j's transport over the guarded exchanger, for one target and one run: bytes, deadline and addresses are ours.
 *
 * <p>A failure completes the future with {@link RpcRefusal}. The blocking calls wait no longer than the deadline.
 */
final class GuardedWeb3jService implements Web3jService {
    private static final Duration ALLOWANCE = Duration.ofSeconds(1);

    private final HttpExchanger exchanger;
    private final Target target;
    private final Duration deadline;
    private final boolean reuse;
    private volatile Map<Phase, Duration> phases = Map.of();
    private volatile Optional<Duration> retryAfter = Optional.empty();

    /** A service that dials for every call. */
    GuardedWeb3jService(HttpExchanger exchanger, Target target, Duration deadline) {
        this(exchanger, target, deadline, false);
    }

    /** A service whose calls go over connections that earlier ones left open, if {@code reuse}. */
    GuardedWeb3jService(HttpExchanger exchanger, Target target, Duration deadline, boolean reuse) {
        this.exchanger = exchanger;
        this.target = target;
        this.deadline = deadline;
        this.reuse = reuse;
    }

    /** A service whose calls end at {@code deadline} of {@code nanos}, the probe's, but not before they have begun. */
    static GuardedWeb3jService until(long deadline, LongSupplier nanos, HttpExchanger exchanger, Target target) {
        long left = Math.max(1_000_000, deadline - nanos.getAsLong());
        return new GuardedWeb3jService(exchanger, target, Duration.ofNanos(left));
    }

    /** The stretches of the latest exchange. */
    Map<Phase, Duration> phases() {
        return phases;
    }

    /** Puts how long the RPC wants to be left alone into {@code measurements}, where it said so. */
    void addRetryAfter(Map<Measurement, Double> measurements) {
        retryAfter.ifPresent(wait -> measurements.put(Measurement.RETRY_AFTER, wait.toMillis() / 1e3));
    }

    @Override
    public CompletableFuture<BatchResponse> sendBatchAsync(BatchRequest batch) {
        return exchange(batch.getRequests()).thenApply(body -> bindBatch(batch, body));
    }

    @Override
    @SuppressWarnings("rawtypes")
    public <T extends Response> CompletableFuture<T> sendAsync(Request request, Class<T> type) {
        return exchange(request).thenApply(body -> bind(body, request.getId(), type));
    }

    @Override
    public BatchResponse sendBatch(BatchRequest batch) throws IOException {
        return await(sendBatchAsync(batch));
    }

    @Override
    @SuppressWarnings("rawtypes")
    public <T extends Response> T send(Request request, Class<T> type) throws IOException {
        return await(sendAsync(request, type));
    }

    @Override
    @SuppressWarnings("rawtypes")
    public <T extends Notification<?>> Flowable<T> subscribe(Request request, String unsubscribe, Class<T> type) {
        throw new UnsupportedOperationException("HTTP has no subscriptions");
    }

    /** Nothing to close: the exchanger is somebody else's. */
    @Override
    public void close() {}

    private CompletableFuture<JsonNode> exchange(Object call) {
        String json;
        try {
            json = TargetJson.mapper().writeValueAsString(call);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write a request of our own", e);
        }
        HttpRequest request = HttpRequest.post(target.url(), target.token(), json, deadline);
        return exchanger.exchange(reuse ? request.reusing() : request).thenApply(this::body);
    }

    private JsonNode body(HttpResult result) {
        phases = result.trace().phases();
        if (result instanceof HttpFailure failure) {
            throw new RpcRefusal(failure.outcome());
        }
        HttpResponse response = (HttpResponse) result;
        retryAfter = RetryAfter.of(response);
        Optional<Outcome> refused = RpcErrors.ofStatus(response);
        if (refused.isPresent()) {
            throw new RpcRefusal(refused.get());
        }
        return response.json().orElseThrow(() -> protocolError("the answer is not JSON within our limits"));
    }

    private static BatchResponse bindBatch(BatchRequest batch, JsonNode body) {
        if (body.path("error").isObject()) {
            throw new RpcRefusal(RpcErrors.ofError(body.path("error")));
        }
        if (!body.isArray()) {
            throw protocolError("a batch was not answered with an array");
        }
        Map<Long, JsonNode> byId = new HashMap<>();
        for (JsonNode answer : body) {
            // A request that it could not read is answered under id null; then it is the error that matters.
            if (answer.path("id").isNull() && answer.path("error").isObject()) {
                throw new RpcRefusal(RpcErrors.ofError(answer.path("error")));
            }
            if (!answer.path("id").isIntegralNumber()
                    || byId.put(answer.path("id").asLong(), answer) != null) {
                throw protocolError("the ids of a batch's answers are not those of its requests");
            }
        }
        List<Response<?>> responses = new ArrayList<>();
        for (Request<?, ? extends Response<?>> request : batch.getRequests()) {
            JsonNode answer = byId.get(request.getId());
            if (answer == null) {
                throw protocolError("the ids of a batch's answers are not those of its requests");
            }
            responses.add(bind(answer, request.getId(), request.getResponseType()));
        }
        return new BatchResponse(batch.getRequests(), responses);
    }

    private static <T> T bind(JsonNode answer, long id, Class<T> type) {
        if (!answer.path("id").isIntegralNumber() || answer.path("id").asLong() != id) {
            throw protocolError("the answer's id is not the request's");
        }
        if (!answer.has("result") && !answer.path("error").isObject()) {
            throw protocolError("an answer with neither result nor error");
        }
        if (answer.hasNonNull("result") && answer.path("error").isObject()) {
            throw protocolError("an answer with both result and error");
        }
        // web3j reads the data of an error with a parser of its own, which refuses whatever it is; nobody needs it.
        if (answer.path("error") instanceof ObjectNode error) {
            error.remove("data");
        }
        try {
            return TargetJson.mapper().treeToValue(answer, type);
        } catch (JsonProcessingException e) {
            throw new RpcRefusal(Outcome.failed(Reason.SHAPE_CHANGED, "a result is not of the type it should be"));
        }
    }

    private <T> T await(CompletableFuture<T> answer) throws IOException {
        try {
            return answer.get(deadline.plus(ALLOWANCE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException(String.valueOf(e.getMessage()), e);
        }
    }

    private static RpcRefusal protocolError(String detail) {
        return new RpcRefusal(Outcome.failed(Reason.PROTOCOL_ERROR, detail));
    }
}
