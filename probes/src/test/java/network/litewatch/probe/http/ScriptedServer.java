package network.litewatch.probe.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;

/**
 * A loopback server that does to each connection, byte for byte, what a test says: a well-behaved library would refuse
 * to misbehave as strangers do.
 */
public final class ScriptedServer implements Closeable {
    private final ServerSocket listener;
    private final Behaviour behaviour;
    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    /** What to do with a connection whose request has been read; the socket is closed afterwards. */
    public interface Behaviour {
        void answer(String request, Socket socket) throws IOException;
    }

    public ScriptedServer(Behaviour behaviour) throws IOException {
        this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), behaviour);
    }

    /** A server behind a listener of the caller's making, such as one that speaks TLS; closes it in the end. */
    public ScriptedServer(ServerSocket listener, Behaviour behaviour) {
        this.behaviour = behaviour;
        this.listener = listener;
        Thread acceptor = new Thread(this::accept, "scripted-server");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** Answers every request with the same bytes. */
    public static ScriptedServer always(String answer) throws IOException {
        return new ScriptedServer((request, socket) -> write(socket, answer));
    }

    public static String json(int status, String body) {
        return answer(status, "application/json", body);
    }

    public static String answer(int status, String type, String body) {
        return "HTTP/1.1 " + status + " X\r\nContent-Type: " + type + "\r\nContent-Length: "
                + body.getBytes(StandardCharsets.UTF_8).length + "\r\n\r\n" + body;
    }

    public static final String STREAM_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n";

    public static void write(Socket socket, String text) throws IOException {
        OutputStream out = socket.getOutputStream();
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Keeps the connection open, silent, until the other side closes it. */
    public static void hold(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        while (in.read() >= 0) {
            // The request has been read: whatever comes now is of no interest.
        }
    }

    /** Waits for another request on the same connection; false when the other side hangs up instead. */
    public static boolean readsRequest(Socket socket) throws IOException {
        return !read(socket.getInputStream()).isEmpty();
    }

    /** Ends the connection with a TCP reset. */
    public static void reset(Socket socket) throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    public SecretUrl url() {
        return SecretUrl.parse("http://127.0.0.1:" + listener.getLocalPort());
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** The requests so far, heads and bodies. */
    public List<String> requests() {
        return requests;
    }

    /** An exchanger that may dial loopback. */
    public static NettyExchanger exchanger() {
        return new NettyExchanger(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 8);
    }

    /** A whole client that may dial loopback. */
    public static GuardedClient client() {
        return new GuardedClient(EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))), System::nanoTime, 8);
    }

    public HttpRequest get(String path, Duration deadline) {
        return HttpRequest.get(url().resolve(path), Optional.of(new Secret("s3cret")), deadline);
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : open) {
            socket.close();
        }
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                open.add(socket);
                Thread server = new Thread(() -> serve(socket), "scripted-connection");
                server.setDaemon(true);
                server.start();
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            String request = read(socket.getInputStream());
            requests.add(request);
            behaviour.answer(request, socket);
            socket.shutdownOutput();
        } catch (IOException clientLeft) {
            // Tests make clients leave early.
        }
    }

    private static String read(InputStream in) throws IOException {
        StringBuilder request = new StringBuilder();
        int bodyLeft = Integer.MAX_VALUE;
        while (bodyLeft > 0) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            request.append((char) next);
            bodyLeft--;
            if (bodyLeft > Integer.MAX_VALUE / 2 && request.toString().endsWith("\r\n\r\n")) {
                bodyLeft = contentLength(request.toString());
            }
        }
        return request.toString();
    }

    private static int contentLength(String head) {
        return head.lines()
                .filter(line -> line.regionMatches(true, 0, "Content-Length:", 0, 15))
                .mapToInt(line -> Integer.parseInt(line.substring(15).strip()))
                .findFirst()
                .orElse(0);
    }
}
