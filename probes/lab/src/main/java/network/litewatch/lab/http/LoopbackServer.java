package network.litewatch.lab.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadPoolExecutor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP server on 127.0.0.1 that hands every request to one handler; safe for use by several threads. */
public final class LoopbackServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LoopbackServer.class);

    static {
        // Read once, when the JDK's server class loads: without it a streamed token waits up to 40 ms for the peer's
        // delayed ACK.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** Serves one request on a pool thread. A {@link BadRequest} is answered as it says, any other exception with 500. */
    @FunctionalInterface
    public interface Handler {
        /** Serves {@code exchange}. */
        void handle(Exchange exchange) throws IOException;
    }

    private final String name;
    private final HttpServer server;
    private final ThreadPoolExecutor pool;

    private LoopbackServer(String name, HttpServer server, ThreadPoolExecutor pool) {
        this.name = name;
        this.server = server;
        this.pool = pool;
    }

    /**
     * Starts a server; port 0 picks a free one.
     *
     * @throws UncheckedIOException when the port is taken, naming it
     */
    public static LoopbackServer start(String name, int port, int threads, Handler handler) {
        try {
            HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 128);
            var server = new LoopbackServer(name, http, Threads.pool(name, threads));
            http.setExecutor(server.pool);
            http.createContext("/", exchange -> server.serve(exchange, handler));
            http.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(name + ": cannot listen on 127.0.0.1:" + port + ": " + e.getMessage(), e);
        }
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        server.stop(0);
        pool.shutdownNow();
    }

    private void serve(HttpExchange http, Handler handler) {
        var exchange = new Exchange(http);
        try {
            try {
                handler.handle(exchange);
            } catch (BadRequest e) {
                exchange.sendError(e.status(), String.valueOf(e.getMessage()));
            } catch (
                    RuntimeException
                            e) { // a thread boundary: one request's fault must not take the server's thread with it
                LOG.warn("{}: {} failed", name, exchange.path(), e);
                if (!exchange.answered()) {
                    exchange.sendError(500, e.getClass().getSimpleName());
                }
            }
        } catch (IOException e) {
            LOG.debug("{}: the caller of {} went away: {}", name, exchange.path(), e.toString());
        } finally {
            http.close();
        }
    }
}
