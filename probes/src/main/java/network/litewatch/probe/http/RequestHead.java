package network.litewatch.probe.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the head of a request says, whoever writes it. Pure. */
final class RequestHead {
    private RequestHead() {}

    /** All headers but those that come of the connection and of the body. */
    static Map<String, String> headers(HttpRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", request.accept());
        headers.put("Accept-Encoding", "identity");
        headers.put("User-Agent", "litewatch");
        headers.put("Connection", "close");
        headers.putAll(request.headers());
        authorization(request).ifPresent(value -> headers.put("Authorization", value));
        return headers;
    }

    /** Path and query as they go on the wire. */
    static String path(URI url) {
        URI ascii = URI.create(url.toASCIIString());
        String path = ascii.getRawPath();
        String query = ascii.getRawQuery();
        return (path == null || path.isEmpty() ? "/" : path) + (query == null ? "" : "?" + query);
    }

    /** The Host header: no port where it is the scheme's own. */
    static String host(URI url) {
        boolean own = url.getPort() < 0 || url.getPort() == (url.getScheme().equalsIgnoreCase("https") ? 443 : 80);
        return own ? url.getHost() : url.getHost() + ":" + url.getPort();
    }

    private static Optional<String> authorization(HttpRequest request) {
        String userInfo = request.url().reveal().getUserInfo();
        Optional<String> basic = Optional.ofNullable(userInfo)
                .map(info -> "Basic " + Base64.getEncoder().encodeToString(info.getBytes(StandardCharsets.UTF_8)));
        return request.bearer().map(token -> "Bearer " + token.reveal()).or(() -> basic);
    }
}
