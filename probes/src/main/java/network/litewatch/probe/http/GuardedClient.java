package network.litewatch.probe.http;

import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import network.litewatch.probe.SecretUrl;

/** Every way onto the wire, under one egress policy. Thread-safe; owns its threads until it is closed. */
public final class GuardedClient implements AutoCloseable {
    // Each takes a file descriptor, of which a service has thousands, and what it has read of its answer.
    private static final int MAX_CONNECTIONS = 4_096;

    private final NettyExchanger http;
    private final HttpExchanger limited;
    private final OkHttpWebSockets webSockets;
    private final GuardedSockets sockets;

    /**
     * A client that dials what {@code policy} allows.
     *
     * @param nanos monotonic clock, {@code System::nanoTime} outside tests
     * @param maxThreads WebSockets at once, each with a thread; positive. Nothing else takes any
     */
    public GuardedClient(EgressPolicy policy, LongSupplier nanos, int maxThreads) {
        this(policy, nanos, maxThreads, Map::of);
    }

    /**
     * As above, within what providers allow.
     *
     * @param quotas by the URL that is asked; looked up for each request
     */
    public GuardedClient(
            EgressPolicy policy, LongSupplier nanos, int maxThreads, Supplier<Map<SecretUrl, Quota>> quotas) {
        this.http = new NettyExchanger(policy, nanos, MAX_CONNECTIONS);
        this.limited = new QuotaExchanger(http, quotas);
        this.webSockets = new OkHttpWebSockets(policy, nanos, maxThreads);
        this.sockets = new GuardedSockets(policy, nanos, MAX_CONNECTIONS);
    }

    public HttpExchanger http() {
        return limited;
    }

    public WebSocketExchanger webSockets() {
        return webSockets;
    }

    /** TCP, TLS and UDP. */
    public GuardedSockets sockets() {
        return sockets;
    }

    /** Ends what is in flight, and the threads. */
    @Override
    public void close() {
        sockets.close();
        webSockets.close();
        http.close();
    }
}
