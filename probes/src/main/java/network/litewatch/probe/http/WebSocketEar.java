package network.litewatch.probe.http;

/** Hears what comes over a WebSocket while it is open. Called by one thread at a time; must not block. */
@FunctionalInterface
public interface WebSocketEar {
    /**
     * Takes one message, text as UTF-8.
     *
     * @return whether that is enough, so that the WebSocket is closed before its time
     */
    boolean heard(byte[] message);
}
