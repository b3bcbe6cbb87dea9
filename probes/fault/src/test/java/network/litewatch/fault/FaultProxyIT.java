package network.litewatch.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy before a loopback server that echoes. */
final class FaultProxyIT {

    private static final Duration LEASE = Duration.ofSeconds(30);

    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void start() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        new Thread(this::accept, "echo").start();
        proxy = new FaultProxy(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), echo.getLocalPort()));
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
        int port = proxy.port();
        await().atMost(Duration.ofMinutes(5)).until(() -> threadsOf(port) == 0);
    }

    @Test
    void bytesPassAndAHalfClosePassesToo() throws IOException {
        try (Socket client = connect()) {
            client.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
            assertThat(new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("hello");
        }
    }

    @Test
    void latencyDelaysAnswersUntilItIsUndone() throws IOException {
        try (Socket client = connect()) {
            var slow = proxy.injector("tcp.latency")
                    .inject(JsonNodeFactory.instance.objectNode().put("ms", 300), LEASE);
            assertThat(roundTripMillis(client)).isGreaterThanOrEqualTo(300);
            slow.undo();
            assertThat(roundTripMillis(client)).isLessThan(300);
        }
    }

    @Test
    void aBlackholeHoldsBytesBackAndLetsThemPassAtItsEnd() throws IOException {
        try (Socket client = connect()) {
            var first = proxy.injector("tcp.blackhole").inject(JsonNodeFactory.instance.objectNode(), LEASE);
            var second = proxy.injector("tcp.blackhole").inject(JsonNodeFactory.instance.objectNode(), LEASE);
            client.getOutputStream().write(1);
            first.undo();
            client.setSoTimeout(300);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            second.undo();
            client.setSoTimeout(5_000);
            assertThat(client.getInputStream().read()).isEqualTo(1);
        }
    }

    @Test
    void aResetBreaksOldConnectionsAndNewOnesUntilItIsUndone() throws IOException {
        try (Socket old = connect()) {
            roundTripMillis(old);
            var reset = proxy.injector("tcp.reset").inject(JsonNodeFactory.instance.objectNode(), LEASE);
            assertThatThrownBy(() -> roundTripMillis(old)).isInstanceOf(IOException.class);
            try (Socket fresh = connect()) {
                assertThatThrownBy(() -> roundTripMillis(fresh)).isInstanceOf(IOException.class);
            }
            reset.undo();
        }
        try (Socket healed = connect()) {
            assertThat(roundTripMillis(healed)).isGreaterThanOrEqualTo(0);
        }
    }

    @Test
    void argumentsAreChecked() {
        var latency = proxy.injector("tcp.latency");
        assertThatThrownBy(() -> latency.inject(JsonNodeFactory.instance.objectNode(), LEASE))
                .hasMessageContaining("args.ms");
        assertThatThrownBy(() -> latency.inject(
                        JsonNodeFactory.instance.objectNode().put("ms", 1).put("jiter", 1), LEASE))
                .hasMessageContaining("jiter");
        assertThatThrownBy(() -> proxy.injector("tcp.storm")).hasMessageContaining("tcp.reset");
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(5_000);
        return socket;
    }

    private static long roundTripMillis(Socket client) throws IOException {
        long from = System.nanoTime();
        client.getOutputStream().write(42);
        if (client.getInputStream().read() != 42) {
            throw new IOException("no echo");
        }
        return (System.nanoTime() - from) / 1_000_000;
    }

    private static long threadsOf(int port) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("proxy-" + port + "-"))
                .count();
    }

    private void accept() {
        while (!echo.isClosed()) {
            try {
                Socket socket = echo.accept();
                new Thread(() -> echo(socket), "echo-one").start();
            } catch (IOException e) {
                return; // closed: the test is over
            }
        }
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException ignored) {
            // The proxy broke it, which is what some of these tests are about.
        }
    }
}
