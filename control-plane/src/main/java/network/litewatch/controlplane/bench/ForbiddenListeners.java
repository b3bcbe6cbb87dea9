package network.litewatch.controlplane.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Listeners where nobody may dial: one port on several addresses of loopback. What arrives is counted. */
final class ForbiddenListeners implements AutoCloseable {
    static final List<String> ADDRESSES = List.of("127.0.0.1", "127.0.0.2", "127.255.255.254", "::1");

    private final List<ServerSocket> listeners = new ArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();

    ForbiddenListeners() throws IOException {
        int port = 0;
        for (String address : ADDRESSES) {
            ServerSocket listener = new ServerSocket();
            try {
                listener.bind(new InetSocketAddress(InetAddress.getByName(address), port));
            } catch (IOException e) {
                // A machine without IPv6 has one listener less.
                listener.close();
                continue;
            }
            port = listener.getLocalPort();
            listeners.add(listener);
            Thread thread = new Thread(() -> accept(listener), "forbidden");
            thread.setDaemon(true);
            thread.start();
        }
    }

    int port() {
        return listeners.get(0).getLocalPort();
    }

    /** Connections that arrived so far. */
    int accepted() {
        return accepted.get();
    }

    @Override
    public void close() throws IOException {
        for (ServerSocket listener : listeners) {
            listener.close();
        }
    }

    private void accept(ServerSocket listener) {
        while (!listener.isClosed()) {
            try (var socket = listener.accept()) {
                accepted.incrementAndGet();
            } catch (IOException e) {
                return; // closed
            }
        }
    }
}
