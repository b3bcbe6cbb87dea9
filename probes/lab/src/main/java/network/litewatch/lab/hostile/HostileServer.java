package network.litewatch.lab.hostile;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;

/**
 * A server on 127.0.0.1 that does to each connection what the path asks for: endless heads, bodies that never come, bombs, lengths that
 * lie, JSON that is none. Bytes are written by hand, since a well-behaved library would refuse to. Every behaviour ends when the
 * other side goes away.
 */
public final class HostileServer implements Closeable {

    private static final int BACKLOG = 512;
    private static final int MEGABYTE = 1 << 20;
    private static final int DEPTH = 100_000;

    /** What to do once the request has been read; the connection is closed afterwards. */
    @FunctionalInterface
    private interface Behaviour {
        void answer(Socket socket, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket listener;
    private final Map<String, Behaviour> behaviours = new LinkedHashMap<>();

    // What to answer to the ids of a JSON-RPC batch.
    private final Map<String, Function<List<Long>, String>> batches = new LinkedHashMap<>();

    /** Listens at once, on a free port. */
    public HostileServer() throws IOException {
        listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
        heads();
        lengths();
        bodies();
        json();
        var acceptor = new Thread(this::accept, "hostile");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    /** Prints the port, then the paths, and ends with standard input. */
    public static void main(String[] args) throws IOException {
        try (var server = new HostileServer()) {
            System.out.println(server.port());
            System.out.println(String.join(" ", server.paths()));
            var unused = System.in.readAllBytes();
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    /** What can be asked for, without a slash. */
    public Set<String> paths() {
        Set<String> paths = new LinkedHashSet<>(behaviours.keySet());
        paths.addAll(batches.keySet());
        return paths;
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    private void heads() {
        behaviours.put("silent", (socket, out) -> untilGone(socket));
        behaviours.put("close-at-once", (socket, out) -> {});
        behaviours.put("reset", (socket, out) -> socket.setSoLinger(true, 0));
        behaviours.put(
                "garbage", (socket, out) -> out.write("\u0000\u0001\u0002 what is this\r\n\r\n".getBytes(ISO_8859_1)));
        behaviours.put(
                "no-status", (socket, out) -> out.write("Content-Type: text/plain\r\n\r\nhello".getBytes(UTF_8)));
        behaviours.put(
                "status-text-1mb",
                (socket, out) -> out.write(("HTTP/1.1 200 " + "x".repeat(MEGABYTE) + "\r\n\r\n").getBytes(UTF_8)));
        behaviours.put("status-999", (socket, out) -> send(out, "HTTP/1.1 999 No\r\n", "{}"));
        behaviours.put("status-negative", (socket, out) -> send(out, "HTTP/1.1 -20 No\r\n", "{}"));
        behaviours.put(
                "header-1mb",
                (socket, out) -> send(out, "HTTP/1.1 200 OK\r\nX: " + "x".repeat(MEGABYTE) + "\r\n", "{}"));
        behaviours.put(
                "headers-10k", (socket, out) -> send(out, "HTTP/1.1 200 OK\r\n" + "X-A: b\r\n".repeat(10_000), "{}"));
        behaviours.put("header-endless", (socket, out) -> endless(out, "HTTP/1.1 200 OK\r\nX: ", "x".repeat(4_096)));
        behaviours.put("header-with-nul", (socket, out) -> send(out, "HTTP/1.1 200 OK\r\nX: a\u0000b\r\n", "{}"));
        behaviours.put("header-without-colon", (socket, out) -> send(out, "HTTP/1.1 200 OK\r\nnothing here\r\n", "{}"));
        behaviours.put("header-without-name", (socket, out) -> send(out, "HTTP/1.1 200 OK\r\n: b\r\n", "{}"));
        behaviours.put("header-space-before-colon", (socket, out) -> send(out, "HTTP/1.1 200 OK\r\nX-A : b\r\n", "{}"));
        behaviours.put("blank-lines-first", (socket, out) -> send(out, "\r\n\r\nHTTP/1.1 200 OK\r\n", "{}"));
        behaviours.put("status-two-digits", (socket, out) -> send(out, "HTTP/1.1 20 OK\r\n", "{}"));
        behaviours.put("version-nine", (socket, out) -> send(out, "HTTP/9.1 200 OK\r\n", "{}"));
        behaviours.put(
                "continue-twice",
                (socket, out) -> send(
                        out,
                        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n",
                        "{}"));
        behaviours.put("slow-head", (socket, out) -> slowly(out, "HTTP/1.1 200 OK\r\nX-Slow: " + "x".repeat(10_000)));
        behaviours.put("continue-for-ever", (socket, out) -> endless(out, "", "HTTP/1.1 100 Continue\r\n\r\n"));
        behaviours.put(
                "http2", (socket, out) -> out.write(new byte[] {0, 0, 18, 4, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 100}));
        behaviours.put("redirect-metadata", (socket, out) -> redirect(out, "http://169.254.169.254/latest/meta-data/"));
        behaviours.put("redirect-loop", (socket, out) -> redirect(out, "/redirect-loop"));
        behaviours.put("redirect-file", (socket, out) -> redirect(out, "file:///etc/passwd"));
        behaviours.put("again-at-once", (socket, out) -> send(out, "HTTP/1.1 503 Busy\r\nRetry-After: 0\r\n", "{}"));
        behaviours.put(
                "proxy-wanted", (socket, out) -> send(out, "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic\r\n", "{}"));
        behaviours.put(
                "switching",
                (socket, out) ->
                        out.write("HTTP/1.1 101 Go\r\nUpgrade: other\r\nConnection: Upgrade\r\n\r\n".getBytes(UTF_8)));
    }

    private void lengths() {
        behaviours.put("length-too-long", (socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{}".getBytes(UTF_8));
        });
        behaviours.put(
                "length-too-short",
                (socket, out) -> out.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n{}".getBytes(UTF_8)));
        behaviours.put(
                "length-negative",
                (socket, out) -> out.write("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n{}".getBytes(UTF_8)));
        behaviours.put(
                "length-huge",
                (socket, out) ->
                        out.write("HTTP/1.1 200 OK\r\nContent-Length: 9223372036854775807\r\n\r\n{}".getBytes(UTF_8)));
        behaviours.put(
                "two-lengths",
                (socket, out) -> out.write(
                        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 20\r\n\r\n{}".getBytes(UTF_8)));
        behaviours.put(
                "two-equal-lengths", (socket, out) -> send(out, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n", "{}"));
        behaviours.put(
                "length-no-number",
                (socket, out) -> out.write("HTTP/1.1 200 OK\r\nContent-Length: two\r\n\r\n{}".getBytes(UTF_8)));
        behaviours.put(
                "length-signed",
                (socket, out) -> out.write("HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\n{}".getBytes(UTF_8)));
        behaviours.put(
                "length-and-chunked",
                (socket, out) ->
                        send(out, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", "2\r\n{}\r\n0\r\n\r\n"));
        behaviours.put(
                "chunked-twice",
                (socket, out) ->
                        out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"
                                .getBytes(UTF_8)));
        behaviours.put(
                "transfer-gzip",
                (socket, out) -> out.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\n{}".getBytes(UTF_8)));
        behaviours.put("chunk-size-no-hex", (socket, out) -> chunked(out, "zz\r\n{}\r\n0\r\n\r\n"));
        behaviours.put("chunk-size-huge", (socket, out) -> chunked(out, "7fffffffffffffff\r\n{}"));
        behaviours.put("chunk-size-negative", (socket, out) -> chunked(out, "-5\r\n{}\r\n0\r\n\r\n"));
        behaviours.put("chunk-size-endless", (socket, out) -> endless(out, HEAD_CHUNKED + "1;", "x".repeat(4_096)));
        behaviours.put("chunks-of-one-byte", (socket, out) -> endless(out, HEAD_CHUNKED, "1\r\nx\r\n".repeat(500)));
        behaviours.put("chunks-cut-off", (socket, out) -> chunked(out, "2\r\n{}\r\n"));
    }

    private void bodies() throws IOException {
        byte[] bomb = bomb();
        byte[] wrapped = gzip(bomb);
        behaviours.put("body-endless", (socket, out) -> endless(out, "HTTP/1.1 200 OK\r\n\r\n", "x".repeat(4_096)));
        behaviours.put("body-100mb", (socket, out) -> {
            out.write(("HTTP/1.1 200 OK\r\nContent-Length: " + 100 * MEGABYTE + "\r\n\r\n").getBytes(UTF_8));
            for (int i = 0; i < 100; i++) {
                out.write("x".repeat(MEGABYTE).getBytes(UTF_8));
            }
        });
        behaviours.put(
                "slow-body",
                (socket, out) -> slowly(out, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + "x".repeat(90_000)));
        behaviours.put("body-never", (socket, out) -> {
            out.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n".getBytes(UTF_8));
            out.flush();
            untilGone(socket);
        });
        behaviours.put("gzip-bomb", (socket, out) -> sendBytes(out, "Content-Encoding: gzip\r\n", bomb));
        behaviours.put("gzip-in-gzip", (socket, out) -> sendBytes(out, "Content-Encoding: gzip, gzip\r\n", wrapped));
        behaviours.put(
                "gzip-that-is-none",
                (socket, out) -> sendBytes(out, "Content-Encoding: gzip\r\n", "{}".getBytes(UTF_8)));
        behaviours.put(
                "brotli", (socket, out) -> sendBytes(out, "Content-Encoding: br\r\n", new byte[] {0x1b, 0x03, 0x00}));
        behaviours.put(
                "deflate", (socket, out) -> sendBytes(out, "Content-Encoding: deflate\r\n", new byte[] {0x78, 0x01}));
    }

    private void json() {
        body("json-depth-100k", "[".repeat(DEPTH));
        body("json-objects-100k", "{\"a\":".repeat(DEPTH));
        body("json-number-900kb", "{\"number\":" + "9".repeat(900_000) + "}");
        body("json-number-exponent", "{\"number\":1e999999999}");
        body("json-string-900kb", "{\"text\":\"" + "x".repeat(900_000) + "\"}");
        body("json-name-900kb", "{\"" + "x".repeat(900_000) + "\":1}");
        body("json-keys-50k", keys());
        body("json-duplicate-keys", "{\"status\":\"ok\",\"status\":\"bad\"}");
        body("json-duplicate-keys-within", "{\"status\":\"ok\",\"more\":[{\"a\":1,\"a\":2}]}");
        behaviours.put(
                "json-utf16",
                (socket, out) ->
                        sendBytes(out, "Content-Type: application/json\r\n", "{\"status\":\"ok\"}".getBytes(UTF_16LE)));
        behaviours.put(
                "json-surrogate-bytes",
                (socket, out) -> sendBytes(out, "Content-Type: application/json\r\n", new byte[] {
                    '{', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ':', '1', '}'
                }));
        body("json-nan", "{\"number\":NaN}");
        body("json-trailing", "{\"status\":\"ok\"} and more");
        body("json-two", "{\"status\":\"ok\"}{\"status\":\"ok\"}");
        body("json-bom", "\ufeff{\"status\":\"ok\"}");
        body("json-empty", "");
        body("json-lone-surrogate", "{\"text\":\"\\ud800\"}");
        behaviours.put(
                "json-bad-utf8",
                (socket, out) -> sendBytes(out, "Content-Type: application/json\r\n", new byte[] {
                    '{', '"', (byte) 0xc3, (byte) 0x28, '"', ':', '1', '}'
                }));
        body("html", "<html>sign in</html>");
        answers("rpc-other-id", id -> "{\"jsonrpc\":\"2.0\",\"id\":" + (id + 1_000) + ",\"result\":\"0x1\"}");
        answers(
                "rpc-result-and-error",
                id -> "{\"jsonrpc\":\"2.0\",\"id\":" + id
                        + ",\"result\":\"0x1\",\"error\":{\"code\":1,\"message\":\"x\"}}");
        answers("rpc-neither", id -> "{\"jsonrpc\":\"2.0\",\"id\":" + id + "}");
        batches.put(
                "rpc-batch-too-short", ids -> "[{\"jsonrpc\":\"2.0\",\"id\":" + ids.get(0) + ",\"result\":\"0x1\"}]");
        body("rpc-empty-batch", "[]");
        body("rpc-batch-of-100k", "[" + "{\"id\":1,\"result\":1},".repeat(30_000) + "{}]");
        body(
                "rpc-error-without-end",
                "{\"error\":{\"code\":-32000,\"message\":\"" + "rate limit ".repeat(60_000) + "\"}}");
    }

    private void body(String path, String body) {
        behaviours.put(
                path, (socket, out) -> sendBytes(out, "Content-Type: application/json\r\n", body.getBytes(UTF_8)));
    }

    /** Answers a JSON-RPC batch call by call. */
    private void answers(String path, LongFunction<String> answer) {
        batches.put(path, ids -> ids.stream().map(answer::apply).collect(Collectors.joining(",", "[", "]")));
    }

    private static String keys() {
        var text = new StringBuilder("{");
        for (int i = 0; i < 50_000; i++) {
            text.append("\"k").append(i).append("\":1,");
        }
        return text.append("\"end\":1}").toString();
    }

    private static final String HEAD_CHUNKED = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    private static void chunked(OutputStream out, String chunks) throws IOException {
        out.write((HEAD_CHUNKED + chunks).getBytes(UTF_8));
    }

    private static void send(OutputStream out, String head, String body) throws IOException {
        out.write((head + "Content-Length: " + body.length() + "\r\n\r\n" + body).getBytes(ISO_8859_1));
    }

    private static void sendBytes(OutputStream out, String headers, byte[] body) throws IOException {
        out.write(("HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + body.length + "\r\n\r\n").getBytes(UTF_8));
        out.write(body);
    }

    private static void redirect(OutputStream out, String to) throws IOException {
        send(out, "HTTP/1.1 302 Found\r\nLocation: " + to + "\r\n", "");
    }

    private static void endless(OutputStream out, String head, String again) throws IOException {
        out.write(head.getBytes(UTF_8));
        byte[] more = again.getBytes(UTF_8);
        while (true) {
            out.write(more);
        }
    }

    private static void slowly(OutputStream out, String text) throws IOException, InterruptedException {
        for (byte b : text.getBytes(UTF_8)) {
            out.write(b);
            out.flush();
            TimeUnit.MILLISECONDS.sleep(200);
        }
    }

    private static void untilGone(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        while (in.read() >= 0) {
            // Whatever it says, nothing is answered.
        }
    }

    /** A gigabyte of zeros in about a megabyte. */
    private static byte[] bomb() throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            byte[] zeros = new byte[MEGABYTE];
            for (int i = 0; i < 900; i++) {
                gzip.write(zeros);
            }
        }
        return packed.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        var packed = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        }
        return packed.toByteArray();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                var thread = new Thread(() -> serve(socket), "hostile-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            Asked asked = Asked.read(socket.getInputStream());
            Behaviour behaviour = behaviours.get(asked.path());
            Function<List<Long>, String> batch = batches.get(asked.path());
            if (behaviour != null) {
                behaviour.answer(socket, socket.getOutputStream());
            } else if (batch != null && !asked.ids().isEmpty()) {
                sendBytes(
                        socket.getOutputStream(),
                        "Content-Type: application/json\r\n",
                        batch.apply(asked.ids()).getBytes(UTF_8));
            }
        } catch (IOException e) {
            // The other side went away, which is how most of this ends.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
