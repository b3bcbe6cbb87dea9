package network.litewatch.probe.http;

import java.util.function.LongSupplier;

/** Every way onto the wire, under one egress policy. Thread-safe; owns its threads until it is closed. */
public final class GuardedClient implements AutoCloseable {
    private final OkHttpExchanger http;
    private final GuardedSockets sockets;

    /**
     * A client that dials what {@code policy} allows.
     *
     * @param nanos monotonic clock, {@code System::nanoTime} outside tests
     * @param maxInFlight requests at work at once, and as many conversations; positive
     */
    public GuardedClient(EgressPolicy policy, LongSupplier nanos, int maxInFlight) {
        this.http = new OkHttpExchanger(policy, nanos, maxInFlight);
        this.sockets = new GuardedSockets(policy, nanos, maxInFlight);
    }

    public HttpExchanger http() {
        return http;
    }

    public WebSocketExchanger webSockets() {
        return http;
    }

    /** TCP, TLS and UDP. */
    public GuardedSockets sockets() {
        return sockets;
    }

    /** Ends what is in flight, and the threads. */
    @Override
    public void close() {
        sockets.close();
        http.close();
    }
}
