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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a canary's client is compared with: sockets, one thread, and nothing between a read and its stamp. It looks for the end of the
 * first event and discards the rest. For one thread.
 */
final class BareClient {
    private static final int BUFFER_BYTES = 64 << 10;
    private static final int MAX_HEAD = 16 << 10;
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
        private final StringBuilder head = new StringBuilder();
        private long sentNanos;
        private double addedMillis = Double.NaN;

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
    double[] run(int streams, Duration stagger) throws IOException {
        List<Stream> all = new ArrayList<>();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try (Selector selector = Selector.open()) {
            long start = System.nanoTime();
            long lastOpened = start;
            while (all.size() < streams || !selector.keys().isEmpty()) {
                long now = System.nanoTime();
                if (all.size() < streams && now - start >= all.size() * stagger.toNanos()) {
                    all.add(open(selector));
                    lastOpened = now;
                }
                if (now - lastOpened > PATIENCE_NANOS) {
                    throw new IOException(selector.keys().size() + " streams have not ended");
                }
                selector.select(key -> serve(key, buffer), 1);
            }
        }
        return all.stream()
                .mapToDouble(stream -> stream.addedMillis)
                .filter(added -> !Double.isNaN(added))
                .toArray();
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
        Stream stream = new Stream();
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.register(selector, SelectionKey.OP_CONNECT, stream);
        var unused = channel.connect(server);
        return stream;
    }

    private void serve(SelectionKey key, ByteBuffer buffer) {
        Stream stream = (Stream) key.attachment();
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            if (key.isConnectable() && channel.finishConnect()) {
                key.interestOps(SelectionKey.OP_READ);
                var unused = channel.write(ByteBuffer.wrap(request)); // fits a fresh socket's buffer
                stream.sentNanos = System.nanoTime(); // when it is sent, as our client has it
            } else if (key.isReadable()) {
                read(stream, channel, buffer);
            }
        } catch (IOException e) {
            close(channel); // it counts as a stream without a first token
        }
    }

    private static void read(Stream stream, SocketChannel channel, ByteBuffer buffer) throws IOException {
        buffer.clear();
        int count = channel.read(buffer);
        long nanos = System.nanoTime();
        if (count < 0) {
            channel.close();
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
