package network.litewatch.probe.edge;

import static network.litewatch.probe.edge.EdgeTargets.LONG;
import static network.litewatch.probe.edge.EdgeTargets.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.http.GuardedSockets;
import network.litewatch.probe.http.ScriptedServer;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
final class TlsProbeIT {
    private final GuardedSockets sockets = new GuardedSockets(EdgeTargets.LOOPBACK_ALLOWED, System::nanoTime, 2);
    private final TlsProbe probe = new TlsProbe(sockets, InstantSource.system());

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        sockets.close();
    }

    @Test
    void aGoodCertificateIsMeasured() throws Exception {
        Finding finding = shown(Certified.good(), "ca_file", EdgeTargets.caFile(folder));

        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.phases()).containsOnlyKeys(Phase.RESOLVE, Phase.CONNECT, Phase.TLS);
        assertThat(finding.measurements())
                .containsEntry(Measurement.TLS_VERSION, 1.3)
                .containsEntry(Measurement.TLS_CHAIN_LENGTH, 1.0);
        assertThat(finding.measurements().get(Measurement.TLS_EXPIRY)).isCloseTo(30 * 86_400.0, within(120.0));
        assertThat(finding.evidence())
                .containsEntry("subject", "CN=127.0.0.1")
                .containsEntry("issuer", "CN=test authority");
    }

    @ParameterizedTest
    @CsvSource({
        // Days until it is valid, until it is not; the name it is for.
        "-9, -2, 127.0.0.1,     TLS_EXPIRED",
        "2,  9,  127.0.0.1,     TLS_NOT_YET_VALID",
        "-1, 9,  other.example, TLS_WRONG_NAME",
        "-9, -2, other.example, TLS_EXPIRED"
    })
    void aBadCertificateIsMeasuredToo(int from, int until, String name, Reason reason) throws Exception {
        HeldCertificate bad = Certified.certificate(name, Duration.ofDays(from), Duration.ofDays(until));

        Finding finding = shown(bad, "ca_file", EdgeTargets.caFile(folder));

        assertThat(finding.outcome().kind()).isEqualTo(Outcome.Kind.FAILED);
        assertThat(finding.outcome().reason()).isEqualTo(reason);
        assertThat(finding.measurements().get(Measurement.TLS_EXPIRY)).isCloseTo(until * 86_400.0, within(120.0));
        assertThat(finding.measurements()).containsEntry(Measurement.TLS_VERSION, 1.3);
    }

    @Test
    void anAuthorityThatNobodyKnowsIsNotTrusted() throws Exception {
        Finding finding = shown(Certified.good());

        assertThat(finding.outcome().reason()).isEqualTo(Reason.TLS_UNTRUSTED);
        assertThat(finding.measurements()).containsKey(Measurement.TLS_EXPIRY);
    }

    @Test
    void aNameMayDifferFromTheHostThatIsDialled() throws Exception {
        HeldCertificate other = Certified.certificate("site.example", Duration.ofDays(-1), Duration.ofDays(9));

        Finding finding = shown(other, "ca_file", EdgeTargets.caFile(folder), "name", "site.example");

        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
    }

    @Test
    void aStrangersNameIsShownOnOneLine() throws Exception {
        HeldCertificate odd = new HeldCertificate.Builder()
                .commonName("evil\r\n\u202Egnp <script>")
                .build();

        assertThat(shown(odd).evidence().get("subject")).doesNotContain("\n", "\r", "\u202E");
    }

    @Test
    void whatDoesNotSpeakTlsFailsTheHandshake() throws Exception {
        try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread greeter = new Thread(() -> {
                try (var socket = plain.accept()) {
                    socket.getOutputStream().write("220 ready\r\n".getBytes(StandardCharsets.US_ASCII));
                    ScriptedServer.hold(socket);
                } catch (java.io.IOException clientLeft) {
                    // As it should.
                }
            });
            greeter.start();
            Finding finding =
                    EdgeTargets.run(probe, target(EdgeKind.TLS, "tls://127.0.0.1:" + plain.getLocalPort()), LONG);
            greeter.join();

            assertThat(finding.outcome().reason()).isEqualTo(Reason.TLS_FAILURE);
            assertThat(finding.measurements()).isEmpty();
        }
    }

    @Test
    void aServerThatNeverShakesHandsTimesOut() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Finding finding = EdgeTargets.run(
                    probe, target(EdgeKind.TLS, "tls://127.0.0.1:" + silent.getLocalPort()), Duration.ofMillis(300));

            assertThat(finding.outcome().reason()).isEqualTo(Reason.TIMEOUT);
            assertThat(finding.phases()).containsKeys(Phase.CONNECT, Phase.TLS);
        }
    }

    private Finding shown(HeldCertificate certificate, String... parameters) throws Exception {
        try (ScriptedServer server = new ScriptedServer(Certified.listener(certificate), (request, socket) -> {})) {
            return EdgeTargets.run(probe, target(EdgeKind.TLS, "tls://127.0.0.1:" + server.port(), parameters), LONG);
        }
    }
}
