package network.litewatch.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A TCP proxy that can be slow, silent or rude. Faults may overlap: delays add up, and ending one ends no other. An upstream
 * that refuses shows as a reset, since the proxy has accepted by then. Thread-safe.
 */
public final class FaultProxy implements AutoCloseable {

    /** The kinds that {@link #injector} knows, each with its arguments' names. */
    public static final Map<String, Set<String>> KINDS =
            Map.of("tcp.latency", Set.of("ms", "jitter_ms"), "tcp.blackhole", Set.of(), "tcp.reset", Set.of());

    private static final int CONNECT_MILLIS = 5_000;

    private final ServerSocket server;
    private final InetSocketAddress upstream;
    private final Weather weather = new Weather();
    private final Set<Relay> relays = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads;

    /**
     * Listens on 127.0.0.1 at once; port 0 picks a free one.
     *
     * @throws UncheckedIOException when the port is taken, naming it
     */
    public FaultProxy(int listenPort, InetSocketAddress upstream) {
        this(new InetSocketAddress(InetAddress.getLoopbackAddress(), listenPort), upstream);
    }

    /**
     * Listens on {@code listen} at once.
     *
     * @param upstream looked up anew for each connection where it is not resolved
     * @throws UncheckedIOException when it cannot, naming the port
     */
    public FaultProxy(InetSocketAddress listen, InetSocketAddress upstream) {
        this.upstream = upstream;
        try {
            this.server = new ServerSocket(listen.getPort(), 128, listen.getAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot listen on " + listen.getHostString() + ":" + listen.getPort() + ": " + e.getMessage(), e);
        }
        this.threads = Executors.newCachedThreadPool(task -> daemon(task, "proxy-" + port()));
        threads.execute(this::accept);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getLocalPort();
    }

    /**
     * Makes faults of one kind here: {@code tcp.latency} {ms, jitter_ms} delays what the upstream says, {@code tcp.blackhole} {} holds
     * everything back until it ends, {@code tcp.reset} {} resets existing and new connections.
     *
     * @throws IllegalArgumentException when there is no such kind
     */
    public FaultInjector injector(String kind) {
        return switch (kind) {
            case "tcp.latency" ->
                (args, lease) -> {
                    Arguments.onlyKnown(args, Set.of("ms", "jitter_ms"));
                    return weather.delay(
                            Arguments.whole(args, "ms", null, 0, 60_000),
                            Arguments.whole(args, "jitter_ms", 0, 0, 60_000));
                };
            case "tcp.blackhole" ->
                (args, lease) -> {
                    Arguments.onlyKnown(args, Set.of());
                    return weather.blackhole();
                };
            case "tcp.reset" ->
                (args, lease) -> {
                    Arguments.onlyKnown(args, Set.of());
                    FaultInjector.FaultHandle handle = weather.reset();
                    relays.forEach(Relay::reset);
                    return handle;
                };
            default -> throw new IllegalArgumentException("unknown kind " + kind + "; known: " + KINDS.keySet());
        };
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException ignored) {
            // It does not listen any more, which is what was wanted.
        }
        relays.forEach(Relay::close);
        threads.shutdownNow();
    }

    private static Thread daemon(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                threads.execute(() -> serve(client));
            } catch (IOException e) {
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }

    private void serve(Socket client) {
        if (weather.resetting()) {
            Relay.reset(client);
            return;
        }
        var target = new Socket();
        try {
            target.connect(
                    upstream.isUnresolved()
                            ? new InetSocketAddress(upstream.getHostString(), upstream.getPort())
                            : upstream,
                    CONNECT_MILLIS);
        } catch (IOException e) {
            Relay.reset(client);
            return;
        }
        var relay = new Relay(client, target, weather);
        relays.add(relay);
        try {
            if (server.isClosed() || weather.resetting()) {
                relay.reset();
                return;
            }
            relay.run(threads);
        } finally {
            relay.close();
            relays.remove(relay);
        }
    }
}
