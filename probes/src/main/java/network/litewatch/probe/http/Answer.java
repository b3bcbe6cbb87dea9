package network.litewatch.probe.http;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** One answer as it comes in: read whole, or handed over event by event, and bounded either way. Used by one thread. */
final class Answer {
    private static final int MAX_EVENT_BYTES = 256 << 10;
    // A chunk of one byte costs as much as one of a thousand; the longest streams have some ten thousand tokens.
    private static final int MAX_PIECES = 1 << 16;
    // 100 Continue, 103 Early Hints: a server needs few of them.
    private static final int MAX_INTERIM = 8;

    private final HttpRequest request;
    private final Optional<SseConsumer> consumer;
    private final ByteArrayOutputStream whole = new ByteArrayOutputStream(256);
    private final SseEvents events = new SseEvents(MAX_EVENT_BYTES);
    private final byte[] buffer = new byte[2048];
    private int status;
    private Map<String, String> headers = Map.of();
    private boolean streamed;
    private boolean wanted = true;
    private long total;
    private int pieces;
    private int interim;

    Answer(HttpRequest request, Optional<SseConsumer> consumer) {
        this.request = request;
        this.consumer = consumer;
    }

    /** Whether another head follows {@code head}. Throws when there are too many of those, or nobody asked for this one. */
    boolean isInterim(io.netty.handler.codec.http.HttpResponse head) throws IOException {
        int code = head.status().code();
        boolean more = code >= 100 && code < 200;
        if (more && (code == 101 || ++interim > MAX_INTERIM)) {
            throw new BadAnswerException("answers with a status that nobody asked for");
        }
        return more;
    }

    /** Takes the head. Throws when the body is not to be read. */
    void head(io.netty.handler.codec.http.HttpResponse head) throws IOException {
        if (!head.protocolVersion().equals(HttpVersion.HTTP_1_1)
                && !head.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            throw new BadAnswerException("not HTTP/1.1");
        }
        status = head.status().code();
        if (status < 200 || status > 999) {
            throw new BadAnswerException("a status that is none");
        }
        if (!all(head.headers(), HttpHeaderNames.CONTENT_ENCODING, "identity")) {
            throw new BadAnswerException("answers in an encoding we did not accept");
        }
        if (!all(head.headers(), HttpHeaderNames.TRANSFER_ENCODING, "chunked")) {
            throw new BadAnswerException("answers in a transfer encoding we do not know");
        }
        String length = head.headers().get(HttpHeaderNames.CONTENT_LENGTH);
        if (length != null && hasBody() && Long.parseLong(length) > request.maxBodyBytes()) {
            throw tooLarge();
        }
        headers = firstHeaders(head.headers());
        streamed = consumer.isPresent() && isEventStream();
    }

    /**
     * Takes the next bytes of the body.
     *
     * @param nanos when they were read
     * @return whether more is wanted
     */
    boolean body(ByteBuf bytes, long nanos) throws IOException {
        if (++pieces > MAX_PIECES) {
            throw new TooManyBytesException("the body comes in more than " + MAX_PIECES + " pieces");
        }
        total += bytes.readableBytes();
        if (total > request.maxBodyBytes()) {
            throw tooLarge();
        }
        while (bytes.isReadable()) {
            int length = Math.min(buffer.length, bytes.readableBytes());
            bytes.readBytes(buffer, 0, length);
            if (!streamed) {
                whole.write(buffer, 0, length);
                continue;
            }
            boolean withinCap = events.feed(buffer, length, event -> deliver(event, nanos));
            if (!wanted) {
                return false;
            }
            if (!withinCap) {
                throw new TooManyBytesException("an event is larger than " + MAX_EVENT_BYTES + " bytes");
            }
        }
        return true;
    }

    /** Says that the body ended in good order. */
    void end(long nanos) {
        if (streamed) {
            events.end(event -> deliver(event, nanos));
        }
    }

    /** What came, all of it. */
    HttpResponse whole(WireTrace trace) {
        return new HttpResponse(status, headers, whole.toByteArray(), trace);
    }

    private void deliver(SseEvent event, long nanos) {
        wanted = wanted && consumer.orElseThrow().accept(event, nanos);
    }

    private TooManyBytesException tooLarge() {
        return new TooManyBytesException("the body is larger than " + request.maxBodyBytes() + " bytes");
    }

    private boolean hasBody() {
        return !request.method().equals("HEAD") && status != 204 && status != 304;
    }

    /** By exclusion: routers label their streams as they please, but nobody labels one JSON. */
    private boolean isEventStream() {
        String type = headers.getOrDefault("Content-Type", "").toLowerCase(Locale.ROOT);
        return status < 300 && !type.contains("json") && !type.contains("html");
    }

    private static boolean all(HttpHeaders headers, CharSequence name, String wanted) {
        List<String> values = headers.getAll(name);
        return values.stream().allMatch(value -> value.strip().equalsIgnoreCase(wanted));
    }

    private static Map<String, String> firstHeaders(HttpHeaders headers) {
        Map<String, String> first = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach(header -> first.putIfAbsent(header.getKey(), header.getValue()));
        return first;
    }
}
