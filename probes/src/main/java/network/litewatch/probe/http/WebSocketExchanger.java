package network.litewatch.probe.http;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Opens a WebSocket and hears what it says: first, or for a while.
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

    /**
     * Opens the WebSocket as {@link #open} does and hears whatever comes for {@code window} after it was opened, or until
     * {@code ear} has enough. Silence is no failure; a server that closes early is one ({@code empty_answer}).
     *
     * @param window must end before the request's deadline does
     * @return status 101 with an empty body when it was heard out; else as {@link #open}. The cap on the body holds for a single
     *     message and, twice and a head over, for all of them together
     */
    CompletableFuture<HttpResult> hear(HttpRequest request, Optional<String> say, Duration window, WebSocketEar ear);
}
