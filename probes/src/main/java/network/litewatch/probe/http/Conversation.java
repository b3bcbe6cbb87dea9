package network.litewatch.probe.http;

import java.io.IOException;

/**
 * What is said over a {@link Line}.
 *
 * @param <T> what comes of it
 */
@FunctionalInterface
public interface Conversation<T> {
    /** Talks, blocking as it likes: when the deadline passes, the line is cut and whatever waits on it throws. */
    T talk(Line line) throws IOException;
}
