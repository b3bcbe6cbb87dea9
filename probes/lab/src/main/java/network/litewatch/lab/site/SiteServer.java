package network.litewatch.lab.site;

import java.io.IOException;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.http.Exchange;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.LoopbackServer;

/** Says that all is well on every path, or that it was asked too often. Nothing else of the lab asks it. Thread-safe. */
public final class SiteServer implements AutoCloseable {

    private static final int THREADS = 2;

    private final LoopbackServer server;
    private volatile boolean limited;

    /** Listens at once; port 0 picks a free one. */
    public SiteServer(int port) {
        this.server = LoopbackServer.start("site", port, THREADS, this::handle);
    }

    /** The port that it listens on. */
    public int port() {
        return server.port();
    }

    /** Answers everybody 429 from here on. */
    public FaultHandle limit() {
        limited = true;
        return () -> limited = false;
    }

    @Override
    public void close() {
        server.close();
    }

    private void handle(Exchange exchange) throws IOException {
        if (limited) {
            exchange.sendError(429, "too many requests");
        } else {
            exchange.send(200, Json.object().put("status", "ok"));
        }
    }
}
