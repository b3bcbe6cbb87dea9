package network.litewatch.lab.fault;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import network.litewatch.fault.Arguments;
import network.litewatch.fault.FaultInjector;
import network.litewatch.fault.Relay;
import network.litewatch.lab.http.Threads;

/**
 * A proxy on 127.0.0.1 before a node's WebSocket that can swallow what is pushed ({@code rpc.mute}: subscriptions are taken, answers
 * come, heads do not) or hang up on everybody ({@code rpc.no-socket}). Thread-safe.
 */
public final class SubscriptionProxy implements AutoCloseable {

    /** The kinds of faults that can be made here. */
    public static final Set<String> KINDS = Set.of("rpc.mute", "rpc.no-socket");

    private static final int CONNECT_MILLIS = 5_000;
    private static final int MOST_BYTES = 1 << 24;
    private static final int LONG_LENGTH = 127;
    private static final int SHORT_LENGTH = 126;

    private final ServerSocket server;
    private final InetSocketAddress upstream;
    private final ExecutorService threads;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger muted = new AtomicInteger();
    private final AtomicInteger away = new AtomicInteger();

    /** Listens at once; port 0 picks a free one. */
    public SubscriptionProxy(int listenPort, URI upstream) {
        this.upstream = new InetSocketAddress(InetAddress.getLoopbackAddress(), upstream.getPort());
        try {
            this.server = new ServerSocket(listenPort, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.threads = Executors.newCachedThreadPool(Threads.named("ws-proxy-" + port()));
        threads.execute(this::accept);
    }

    /** The port that it listens on. */
    public int port() {
        return server.getLocalPort();
    }

    /**
     * Makes faults of one kind here.
     *
     * @throws IllegalArgumentException when there is no such kind
     */
    public FaultInjector injector(String kind) {
        return switch (kind) {
            case "rpc.mute" -> counted(muted);
            case "rpc.no-socket" -> counted(away);
            default -> throw new IllegalArgumentException("unknown kind " + kind + "; known: rpc.mute, rpc.no-socket");
        };
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException ignored) {
            // It does not listen any more, which is what was wanted.
        }
        open.forEach(Relay::reset);
        threads.shutdownNow();
    }

    private static FaultInjector counted(AtomicInteger faults) {
        return (args, lease) -> {
            Arguments.onlyKnown(args, Set.of());
            faults.incrementAndGet();
            return faults::decrementAndGet;
        };
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
        var target = new Socket();
        open.add(client);
        open.add(target);
        try {
            if (away.get() > 0) {
                return;
            }
            target.connect(upstream, CONNECT_MILLIS);
            threads.execute(() -> up(client, target));
            down(new DataInputStream(target.getInputStream()), client.getOutputStream());
        } catch (IOException ended) {
            // One side has gone, and takes the other with it.
        } finally {
            Relay.reset(client);
            Relay.reset(target);
            open.remove(client);
            open.remove(target);
        }
    }

    private static void up(Socket client, Socket target) {
        try {
            client.getInputStream().transferTo(target.getOutputStream());
        } catch (IOException ended) {
            Relay.reset(target);
        }
    }

    /** The answer's head as it is, then frame by frame. */
    private void down(DataInputStream in, OutputStream out) throws IOException {
        out.write(head(in));
        while (true) {
            var frame = new ByteArrayOutputStream();
            byte[] start = in.readNBytes(2);
            if (start.length < 2) {
                return;
            }
            frame.write(start);
            long length = start[1] & 0x7f;
            if (length >= SHORT_LENGTH) {
                byte[] more = in.readNBytes(length == LONG_LENGTH ? Long.BYTES : Short.BYTES);
                frame.write(more);
                length = 0;
                for (byte digit : more) {
                    length = (length << Byte.SIZE) | (digit & 0xff);
                }
            }
            if (length < 0 || length > MOST_BYTES) {
                throw new IOException("a frame of " + length + " bytes");
            }
            byte[] payload = in.readNBytes((int) length);
            frame.write(payload);
            boolean pushed = new String(payload, ISO_8859_1).contains("\"eth_subscription\"");
            if (!pushed || muted.get() == 0) {
                out.write(frame.toByteArray());
                out.flush();
            }
        }
    }

    private static byte[] head(InputStream in) throws IOException {
        var head = new ByteArrayOutputStream();
        while (!head.toString(ISO_8859_1).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("no answer to the handshake");
            }
            head.write(next);
        }
        return head.toByteArray();
    }
}
