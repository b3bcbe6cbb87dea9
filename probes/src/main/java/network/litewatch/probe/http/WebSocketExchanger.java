package network.litewatch.probe.http;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Opens a WebSocket and hears what it says first.
 *
 * <p>As {@link HttpExchanger}: thread-safe, non-blocking, asks once over a connection of its own. No extension is spoken, so
 * that nothing arrives compressed.
 */
public interface WebSocketExchanger {
    /**
     * Opens the WebSocket at the URL of {@code request}, {@code ws} or {@code wss}, and closes it again.
     *
     * @param say text to send once it is open
     * @param listen whether to wait for a message; without, it is enough that it opens
     * @return status 101 and the first message as the body (empty without {@code listen}); another status, without a body,
     *     when the server did not open it; or a failure, {@code empty_answer} when it was closed without a message
     */
    CompletableFuture<HttpResult> open(HttpRequest request, Optional<String> say, boolean listen);
}
