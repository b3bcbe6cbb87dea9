package network.litewatch.controlplane.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * What a canary's client is compared with: sockets, as many threads as our client has, and nothing between a read and its stamp. It looks
 * for the end of the first event and discards the rest. Confined to one thread, which starts the others.
 */
final class BareClient {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int MAX_HEAD = 16 << 10;

    /** From connected to sent: a server that is still accepting would be charged to whoever asks at once. */
    private static final long SETTLING_NANOS = 5_000_000;

    /** A closed channel leaves its selector at the next select only. */
    private static final long LOOK_AGAIN_MILLIS = 50;

    private static final long PATIENCE_NANOS = Duration.ofSeconds(30).toNanos();

    private final InetSocketAddress server;
    private final byte[] request;

    /** Sends a POST with {@code body} to the server on that port. */
    BareClient(int port, String body) {
        this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.request = ("POST /api/v1/completions/1 HTTP/1.1\r\nHost: 127.0.0.1:" + port
                        + "\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nConnection: close\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(ISO_8859_1);
    }

    /** One stream's state. */
    private static final class Stream {
        private final SocketChannel channel;
        private final StringBuilder head = new StringBuilder();
        private long connectedNanos;
        private long sentNanos;
        private double addedMillis = Double.NaN;

        Stream(SocketChannel channel) {
            this.channel = channel;
        }

        boolean hasFirst() {
            return !Double.isNaN(addedMillis) || head.length() > MAX_HEAD;
        }

        /** Takes what came at {@code nanos}, as long as it has no first event. */
        void take(String piece, long nanos) {
            head.append(piece);
            firstText(head).flatMap(CanaryFigures.Stamps::parse).ifPresent(stamps -> {
                addedMillis = stamps.addedMillis((double) (nanos - sentNanos));
            });
        }
    }

    /**
     * Opens {@code streams} streams, one each {@code stagger}, and reads all to their end.
     *
     * @return for each that had a first token, what the client added to it in milliseconds
     * @throws IOException when they have not ended 30 s after the last was opened
     */
    double[] run(int streams, Duration stagger) throws IOException, InterruptedException {
        int loops = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));
        long start = System.nanoTime();
        ExecutorService threads = Executors.newFixedThreadPool(loops);
        try {
            List<Callable<List<Stream>>> shares = new ArrayList<>();
            for (int loop = 0; loop < loops; loop++) {
                int first = loop;
                shares.add(() -> share(streams, first, loops, start, stagger.toNanos()));
            }
            List<Double> added = new ArrayList<>();
            for (Future<List<Stream>> share : threads.invokeAll(shares)) {
                share.get().stream()
                        .map(stream -> stream.addedMillis)
                        .filter(millis -> !Double.isNaN(millis))
                        .forEach(added::add);
            }
            return added.stream().mapToDouble(Double::doubleValue).toArray();
        } catch (ExecutionException e) {
            throw new IOException("a bare client failed", e.getCause());
        } finally {
            threads.shutdownNow();
        }
    }

    /** Every {@code step}th stream from {@code first} on, to the end of the last of them. */
    private List<Stream> share(int streams, int first, int step, long start, long stagger) throws IOException {
        List<Stream> all = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try (Selector selector = Selector.open()) {
            Deque<Stream> connected = new ArrayDeque<>();
            int next = first;
            while (next < streams || !selector.keys().isEmpty()) {
                long now = System.nanoTime() - start;
                if (now - streams * stagger > PATIENCE_NANOS) {
                    throw new IOException(selector.keys().size() + " streams have not ended");
                }
                if (next < streams && now >= next * stagger) {
                    all.add(open(selector));
                    next += step;
                }
                send(connected);
                long idle = next < streams || !connected.isEmpty() ? 1 : LOOK_AGAIN_MILLIS;
                selector.select(key -> serve(key, buffer, connected), idle);
            }
        }
        return all;
    }

    /** The text of the first event in what an HTTP answer begins with, with or without chunk sizes between; empty until it is whole. */
    static Optional<String> firstText(CharSequence answer) {
        String seen = answer.toString();
        int event = seen.indexOf("data: ");
        int end = event < 0 ? -1 : seen.indexOf("\n\n", event);
        int text = end < 0 ? -1 : seen.indexOf("\"text\":\"", event);
        if (text < 0 || text > end) {
            return Optional.empty();
        }
        int from = text + "\"text\":\"".length();
        return Optional.of(seen.substring(from, seen.indexOf('"', from)));
    }

    private Stream open(Selector selector) throws IOException {
        SocketChannel channel = SocketChannel.open();
        Stream stream = new Stream(channel);
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.register(selector, SelectionKey.OP_CONNECT, stream);
        var unused = channel.connect(server);
        return stream;
    }

    /** Sends the requests of those that have been connected for long enough. */
    private void send(Deque<Stream> connected) {
        for (Stream stream = connected.peek();
                stream != null && System.nanoTime() - stream.connectedNanos >= SETTLING_NANOS;
                stream = connected.peek()) {
            connected.remove();
            try {
                var unused = stream.channel.write(ByteBuffer.wrap(request)); // fits a fresh socket's buffer
                stream.sentNanos = System.nanoTime(); // when it is sent, as our client has it
            } catch (IOException e) {
                close(stream.channel); // it counts as a stream without a first token
            }
        }
    }

    private static void serve(SelectionKey key, ByteBuffer buffer, Deque<Stream> connected) {
        Stream stream = (Stream) key.attachment();
        try {
            if (key.isConnectable() && stream.channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_READ);
                stream.connectedNanos = System.nanoTime();
                connected.add(stream);
            } else if (key.isReadable()) {
                read(stream, buffer);
            }
        } catch (IOException e) {
            close(stream.channel); // as above
        }
    }

    private static void read(Stream stream, ByteBuffer buffer) throws IOException {
        buffer.clear();
        int count = stream.channel.read(buffer);
        long nanos = System.nanoTime();
        if (count < 0) {
            stream.channel.close();
            return;
        }
        if (!stream.hasFirst()) {
            stream.take(ISO_8859_1.decode(buffer.flip()).toString(), nanos);
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            // It is closed for us either way.
        }
    }
}
