package network.litewatch.controlplane.notify.slack;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A Slack whose sockets greet, and say nothing more, not even in answer to a ping: as one that a firewall has forgotten. */
final class SilentSlack implements AutoCloseable {
    private static final byte[] HELLO = "{\"type\":\"hello\"}".getBytes(UTF_8);
    private static final int TEXT_FRAME = 0x81;

    private final HttpServer api;
    private final ServerSocket sockets;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private final AtomicInteger opened = new AtomicInteger();
    private volatile boolean refusing;

    SilentSlack() throws IOException {
        sockets = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread greeter = new Thread(this::greetAll, "silent-slack");
        greeter.setDaemon(true);
        greeter.start();
        api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/api/", exchange -> {
            byte[] ticket = ("{\"ok\":true,\"url\":\"ws://127.0.0.1:" + sockets.getLocalPort() + "/?ticket=x\"}")
                    .getBytes(UTF_8);
            exchange.sendResponseHeaders(200, ticket.length);
            exchange.getResponseBody().write(ticket);
            exchange.close();
        });
        api.start();
    }

    int port() {
        return api.getAddress().getPort();
    }

    /** How many sockets it has greeted. */
    int opened() {
        return opened.get();
    }

    /** From now on it hangs up on everybody. */
    void refuse() {
        refusing = true;
    }

    void welcome() {
        refusing = false;
    }

    @Override
    public void close() throws IOException {
        api.stop(0);
        sockets.close();
        for (Socket each : open) {
            each.close();
        }
    }

    private void greetAll() {
        while (!sockets.isClosed()) {
            try {
                Socket client = sockets.accept();
                open.add(client);
                if (refusing) {
                    client.close();
                } else {
                    greet(client);
                }
            } catch (IOException e) {
                // The client has gone, or the test is over.
            }
        }
    }

    private void greet(Socket client) throws IOException {
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
        String key = "";
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.regionMatches(true, 0, "Sec-WebSocket-Key:", 0, 18)) {
                key = line.substring(18).strip();
            }
        }
        var out = client.getOutputStream();
        out.write(
                ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                                + accept(key) + "\r\n\r\n")
                        .getBytes(ISO_8859_1));
        out.write(TEXT_FRAME);
        out.write(HELLO.length);
        out.write(HELLO);
        out.flush();
        opened.incrementAndGet();
    }

    private static String accept(String key) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(ISO_8859_1)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }
}
