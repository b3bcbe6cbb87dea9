package network.litewatch.probe.http;

import java.io.IOException;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import okhttp3.Interceptor;
import okhttp3.Response;
import okhttp3.WebSocket;
import okhttp3.WebSocketListener;
import okio.ByteString;
import org.jspecify.annotations.Nullable;

/** One WebSocket on its way: hears it on OkHttp's thread, while the deadline may strike on another. */
final class OkHttpWebSocket extends WebSocketListener {
    private static final String EXTENSIONS = "Sec-WebSocket-Extensions";
    private static final int NORMAL = 1000;

    private final HttpRequest request;
    private final Optional<String> say;
    private final Hearing hearing;
    private final WireClock wire;
    private final BooleanSupplier askedTwice;
    private final CompletableFuture<HttpResult> result = new CompletableFuture<>();
    private volatile Map<String, String> headers = Map.of();

    /**
     * How long it is heard.
     *
     * @param listen whether a message is waited for
     * @param ear hears every message; empty when the first is the answer
     * @param later calls back when the time for hearing is over
     */
    record Hearing(boolean listen, Optional<WebSocketEar> ear, Consumer<Runnable> later) {
        /** The first message only, or none. */
        static Hearing first(boolean listen) {
            return new Hearing(listen, Optional.empty(), over -> {});
        }
    }

    /**
     * A listener for one WebSocket.
     *
     * @param askedTwice whether OkHttp tried to send the request again
     */
    OkHttpWebSocket(
            HttpRequest request, Optional<String> say, Hearing hearing, WireClock wire, BooleanSupplier askedTwice) {
        this.request = request;
        this.say = say;
        this.hearing = hearing;
        this.wire = wire;
        this.askedTwice = askedTwice;
    }

    CompletableFuture<HttpResult> result() {
        return result;
    }

    /** Ends the wait because its time is up; harmless when it has ended already. */
    void expire(WebSocket socket) {
        result.complete(new HttpFailure(
                Reason.TIMEOUT, "not complete after " + request.deadline().toMillis() + " ms", wire.trace()));
        socket.cancel();
    }

    @Override
    public void onOpen(WebSocket socket, Response response) {
        wire.answered();
        headers = firstHeaders(response);
        say.ifPresent(socket::send);
        if (!hearing.listen()) {
            end(socket, new byte[0]);
        } else if (hearing.ear().isPresent()) {
            hearing.later().accept(() -> end(socket, new byte[0]));
        }
    }

    @Override
    public void onMessage(WebSocket socket, String text) {
        heard(socket, text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void onMessage(WebSocket socket, ByteString bytes) {
        heard(socket, bytes.toByteArray());
    }

    @Override
    public void onClosing(WebSocket socket, int code, String reason) {
        result.complete(new HttpFailure(
                Reason.EMPTY_ANSWER,
                "closed with code " + code + (hearing.ear().isPresent() ? " while it was heard" : " before a message"),
                wire.trace()));
        socket.close(NORMAL, null);
    }

    @Override
    public void onFailure(WebSocket socket, Throwable t, @Nullable Response response) {
        result.complete(failure(t, response));
    }

    private HttpResult failure(Throwable t, @Nullable Response response) {
        WireTrace trace = wire.trace();
        if (askedTwice.getAsBoolean()) {
            // The only answer upon which OkHttp repeats by itself is 503 with Retry-After: 0, and then hides it.
            return new HttpResponse(503, Map.of(), new byte[0], trace);
        }
        if (response != null && response.code() != 101) {
            return new HttpResponse(response.code(), firstHeaders(response), new byte[0], trace);
        }
        if (t instanceof ProtocolException) {
            return new HttpFailure(Reason.PROTOCOL_ERROR, "not WebSocket as RFC 6455 has it", trace);
        }
        return t instanceof IOException io
                ? WireFailures.classify(io, trace)
                : new HttpFailure(
                        Reason.PROBER_ERROR, "WebSocket client: " + t.getClass().getName(), trace);
    }

    private void heard(WebSocket socket, byte[] message) {
        boolean enough = message.length > request.maxBodyBytes()
                || hearing.ear().map(ear -> ear.heard(message)).orElse(true);
        if (enough) {
            end(socket, hearing.ear().isPresent() && message.length <= request.maxBodyBytes() ? new byte[0] : message);
        }
    }

    private void end(WebSocket socket, byte[] message) {
        wire.end(Phase.TRANSFER);
        WireTrace trace = wire.trace();
        result.complete(
                message.length > request.maxBodyBytes()
                        ? new HttpFailure(
                                Reason.BODY_TOO_LARGE,
                                "the message is larger than " + request.maxBodyBytes() + " bytes",
                                trace)
                        : new HttpResponse(101, new TreeMap<>(headers), message, trace));
        socket.close(NORMAL, null);
    }

    /** OkHttp offers compression by itself, and inflates without a bound. */
    static Response withoutExtensions(Interceptor.Chain chain) throws IOException {
        Response response = chain.proceed(
                chain.request().newBuilder().removeHeader(EXTENSIONS).build());
        if (response.header(EXTENSIONS) != null) {
            response.close();
            throw new ProtocolException("an extension that was not offered");
        }
        return response;
    }

    /** The headers; of one that came twice, the first. */
    private static Map<String, String> firstHeaders(Response response) {
        Map<String, String> first = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < response.headers().size(); i++) {
            first.putIfAbsent(response.headers().name(i), response.headers().value(i));
        }
        return first;
    }
}
