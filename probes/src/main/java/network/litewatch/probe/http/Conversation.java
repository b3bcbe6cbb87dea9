package network.litewatch.probe.http;

import java.util.concurrent.CompletableFuture;

/**
 * What is said over a {@link Line}.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
public interface Conversation<T> {
    /**
     * Talks: each step of the line is a future, and the next is taken when it completes. Must not block, may compute. When the
     * deadline passes the line is cut, and whatever waits on it fails. May throw for bugs only.
     */
    CompletableFuture<T> talk(Line line);
}
