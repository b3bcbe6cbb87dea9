package network.litewatch.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * One proxied connection: bytes up at once, bytes down when their delay is over. A delayed stream keeps its rhythm: each chunk waits on
 * its own and not behind the others' waits. Either side's end of output is passed on.
 */
public final class Relay implements AutoCloseable {

    private static final int BUFFER = 16_384;
    private static final int QUEUED_CHUNKS = 256;
    private static final long ROOM_MILLIS = 500;

    private static final class Chunk {
        private final byte[] bytes;
        private final long due;

        private Chunk(byte[] bytes, long due) {
            this.bytes = bytes;
            this.due = due;
        }
    }

    private final Socket client;
    private final Socket upstream;
    private final Weather weather;
    private final BlockingQueue<Chunk> delayed = new ArrayBlockingQueue<>(QUEUED_CHUNKS);

    Relay(Socket client, Socket upstream, Weather weather) {
        this.client = client;
        this.upstream = upstream;
        this.weather = weather;
    }

    /** Relays on the calling thread and two more until both directions have ended. */
    void run(ExecutorService threads) {
        var ended = new CountDownLatch(2);
        threads.execute(() -> guard(ended, this::up));
        threads.execute(() -> guard(ended, this::writeDelayed));
        guard(new CountDownLatch(1), this::readDown);
        try {
            ended.await(); // ends with the sockets at the latest: every path out of a direction's failure closes both
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the connection at once, so that both peers see a reset. */
    void reset() {
        reset(client);
        reset(upstream);
    }

    /** Ends {@code socket} so that its peer sees a reset. */
    public static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException ignored) {
            // Closed already.
        }
        quietly(socket);
    }

    @Override
    public void close() {
        quietly(client);
        quietly(upstream);
    }

    private interface Direction {
        void run() throws IOException, InterruptedException;
    }

    private void guard(CountDownLatch ended, Direction direction) {
        try {
            direction.run();
        } catch (IOException e) {
            reset(); // a peer that broke its connection breaks the other's too
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            close();
        } finally {
            ended.countDown();
        }
    }

    private void up() throws IOException, InterruptedException {
        client.setTcpNoDelay(true);
        upstream.setTcpNoDelay(true);
        byte[] buffer = new byte[BUFFER];
        InputStream in = client.getInputStream();
        OutputStream out = upstream.getOutputStream();
        for (int read = in.read(buffer); read != -1; read = in.read(buffer)) {
            weather.awaitPassage();
            out.write(buffer, 0, read);
        }
        upstream.shutdownOutput();
    }

    private void readDown() throws IOException, InterruptedException {
        byte[] buffer = new byte[BUFFER];
        long lastDue = System.nanoTime();
        try {
            InputStream in = upstream.getInputStream();
            for (int read = in.read(buffer); read != -1; read = in.read(buffer)) {
                lastDue = Math.max(lastDue, System.nanoTime() + weather.delayNanos());
                enqueue(new Chunk(Arrays.copyOf(buffer, read), lastDue));
            }
        } finally {
            enqueue(new Chunk(new byte[0], lastDue)); // the end; after a failure the writer finds its socket closed
        }
    }

    /** Waits for room in the queue, but not for a writer that has gone. */
    private void enqueue(Chunk chunk) throws IOException, InterruptedException {
        while (!delayed.offer(chunk, ROOM_MILLIS, TimeUnit.MILLISECONDS)) {
            if (client.isClosed()) {
                throw new IOException("the client has gone");
            }
        }
    }

    private void writeDelayed() throws IOException, InterruptedException {
        OutputStream out = client.getOutputStream();
        for (Chunk chunk = delayed.take(); chunk.bytes.length > 0; chunk = delayed.take()) {
            TimeUnit.NANOSECONDS.sleep(chunk.due - System.nanoTime());
            weather.awaitPassage();
            out.write(chunk.bytes);
        }
        client.shutdownOutput();
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException ignored) {
            // Nothing more can be done with it.
        }
    }
}
