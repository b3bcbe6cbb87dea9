package network.litewatch.lab.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One request and the answer to it; used by the thread that serves it only. */
public final class Exchange {

    private static final int MAX_BODY_BYTES = 1 << 20;

    private final HttpExchange http;
    private final long began = System.nanoTime();
    private double stretch;

    Exchange(HttpExchange http) {
        this.http = http;
    }

    /** GET, POST, ... */
    public String method() {
        return http.getRequestMethod();
    }

    /** The decoded path, such as {@code /api/v1/ping}. */
    public String path() {
        return http.getRequestURI().getPath();
    }

    /** The path split at slashes, without the empty first part. */
    public List<String> pathParts() {
        String path = path();
        return List.of(path.substring(Math.min(1, path.length())).split("/"));
    }

    /** The undecoded query, or null when there is none. */
    public @Nullable String rawQuery() {
        return http.getRequestURI().getRawQuery();
    }

    /** The first header of that name, or null. */
    public @Nullable String header(String name) {
        return http.getRequestHeaders().getFirst(name);
    }

    /**
     * The whole body.
     *
     * @throws BadRequest when it is larger than 1 MiB
     */
    public byte[] body() throws IOException {
        byte[] body = http.getRequestBody().readNBytes(MAX_BODY_BYTES + 1);
        if (body.length > MAX_BODY_BYTES) {
            throw new BadRequest(413, "the body is larger than 1 MiB");
        }
        return body;
    }

    /**
     * The body as JSON; the missing node for an empty one.
     *
     * @throws BadRequest when it is not JSON
     */
    public JsonNode json() throws IOException {
        byte[] body = body();
        try {
            return body.length == 0 ? MissingNode.getInstance() : Json.MAPPER.readTree(body);
        } catch (JacksonException e) {
            throw new BadRequest(400, "the body is not JSON: " + e.getOriginalMessage());
        }
    }

    /** Adds a header to the answer; call before sending. */
    public void setHeader(String name, String value) {
        http.getResponseHeaders().set(name, value);
    }

    /** From here on everything that is sent comes later by that share of the time since the request came: 0.4 is by 40 %. */
    public void stretch(double share) {
        stretch = share;
    }

    /** Waits until what was there at {@code nanos}, on {@link System#nanoTime}'s scale, may be sent; not at all without a stretch. */
    public void awaitStretched(long nanos) throws IOException {
        if (stretch == 0) {
            return;
        }
        long due = nanos + (long) ((nanos - began) * stretch);
        try {
            TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while an answer was held back");
        }
    }

    /** Answers with JSON. */
    public void send(int status, JsonNode body) throws IOException {
        send(status, "application/json", Json.MAPPER.writeValueAsBytes(body));
    }

    /** Answers with {@code {"error": message}}. */
    public void sendError(int status, String message) throws IOException {
        send(status, Json.MAPPER.createObjectNode().put("error", message));
    }

    /** Answers with these bytes. */
    public void send(int status, String contentType, byte[] body) throws IOException {
        awaitStretched(System.nanoTime());
        setHeader("Content-Type", contentType);
        http.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        try (OutputStream out = http.getResponseBody()) {
            out.write(body);
        }
    }

    /** Starts a chunked answer; the caller writes, flushes and closes it. */
    public OutputStream stream(String contentType) throws IOException {
        awaitStretched(System.nanoTime());
        setHeader(
                "Content-Type",
                contentType + "; charset=" + StandardCharsets.UTF_8.name().toLowerCase(java.util.Locale.ROOT));
        setHeader("Cache-Control", "no-cache");
        http.sendResponseHeaders(200, 0);
        return http.getResponseBody();
    }

    /** Whether an answer has begun, so that no other can be given. */
    boolean answered() {
        return http.getResponseCode() != -1;
    }
}
