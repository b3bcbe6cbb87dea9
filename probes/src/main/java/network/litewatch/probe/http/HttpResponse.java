package network.litewatch.probe.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A whole answer, of any status. Immutable. */
public final class HttpResponse implements HttpResult {
    private final int status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final WireTrace trace;

    /** An answer; of a header that came twice, {@code headers} has the first. */
    public HttpResponse(int status, Map<String, String> headers, byte[] body, WireTrace trace) {
        this.status = status;
        this.headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        this.headers.putAll(headers);
        this.body = body.clone();
        this.trace = trace;
    }

    /** HTTP status, 200-599 in practice but the server's word. */
    public int status() {
        return status;
    }

    public boolean isSuccess() {
        return status >= 200 && status < 300;
    }

    /** The value of a header, whatever its spelling. */
    public Optional<String> header(String name) {
        return Optional.ofNullable(headers.get(name));
    }

    /** Bytes of the body, as they came. */
    public int bodyBytes() {
        return body.length;
    }

    /** The body, malformed UTF-8 replaced; empty after a stream. */
    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** The body as JSON, within {@link TargetJson}'s limits; empty if it is not. */
    public Optional<JsonNode> json() {
        return TargetJson.parse(body);
    }

    @Override
    public WireTrace trace() {
        return trace;
    }

    @Override
    public String toString() {
        return "HTTP " + status + ", " + body.length + " bytes";
    }
}
