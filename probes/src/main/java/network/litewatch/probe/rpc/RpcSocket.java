package network.litewatch.probe.rpc;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import network.litewatch.probe.Target;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.TlsTrust;

/** The WebSocket of an RPC: its witness, where that has a {@code ws} or {@code wss} URL. */
final class RpcSocket {
    private RpcSocket() {}

    static Optional<Target> of(Target rpc) {
        return rpc.witness()
                .filter(witness -> witness.url()
                        .reveal()
                        .getScheme()
                        .toLowerCase(Locale.ROOT)
                        .startsWith("ws"));
    }

    static HttpRequest request(Target socket, Duration deadline) {
        return new HttpRequest(
                "GET",
                socket.url(),
                socket.token(),
                Optional.empty(),
                "*/*",
                deadline,
                HttpRequest.PROBE_BODY_BYTES,
                Map.of(),
                TlsTrust.system(),
                false);
    }
}
