package network.litewatch.lab.feed;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import network.litewatch.fault.FaultInjector;
import network.litewatch.lab.http.Json;
import network.litewatch.lab.http.Threads;

/**
 * A sequencer's broadcast feed on 127.0.0.1, in the form that Nitro's relays have in public: WebSocket, JSON, what is still held first,
 * then each message as it comes. {@code feed.mute} makes it a relay whose sequencer has gone: it takes connections and repeats what it
 * holds. Thread-safe.
 */
public final class FeedServer implements AutoCloseable {

    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int HELD = 64;
    private static final int TEXT_FRAME = 0x81;
    private static final int SHORT_FRAME = 126;
    private static final int LONG_FRAME = 127;

    private final ServerSocket server;
    private final ExecutorService threads = Executors.newCachedThreadPool(Threads.named("feed"));
    private final Object lock = new Object();
    private final List<Socket> listeners = new ArrayList<>();
    private final Deque<byte[]> held = new ArrayDeque<>();
    private long sequence;
    private int muted;

    /** Listens on a free port at once; {@link #publish} says what there is to broadcast. */
    public FeedServer() {
        try {
            this.server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        threads.execute(this::accept);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getLocalPort();
    }

    /** Broadcasts the message of one block with this timestamp, seconds since 1970. */
    public void publish(long timestamp) {
        synchronized (lock) {
            sequence++;
            if (muted > 0) {
                return;
            }
            byte[] message = frame(message(sequence, timestamp));
            held.addLast(message);
            if (held.size() > HELD) {
                held.removeFirst();
            }
            listeners.removeIf(listener -> !sent(listener, message));
        }
    }

    /** Nothing new is broadcast while it lasts. */
    public FaultInjector mute() {
        return (args, lease) -> {
            synchronized (lock) {
                muted++;
            }
            return () -> {
                synchronized (lock) {
                    muted--;
                }
            };
        };
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException ignored) {
            // It does not listen any more, which is what was wanted.
        }
        synchronized (lock) {
            listeners.forEach(FeedServer::hangUp);
            listeners.clear();
        }
        threads.shutdownNow();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                threads.execute(() -> greet(client));
            } catch (IOException e) {
                if (server.isClosed()) {
                    return;
                }
            }
        }
    }

    private void greet(Socket client) {
        try {
            Optional<String> key = key(client);
            if (key.isEmpty()) {
                hangUp(client);
                return;
            }
            String head =
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                            + accept(key.get()) + "\r\n\r\n";
            synchronized (lock) {
                OutputStream out = client.getOutputStream();
                out.write(head.getBytes(ISO_8859_1));
                for (byte[] message : held) {
                    out.write(message);
                }
                out.flush();
                listeners.add(client);
            }
        } catch (IOException gone) {
            hangUp(client);
        }
    }

    private static Optional<String> key(Socket client) throws IOException {
        var in = new BufferedReader(new InputStreamReader(client.getInputStream(), ISO_8859_1));
        Optional<String> key = Optional.empty();
        for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
                key = Optional.of(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return key;
    }

    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest((key + KEY_SUFFIX).getBytes(ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }

    private static byte[] message(long sequence, long timestamp) {
        ObjectNode header = Json.object()
                .put("kind", 3)
                .put("sender", "0xa4b000000000000000000073657175656e636572")
                .put("blockNumber", sequence)
                .put("timestamp", timestamp);
        ObjectNode inner = Json.object();
        inner.set("header", header);
        inner.put("l2Msg", "");
        ObjectNode outer = Json.object();
        outer.set("message", inner);
        outer.put("delayedMessagesRead", 1);
        ObjectNode one = Json.object().put("sequenceNumber", sequence);
        one.set("message", outer);
        ObjectNode all = Json.object().put("version", 1);
        all.set("messages", Json.array().add(one));
        return all.toString().getBytes(UTF_8);
    }

    private static byte[] frame(byte[] payload) {
        var frame = new ByteArrayOutputStream();
        frame.write(TEXT_FRAME);
        if (payload.length < SHORT_FRAME) {
            frame.write(payload.length);
        } else if (payload.length <= 0xffff) {
            frame.write(SHORT_FRAME);
            frame.writeBytes(ByteBuffer.allocate(Short.BYTES)
                    .putShort((short) payload.length)
                    .array());
        } else {
            frame.write(LONG_FRAME);
            frame.writeBytes(
                    ByteBuffer.allocate(Long.BYTES).putLong(payload.length).array());
        }
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private static boolean sent(Socket listener, byte[] message) {
        try {
            listener.getOutputStream().write(message);
            return true;
        } catch (IOException gone) {
            hangUp(listener);
            return false;
        }
    }

    private static void hangUp(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // Nothing more can be done with it.
        }
    }
}
