package network.litewatch.probe.http;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;

/** An exchanger without a wire: answers as a function of the request, and plays streams at times that a test sets. */
public final class FakeExchanger implements HttpExchanger {
    public static final WireTrace WHOLE = trace(WireTrace.Stage.RECEIVING);

    private final Function<HttpRequest, HttpResult> answers;
    private final List<Frame> frames;
    private final List<HttpRequest> requests = new ArrayList<>();

    /** One frame of a stream, and when it arrives. */
    public record Frame(long nanos, String data) {}

    public FakeExchanger(Function<HttpRequest, HttpResult> answers) {
        this(answers, List.of());
    }

    /** Plays {@code frames}, then answers. */
    public FakeExchanger(Function<HttpRequest, HttpResult> answers, List<Frame> frames) {
        this.answers = answers;
        this.frames = frames;
    }

    public static WireTrace trace(WireTrace.Stage stage) {
        return new WireTrace(stage, OptionalLong.of(0), Map.of(Phase.CONNECT, Duration.ofMillis(1)));
    }

    public static HttpResponse response(int status, String body) {
        return new HttpResponse(status, Map.of(), body.getBytes(StandardCharsets.UTF_8), WHOLE);
    }

    public static HttpFailure failure(Reason reason, WireTrace.Stage stage) {
        return new HttpFailure(reason, "as scripted", trace(stage));
    }

    public List<HttpRequest> requests() {
        return requests;
    }

    @Override
    public CompletableFuture<HttpResult> exchange(HttpRequest request) {
        requests.add(request);
        return CompletableFuture.completedFuture(answers.apply(request));
    }

    @Override
    public CompletableFuture<HttpResult> stream(HttpRequest request, SseConsumer consumer) {
        boolean wanted = true;
        for (Frame frame : frames) {
            wanted = wanted && consumer.accept(new SseEvent("message", frame.data()), frame.nanos());
        }
        return exchange(request);
    }
}
