package network.litewatch.controlplane;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import network.litewatch.controlplane.config.Placeholders;
import org.jspecify.annotations.Nullable;

/** Where the service's two connectors listen on loopback. */
record ServicePorts(int apiPort, int adminPort) {
    private static final int API = 8080;
    private static final int ADMIN = 8081;

    /** The configured ports, or free ones. Throws when a wanted port is taken, naming the variable that moves it. */
    static ServicePorts choose(boolean free, Placeholders.Lookup environment) throws IOException {
        if (free) {
            try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                    ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return new ServicePorts(one.getLocalPort(), two.getLocalPort());
            }
        }
        return new ServicePorts(
                wanted("LITEWATCH_PORT", environment.get("LITEWATCH_PORT"), API),
                wanted("LITEWATCH_ADMIN_PORT", environment.get("LITEWATCH_ADMIN_PORT"), ADMIN));
    }

    private static int wanted(String variable, @Nullable String value, int fallback) throws IOException {
        int port = value == null || value.isEmpty() ? fallback : Integer.parseInt(value);
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return port;
        } catch (IOException e) {
            throw new IOException("port " + port + " is taken; stop what listens there, or set " + variable, e);
        }
    }

    String api() {
        return "http://127.0.0.1:" + apiPort;
    }

    String admin() {
        return "http://127.0.0.1:" + adminPort;
    }

    Map<String, String> environment() {
        return Map.of(
                "LITEWATCH_PORT", Integer.toString(apiPort),
                "LITEWATCH_ADMIN_PORT", Integer.toString(adminPort),
                "LITEWATCH_PUBLIC_URL", api());
    }
}
