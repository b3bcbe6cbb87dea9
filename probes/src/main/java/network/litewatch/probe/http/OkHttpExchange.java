package network.litewatch.probe.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import network.litewatch.probe.Reason;
import okhttp3.Call;
import okhttp3.Callback;
import okhttp3.Response;
import okhttp3.ResponseBody;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One call on its way: reads the answer on OkHttp's thread, while the deadline may strike on another. */
final class OkHttpExchange implements Callback {
    private static final Logger LOG = LoggerFactory.getLogger(OkHttpExchange.class);
    private static final int MAX_EVENT_BYTES = 256 << 10;

    private final HttpRequest request;
    private final Optional<SseConsumer> consumer;
    private final LongSupplier nanos;
    private final WireListener wire;
    private final CompletableFuture<HttpResult> result = new CompletableFuture<>();

    // Guards "no event after the end": held while the consumer takes one, which is computing, never I/O.
    private final Object delivery = new Object();
    private final AtomicBoolean over = new AtomicBoolean();

    OkHttpExchange(HttpRequest request, Optional<SseConsumer> consumer, LongSupplier nanos, WireListener wire) {
        this.request = request;
        this.consumer = consumer;
        this.nanos = nanos;
        this.wire = wire;
    }

    CompletableFuture<HttpResult> result() {
        return result;
    }

    /** Ends the exchange because its time is up; harmless when it has ended already. */
    void expire(Call call) {
        WireTrace trace = wire.trace();
        finish(new HttpFailure(
                Reason.TIMEOUT, "not complete after " + request.deadline().toMillis() + " ms", trace));
        call.cancel();
    }

    @Override
    public void onFailure(Call call, IOException e) {
        finish(OkHttpFailures.classify(e, wire.trace()));
    }

    @Override
    public void onResponse(Call call, Response response) {
        try (response) {
            finish(read(call, response));
        } catch (IOException e) {
            finish(OkHttpFailures.classify(e, wire.trace()));
        } catch (RuntimeException bug) {
            // OkHttp's thread ends here; unfinished, the probe would only ever time out and blame the target.
            LOG.error("reading an answer threw: target={}", request.url(), bug);
            finish(new HttpFailure(
                    Reason.PROBER_ERROR, "reading the answer: " + bug.getClass().getName(), wire.trace()));
        }
    }

    private HttpResult read(Call call, Response response) throws IOException {
        String encoding = response.header("Content-Encoding", "identity");
        if (!"identity".equalsIgnoreCase(encoding)) {
            return new HttpFailure(Reason.PROTOCOL_ERROR, "answers in an encoding we did not accept", wire.trace());
        }
        ResponseBody body = response.body();
        InputStream in = body == null ? InputStream.nullInputStream() : body.byteStream();
        boolean streamed = consumer.isPresent() && isEventStream(response);
        byte[] whole = new byte[0];
        if (streamed) {
            HttpResult cutShort = readEvents(in, consumer.get());
            if (cutShort != null) {
                return cutShort;
            }
        } else {
            whole = readWhole(in);
        }
        wire.finished();
        WireTrace trace = wire.trace();
        // An answer that was left half read must not keep its connection.
        call.cancel();
        return new HttpResponse(response.code(), firstHeaders(response), whole, trace);
    }

    private byte[] readWhole(InputStream in) throws IOException {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        byte[] buffer = new byte[8192];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
            if (whole.size() + read > request.maxBodyBytes()) {
                throw tooLarge();
            }
            whole.write(buffer, 0, read);
        }
        return whole.toByteArray();
    }

    private @Nullable HttpResult readEvents(InputStream in, SseConsumer to) throws IOException {
        SseEvents events = new SseEvents(MAX_EVENT_BYTES);
        AtomicBoolean wanted = new AtomicBoolean(true);
        byte[] buffer = new byte[8192];
        long total = 0;
        while (true) {
            int read = in.read(buffer);
            long now = nanos.getAsLong();
            if (read < 0) {
                events.end(event -> deliver(to, event, now, wanted));
                return null;
            }
            total += read;
            if (total > request.maxBodyBytes()) {
                throw tooLarge();
            }
            boolean withinCap = events.feed(buffer, read, event -> deliver(to, event, now, wanted));
            if (!wanted.get()) {
                return null;
            }
            if (!withinCap) {
                throw new TooManyBytesException("an event is larger than " + MAX_EVENT_BYTES + " bytes");
            }
        }
    }

    private void deliver(SseConsumer to, SseEvent event, long now, AtomicBoolean wanted) {
        synchronized (delivery) {
            if (wanted.get() && (over.get() || !to.accept(event, now))) {
                wanted.set(false);
            }
        }
    }

    private TooManyBytesException tooLarge() {
        return new TooManyBytesException("the body is larger than " + request.maxBodyBytes() + " bytes");
    }

    private void finish(HttpResult how) {
        boolean first;
        synchronized (delivery) {
            first = over.compareAndSet(false, true);
        }
        if (first) {
            result.complete(how);
        }
    }

    /** By exclusion: routers label their streams as they please, but nobody labels one JSON. */
    private static boolean isEventStream(Response response) {
        String type = String.valueOf(response.header("Content-Type", "")).toLowerCase(Locale.ROOT);
        return response.isSuccessful() && !type.contains("json") && !type.contains("html");
    }

    /** The headers; of one that came twice, the first. */
    static Map<String, String> firstHeaders(Response response) {
        Map<String, String> first = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < response.headers().size(); i++) {
            first.putIfAbsent(response.headers().name(i), response.headers().value(i));
        }
        return first;
    }
}
