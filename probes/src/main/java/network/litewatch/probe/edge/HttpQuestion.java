package network.litewatch.probe.edge;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.probe.http.AnswerPattern;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.TlsTrust;

/** What the {@code http} probe asks a target and wants of the answer. Immutable. */
final class HttpQuestion {
    // What the client says by itself, and what has a field of its own because it is a secret.
    private static final Set<String> RESERVED = Set.of(
            "accept",
            "accept-encoding",
            "authorization",
            "connection",
            "content-length",
            "cookie",
            "host",
            "proxy-authorization",
            "sec-websocket-extensions",
            "sec-websocket-key",
            "sec-websocket-version",
            "transfer-encoding",
            "upgrade");

    private final String method;
    private final StatusSet statuses;
    private final String accept;
    private final Map<String, String> headers;
    private final Optional<JsonAssertion> json;
    private final Optional<AnswerPattern> body;
    private final int maxBodyBytes;
    private final TlsTrust trust;

    HttpQuestion(Parameters parameters) {
        this.method = parameters.optional("method", HttpQuestion::method).orElse("GET");
        this.statuses = parameters.optional("statuses", StatusSet::parse).orElseGet(() -> StatusSet.parse("2xx"));
        this.accept = parameters.optional("accept", HttpQuestion::headerValue).orElse("*/*");
        this.headers = headers(parameters);
        this.json = parameters.optional("expect_json", JsonAssertion::compile);
        this.body = parameters.optional("expect", HttpQuestion::pattern);
        this.maxBodyBytes = parameters
                .number("max_body_bytes", 1, HttpRequest.STREAM_BODY_BYTES)
                .orElse(HttpRequest.PROBE_BODY_BYTES);
        this.trust = trust(parameters);
        if (method.equals("HEAD") && (json.isPresent() || body.isPresent())) {
            parameters.problem("method", "HEAD has no body that anything could be expected of");
        }
    }

    String method() {
        return method;
    }

    StatusSet statuses() {
        return statuses;
    }

    String accept() {
        return accept;
    }

    Map<String, String> headers() {
        return headers;
    }

    Optional<JsonAssertion> json() {
        return json;
    }

    Optional<AnswerPattern> body() {
        return body;
    }

    int maxBodyBytes() {
        return maxBodyBytes;
    }

    TlsTrust trust() {
        return trust;
    }

    /** The header fields {@code header.NAME}. */
    static Map<String, String> headers(Parameters parameters) {
        Map<String, String> headers = parameters.below("header.");
        headers.forEach((name, value) -> {
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,64}")) {
                parameters.problem("header." + name, "is no name of a header");
            } else if (RESERVED.contains(name.toLowerCase(Locale.ROOT))) {
                parameters.problem(
                        "header." + name, "is a header that the probe sets itself; a credential goes into token");
            } else if (!value.matches("[ -~]{0,1024}")) {
                parameters.problem("header." + name, "must be at most 1024 printable ASCII characters");
            }
        });
        return headers;
    }

    /** Who may sign the certificate: the JVM's authorities, and those in the file {@code ca_file}. */
    static TlsTrust trust(Parameters parameters) {
        return parameters
                .optional("ca_file", text -> TlsTrust.alsoTrusting(Path.of(text)))
                .orElseGet(TlsTrust::system);
    }

    static AnswerPattern pattern(String text) {
        return AnswerPattern.compile(text)
                .orElseThrow(() -> new IllegalArgumentException("is not a regular expression: \"" + text + "\""));
    }

    private static String method(String text) {
        if (!text.equals("GET") && !text.equals("HEAD")) {
            throw new IllegalArgumentException("must be GET or HEAD: \"" + text + "\"");
        }
        return text;
    }

    private static String headerValue(String text) {
        if (!text.matches("[ -~]{1,256}")) {
            throw new IllegalArgumentException("must be at most 256 printable ASCII characters");
        }
        return text;
    }
}
