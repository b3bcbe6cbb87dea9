package network.litewatch.probe.http;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What the head of a request says, whoever writes it. Pure. */
final class RequestHead {
    private RequestHead() {}

    /** The whole request as Netty sends it. */
    static FullHttpRequest message(HttpRequest request) {
        URI url = request.url().reveal();
        byte[] body = request.json()
                .map(json -> json.getBytes(StandardCharsets.UTF_8))
                .orElseGet(() -> new byte[0]);
        FullHttpRequest asking = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(request.method()), path(url), Unpooled.wrappedBuffer(body));
        asking.headers().set("Host", host(url));
        headers(request).forEach((name, value) -> asking.headers().set(name, value));
        if (request.json().isPresent()) {
            asking.headers().set("Content-Type", "application/json; charset=utf-8");
            asking.headers().set("Content-Length", body.length);
        }
        return asking;
    }

    /** All headers but those that come of the connection and of the body. */
    static Map<String, String> headers(HttpRequest request) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Accept", request.accept());
        headers.put("Accept-Encoding", "identity");
        headers.put("User-Agent", "litewatch");
        headers.put("Connection", request.reuse() ? "keep-alive" : "close");
        headers.putAll(request.headers());
        authorization(request).ifPresent(value -> headers.put("Authorization", value));
        return headers;
    }

    /** Path and query as they go on the wire. */
    static String path(URI url) {
        String text = url.toASCIIString();
        // Nearly all are; a URL is parsed once, not at every request.
        URI ascii = text.equals(url.toString()) ? url : URI.create(text);
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
