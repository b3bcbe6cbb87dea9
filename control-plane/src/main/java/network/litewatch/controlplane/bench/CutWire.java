package network.litewatch.controlplane.bench;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A wire to a port of this machine that can be cut: then nothing gets through and nobody is told, as when a router is switched off. What
 * was on its way arrives when it is mended, even if whoever sent it has given up meanwhile. A thread each way. Thread-safe.
 */
final class CutWire implements AutoCloseable {
    private static final int CONNECT_MILLIS = 5_000;

    private final ServerSocket server;
    private final int upstream;
    private final Set<Closeable> open = ConcurrentHashMap.newKeySet();
    private final Object gate = new Object();
    private boolean cut;
    private boolean closed;

    /** Leads to {@code upstream} on loopback, from a port that is free. */
    CutWire(int upstream) throws IOException {
        this.upstream = upstream;
        this.server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        daemon(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /** Nothing gets through from here on. */
    void cut() {
        synchronized (gate) {
            cut = true;
        }
    }

    /** Everything gets through again. */
    void mend() {
        synchronized (gate) {
            cut = false;
            gate.notifyAll();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket near = server.accept();
                open.add(near);
                daemon(() -> join(near));
            }
        } catch (IOException closing) {
            // Nobody else ends it than close().
        }
    }

    private void join(Socket near) {
        Socket far = new Socket();
        open.add(far);
        try {
            pass();
            far.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), upstream), CONNECT_MILLIS);
            daemon(() -> pump(near, far));
            pump(far, near);
        } catch (IOException | InterruptedException e) {
            end(near);
            end(far);
        }
    }

    private void pump(Socket from, Socket to) {
        byte[] buffer = new byte[16 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                pass();
                out.write(buffer, 0, read);
                out.flush();
            }
            pass();
        } catch (IOException | InterruptedException e) {
            // Whichever end it was, the other hears of it below.
        } finally {
            end(from);
            end(to);
        }
    }

    /** Waits as long as the wire is cut. */
    private void pass() throws InterruptedException, IOException {
        synchronized (gate) {
            while (cut && !closed) {
                gate.wait();
            }
            if (closed) {
                throw new IOException("the wire is gone");
            }
        }
    }

    private void end(Closeable socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing more is wanted of it.
        }
    }

    private static void daemon(Runnable task) {
        Thread thread = new Thread(task, "bench-wire");
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        synchronized (gate) {
            closed = true;
            gate.notifyAll();
        }
        server.close();
        Set.copyOf(open).forEach(this::end);
    }
}
