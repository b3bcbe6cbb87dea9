package network.litewatch.probe.edge;

import static network.litewatch.probe.edge.EdgeTargets.LONG;
import static network.litewatch.probe.edge.EdgeTargets.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedClient;
import network.litewatch.probe.http.ScriptedServer;
import okhttp3.tls.HeldCertificate;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
final class WebSocketProbeIT {
    static final int TEXT = 0x81;
    static final int CLOSE = 0x88;

    private final GuardedClient client = new GuardedClient(EdgeTargets.LOOPBACK_ALLOWED, System::nanoTime, 4);
    private final WebSocketProbe probe = new WebSocketProbe(client.webSockets(), InstantSource.system());

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void openingIsEnoughUnlessMoreIsWanted() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request, socket, "");
            ScriptedServer.hold(socket);
        })) {
            Finding finding = run(plain(server));

            assertThat(finding.outcome()).isEqualTo(Outcome.ok());
            assertThat(finding.measurements()).isEqualTo(Map.of(Measurement.HTTP_STATUS_CODE, 101.0));
            assertThat(finding.phases()).containsOnlyKeys(Phase.CONNECT, Phase.PROCESSING, Phase.TRANSFER);
            assertThat(server.requests().get(0))
                    .startsWith("GET /stream HTTP/1.1\r\n")
                    .contains("Upgrade: websocket\r\n", "Authorization: Bearer t0ken\r\n")
                    .doesNotContain("Sec-WebSocket-Extensions");
        }
    }

    @Test
    void saysSomethingHearsTheAnswerAndTakesItsLeave() throws Exception {
        List<String> heard = new CopyOnWriteArrayList<>();
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request, socket, "");
            heard.add(text(readFrame(socket)));
            frame(socket, TEXT, "{\"jsonrpc\":\"2.0\",\"result\":\"0x1\"}".getBytes(StandardCharsets.UTF_8));
            byte[] farewell = readFrame(socket);
            heard.add("close " + ByteBuffer.wrap(farewell).getShort());
            frame(socket, CLOSE, farewell);
        })) {
            Finding finding = run(plain(server, "send", "{\"id\":1}", "expect", "\"result\":\"0x"));

            assertThat(finding.outcome()).isEqualTo(Outcome.ok());
            assertThat(finding.measurements()).containsEntry(Measurement.HTTP_BODY_BYTES, 32.0);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(5))
                    .untilAsserted(() -> assertThat(heard).containsExactly("{\"id\":1}", "close 1000"));
        }
    }

    @Test
    void anotherMessageIsShown() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request, socket, "");
            frame(socket, TEXT, "go\u0007away".getBytes(StandardCharsets.UTF_8));
            ScriptedServer.hold(socket);
        })) {
            Finding finding = run(plain(server, "expect", "welcome"));

            assertThat(finding.outcome().reason()).isEqualTo(Reason.WRONG_ANSWER);
            assertThat(finding.evidence()).containsEntry("message", "goaway");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200, X: y,                 FAILED,       HTTP_STATUS",
        "401, X: y,                 FAILED,       UNAUTHORIZED",
        "429, X: y,                 INCONCLUSIVE, RATE_LIMITED",
        "503, X: y,                 FAILED,       HTTP_STATUS",
        "503, Retry-After: 0,       FAILED,       HTTP_STATUS",
        "302, Location: /elsewhere, FAILED,       HTTP_STATUS"
    })
    void aServerThatDoesNotOpenItIsAskedOnce(int status, String header, Outcome.Kind kind, Reason reason)
            throws Exception {
        try (ScriptedServer server =
                ScriptedServer.always("HTTP/1.1 " + status + " X\r\n" + header + "\r\nContent-Length: 0\r\n\r\n")) {
            Finding finding = run(plain(server));

            assertThat(finding.outcome().kind()).isEqualTo(kind);
            assertThat(finding.outcome().reason()).isEqualTo(reason);
            assertThat(finding.measurements()).containsEntry(Measurement.HTTP_STATUS_CODE, (double) status);
            assertThat(server.requests()).hasSize(1);
        }
    }

    @Test
    void aCloseBeforeAnyMessageIsNoAnswer() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request, socket, "");
            frame(socket, CLOSE, new byte[] {0x03, (byte) 0xf3});
            ScriptedServer.hold(socket);
        })) {
            Finding finding = run(plain(server, "listen", "true"));

            assertThat(finding.outcome().reason()).isEqualTo(Reason.EMPTY_ANSWER);
            assertThat(finding.outcome().detail()).contains("1011");
        }
    }

    @Test
    void aHandshakeThatIsWrongIsAProtocolError() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request.replace("Sec-WebSocket-Key: ", "Sec-WebSocket-Key: x"), socket, "");
            ScriptedServer.hold(socket);
        })) {
            assertThat(run(plain(server)).outcome().reason()).isEqualTo(Reason.PROTOCOL_ERROR);
        }
    }

    @Test
    void compressionThatWasNotOfferedIsAProtocolError() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request, socket, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
            ScriptedServer.hold(socket);
        })) {
            assertThat(run(plain(server)).outcome().reason()).isEqualTo(Reason.PROTOCOL_ERROR);
        }
    }

    @Test
    void aMessageWithoutEndIsCutOff() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request, socket, "");
            byte[] piece = new byte[60_000];
            frame(socket, 0x02, piece);
            for (int i = 0; i < 10_000; i++) {
                frame(socket, 0x00, piece);
            }
        })) {
            assertThat(run(plain(server, "listen", "true", "max_bytes", "1000"))
                            .outcome()
                            .reason())
                    .isEqualTo(Reason.BODY_TOO_LARGE);
        }
    }

    @Test
    void aMessageAboveTheCapIsTooLarge() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request, socket, "");
            frame(socket, TEXT, new byte[1001]);
            ScriptedServer.hold(socket);
        })) {
            assertThat(run(plain(server, "listen", "true", "max_bytes", "1000"))
                            .outcome()
                            .reason())
                    .isEqualTo(Reason.BODY_TOO_LARGE);
            assertThat(run(plain(server, "listen", "true", "max_bytes", "1001")).outcome())
                    .isEqualTo(Outcome.ok());
        }
    }

    @Test
    void silenceEndsAtTheDeadline() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            upgrade(request, socket, "");
            ScriptedServer.hold(socket);
        })) {
            Finding finding = EdgeTargets.run(probe, plain(server, "listen", "true"), Duration.ofMillis(400));

            assertThat(finding.outcome().reason()).isEqualTo(Reason.TIMEOUT);
            assertThat(finding.phases()).containsKey(Phase.TRANSFER);
        }
    }

    @Test
    void measuresTheCertificateGoodOrBad() throws Exception {
        String ca = EdgeTargets.caFile(folder);
        Finding good = secure(Certified.good(), ca);
        assertThat(good.outcome()).isEqualTo(Outcome.ok());
        assertThat(good.phases()).containsOnlyKeys(Phase.CONNECT, Phase.TLS, Phase.PROCESSING, Phase.TRANSFER);
        assertThat(good.measurements()).containsEntry(Measurement.TLS_VERSION, 1.3);

        Finding expired =
                secure(Certified.certificate(Certified.LOOPBACK, Duration.ofDays(-9), Duration.ofDays(-2)), ca);
        assertThat(expired.outcome().reason()).isEqualTo(Reason.TLS_EXPIRED);
        assertThat(expired.measurements().get(Measurement.TLS_EXPIRY)).isCloseTo(-2 * 86_400.0, within(120.0));

        Finding misnamed = secure(Certified.certificate("a.example", Duration.ofDays(-1), Duration.ofDays(2)), ca);
        assertThat(misnamed.outcome().reason()).isEqualTo(Reason.TLS_WRONG_NAME);
    }

    @Test
    void aForbiddenAddressIsNotAsked() throws Exception {
        try (ScriptedServer server = ScriptedServer.always("");
                GuardedClient strict = new GuardedClient(EgressPolicy.publicOnly(), System::nanoTime, 2)) {
            Finding finding = EdgeTargets.run(
                    new WebSocketProbe(strict.webSockets(), InstantSource.system()), plain(server), LONG);

            assertThat(finding.outcome().reason()).isEqualTo(Reason.EGRESS_DENIED);
            assertThat(server.requests()).isEmpty();
        }
    }

    private Finding secure(HeldCertificate certificate, String ca) throws Exception {
        try (ScriptedServer server = new ScriptedServer(Certified.listener(certificate), (request, socket) -> {
            upgrade(request, socket, "");
            ScriptedServer.hold(socket);
        })) {
            return run(target(EdgeKind.WEBSOCKET, "wss://127.0.0.1:" + server.port(), "ca_file", ca));
        }
    }

    private Finding run(Target target) throws Exception {
        return EdgeTargets.run(probe, target, LONG);
    }

    private static Target plain(ScriptedServer server, String... parameters) {
        return target(EdgeKind.WEBSOCKET, "ws://127.0.0.1:" + server.port() + "/stream", parameters);
    }

    static void upgrade(String request, Socket socket, String more) throws IOException {
        String key = request.lines()
                .filter(line -> line.startsWith("Sec-WebSocket-Key: "))
                .map(line -> line.substring("Sec-WebSocket-Key: ".length()))
                .findFirst()
                .orElse("");
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            ScriptedServer.write(
                    socket,
                    "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                            + Base64.getEncoder().encodeToString(digest) + "\r\n" + more + "\r\n");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    static void frame(Socket socket, int opcode, byte[] payload) throws IOException {
        OutputStream out = socket.getOutputStream();
        ByteBuffer head = ByteBuffer.allocate(4).put((byte) opcode);
        if (payload.length < 126) {
            head.put((byte) payload.length);
        } else {
            head.put((byte) 126).putShort((short) payload.length);
        }
        out.write(head.array(), 0, head.position());
        out.write(payload);
        out.flush();
    }

    private static byte[] readFrame(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        in.readUnsignedByte();
        byte[] payload = new byte[in.readUnsignedByte() & 0x7f];
        byte[] mask = new byte[4];
        in.readFully(mask);
        in.readFully(payload);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= mask[i % 4];
        }
        return payload;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
