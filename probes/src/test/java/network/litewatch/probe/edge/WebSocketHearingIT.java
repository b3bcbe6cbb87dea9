package network.litewatch.probe.edge;

import static network.litewatch.probe.edge.WebSocketProbeIT.CLOSE;
import static network.litewatch.probe.edge.WebSocketProbeIT.TEXT;
import static network.litewatch.probe.edge.WebSocketProbeIT.frame;
import static network.litewatch.probe.edge.WebSocketProbeIT.upgrade;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.http.GuardedClient;
import network.litewatch.probe.http.HttpFailure;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResponse;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.ScriptedServer;
import network.litewatch.probe.http.TlsTrust;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What listening to a WebSocket for a while does with servers that say much, little, or too much. */
@Timeout(300)
final class WebSocketHearingIT {
    private static final Duration MOMENT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(30);

    private final GuardedClient client = new GuardedClient(EdgeTargets.LOOPBACK_ALLOWED, System::nanoTime, 4);
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void hearsUntilItIsEnough() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request, socket, "");
            for (int i = 0; i < 5; i++) {
                frame(socket, TEXT, ("m" + i).getBytes(StandardCharsets.UTF_8));
            }
            ScriptedServer.hold(socket);
        })) {
            HttpResult result = hear(server, LONG, 1_000, 2);

            assertThat(((HttpResponse) result).status()).isEqualTo(101);
            assertThat(((HttpResponse) result).bodyBytes()).isZero();
            assertThat(heard).startsWith("m0", "m1");
        }
    }

    @Test
    void silenceIsNoFailure() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request, socket, "");
            ScriptedServer.hold(socket);
        })) {
            HttpResult result = hear(server, MOMENT, 1_000, 2);

            assertThat(((HttpResponse) result).status()).isEqualTo(101);
            assertThat(heard).isEmpty();
        }
    }

    @Test
    void aServerThatLeavesEarlyHasFailed() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request, socket, "");
            frame(socket, TEXT, "m0".getBytes(StandardCharsets.UTF_8));
            frame(socket, CLOSE, new byte[] {0x03, (byte) 0xe9});
            ScriptedServer.hold(socket);
        })) {
            HttpFailure failure = (HttpFailure) hear(server, LONG, 1_000, 2);

            assertThat(failure.reason()).isEqualTo(Reason.EMPTY_ANSWER);
            assertThat(failure.detail()).isEqualTo("closed with code 1001 while it was heard");
            assertThat(heard).containsExactly("m0");
        }
    }

    @Test
    void oneMessageIsBoundedAndSoAreAllOfThem() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request, socket, "");
            frame(socket, TEXT, new byte[1_001]);
            ScriptedServer.hold(socket);
        })) {
            assertThat(((HttpFailure) hear(server, LONG, 1_000, 2)).reason()).isEqualTo(Reason.BODY_TOO_LARGE);
            assertThat(heard).isEmpty();
        }
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request, socket, "");
            while (true) {
                frame(socket, TEXT, new byte[1_000]);
            }
        })) {
            HttpFailure failure = (HttpFailure) hear(server, LONG, 1_000, Integer.MAX_VALUE);
            assertThat(failure.reason()).isEqualTo(Reason.BODY_TOO_LARGE);
            assertThat(heard).hasSizeLessThan(500);
        }
    }

    private HttpResult hear(ScriptedServer server, Duration window, int maxBytes, int enough) {
        HttpRequest request = new HttpRequest(
                "GET",
                SecretUrl.parse("ws://127.0.0.1:" + server.port() + "/", Set.of("ws")),
                Optional.empty(),
                Optional.empty(),
                "*/*",
                LONG.plus(LONG),
                maxBytes,
                Map.of(),
                TlsTrust.system(),
                false);
        return client.webSockets()
                .hear(request, Optional.empty(), window, message -> {
                    heard.add(new String(message, StandardCharsets.UTF_8));
                    return heard.size() >= enough;
                })
                .join();
    }
}
