package network.litewatch.probe.http;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;

/**
 * One request. Its text form shows neither path nor credential nor body.
 *
 * @param method {@code GET}, {@code HEAD} or {@code POST}
 * @param bearer sent as {@code Authorization: Bearer}; without it a user and password in the URL go as Basic
 * @param json the body of a POST
 * @param accept the Accept header
 * @param deadline total: name lookup to last byte; positive
 * @param maxBodyBytes cap on the body; positive
 * @param headers more headers; none of those that this record has a field for, and no secrets
 * @param trust who may sign the server's certificate
 * @param reuse whether a connection that an earlier request to the same URL left open will do, and this one's may be left open for a later: the
 *     answer then says nothing of name, connection and certificate. Such a request may be put twice.
 */
public record HttpRequest(
        String method,
        SecretUrl url,
        Optional<Secret> bearer,
        Optional<String> json,
        String accept,
        Duration deadline,
        int maxBodyBytes,
        Map<String, String> headers,
        TlsTrust trust,
        boolean reuse) {
    /** What a plain answer to a probe may weigh. */
    public static final int PROBE_BODY_BYTES = 1 << 20;

    /** What a whole stream may weigh. */
    public static final int STREAM_BODY_BYTES = 4 << 20;

    public HttpRequest {
        if (deadline.isNegative() || deadline.isZero()) {
            throw new IllegalArgumentException("deadline must be positive: " + deadline);
        }
        if (maxBodyBytes <= 0) {
            throw new IllegalArgumentException("maxBodyBytes must be positive: " + maxBodyBytes);
        }
        if (json.isPresent() != method.equals("POST")) {
            throw new IllegalArgumentException("a body goes with POST and with nothing else: " + method);
        }
        headers = Map.copyOf(headers);
    }

    /** A request over a connection of its own, without more headers, to a server that the JVM trusts. */
    public HttpRequest(
            String method,
            SecretUrl url,
            Optional<Secret> bearer,
            Optional<String> json,
            String accept,
            Duration deadline,
            int maxBodyBytes) {
        this(method, url, bearer, json, accept, deadline, maxBodyBytes, Map.of(), TlsTrust.system(), false);
    }

    /** A GET that wants JSON. */
    public static HttpRequest get(SecretUrl url, Optional<Secret> bearer, Duration deadline) {
        return new HttpRequest("GET", url, bearer, Optional.empty(), "application/json", deadline, PROBE_BODY_BYTES);
    }

    /** A POST of {@code json} that wants JSON. */
    public static HttpRequest post(SecretUrl url, Optional<Secret> bearer, String json, Duration deadline) {
        return new HttpRequest("POST", url, bearer, Optional.of(json), "application/json", deadline, PROBE_BODY_BYTES);
    }

    /** A POST of {@code json} that wants an event stream. */
    public static HttpRequest postForStream(SecretUrl url, Optional<Secret> bearer, String json, Duration deadline) {
        return new HttpRequest(
                "POST", url, bearer, Optional.of(json), "text/event-stream", deadline, STREAM_BODY_BYTES);
    }

    /** This request, put over a connection that may be another's, too. */
    public HttpRequest reusing() {
        return new HttpRequest(method, url, bearer, json, accept, deadline, maxBodyBytes, headers, trust, true);
    }

    @Override
    public String toString() {
        return method + " " + url;
    }
}
