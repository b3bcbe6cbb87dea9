package network.litewatch.probe.http;

import java.util.concurrent.CompletableFuture;

/**
 * Puts one request on the wire and says what came back.
 *
 * <p>Thread-safe and non-blocking. Every request goes out at most once, over a connection of its own, to an address
 * that the egress policy allows; redirects and compressed bodies are not accepted. The futures complete by the
 * request's deadline plus a small allowance, and never exceptionally for anything the server did.
 */
public interface HttpExchanger {
    /** Reads the whole body, up to the request's cap. */
    CompletableFuture<HttpResult> exchange(HttpRequest request);

    /**
     * Hands a server-sent event stream to {@code consumer} as it arrives.
     *
     * <p>An answer that is no event stream (not 2xx, or JSON or HTML by its own account) is read whole instead, as by
     * {@link #exchange}, and the consumer hears nothing. After a stream the response's body is empty. The consumer is
     * never called once the future is complete.
     */
    CompletableFuture<HttpResult> stream(HttpRequest request, SseConsumer consumer);
}
