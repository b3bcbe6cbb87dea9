package network.litewatch.lab.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What a benchmark probes: a server on loopback that answers every request with a few bytes. A process of its own. */
public final class TargetServer {
    private static final int BACKLOG = 4096;
    private static final int THREADS = 8;

    private TargetServer() {}

    /** Listens on a free port, prints it, and ends with its standard input. */
    public static void main(String[] args) throws IOException {
        System.setProperty("sun.net.httpserver.nodelay", "true");
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), BACKLOG);
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "target");
            thread.setDaemon(true);
            return thread;
        });
        byte[] body = "{\"status\":\"ok\"}".getBytes(UTF_8);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        System.out.println(server.getAddress().getPort());
        var unused = System.in.readAllBytes();
        System.exit(0);
    }
}
