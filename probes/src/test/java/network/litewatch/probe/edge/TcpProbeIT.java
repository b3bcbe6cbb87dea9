package network.litewatch.probe.edge;

import static network.litewatch.probe.edge.EdgeTargets.LONG;
import static network.litewatch.probe.edge.EdgeTargets.target;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.GuardedSockets;
import network.litewatch.probe.http.ScriptedServer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
final class TcpProbeIT {
    // The scripted server reads up to an empty line before it answers.
    private static final String HELLO = "HELO\r\n\r\n";

    private final GuardedSockets sockets = new GuardedSockets(EdgeTargets.LOOPBACK_ALLOWED, System::nanoTime, 2);
    private final TcpProbe probe = new TcpProbe(sockets);

    @AfterEach
    void close() {
        sockets.close();
    }

    @Test
    void anOpenPortIsEnough() throws Exception {
        try (ScriptedServer server = ScriptedServer.always("")) {
            Finding finding = run(target(EdgeKind.TCP, url(server)));

            assertThat(finding.outcome()).isEqualTo(Outcome.ok());
            assertThat(finding.phases()).containsOnlyKeys(Phase.RESOLVE, Phase.CONNECT);
        }
    }

    @Test
    void aClosedPortIsRefused() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        Finding finding = run(target(EdgeKind.TCP, "tcp://127.0.0.1:" + port));

        assertThat(finding.outcome().kind()).isEqualTo(Outcome.Kind.FAILED);
        assertThat(finding.outcome().reason()).isEqualTo(Reason.CONNECTION_REFUSED);
    }

    @Test
    void saysSomethingAndFindsTheAnswerInPieces() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            ScriptedServer.write(socket, "220 mail");
            ScriptedServer.write(socket, ".example ready");
            ScriptedServer.hold(socket);
        })) {
            Finding finding =
                    run(target(EdgeKind.TCP, url(server), "send", HELLO, "expect", "^220 mail\\.example ready$"));

            assertThat(finding.outcome()).isEqualTo(Outcome.ok());
            assertThat(finding.phases()).containsKeys(Phase.CONNECT, Phase.PROCESSING, Phase.TRANSFER);
            assertThat(server.requests()).containsExactly(HELLO);
        }
    }

    @Test
    void anotherAnswerIsShown() throws Exception {
        try (ScriptedServer server = ScriptedServer.always("554 no\u0007 service\r\n")) {
            Finding finding = run(target(EdgeKind.TCP, url(server), "send", HELLO, "expect", "^220"));

            assertThat(finding.outcome().reason()).isEqualTo(Reason.WRONG_ANSWER);
            assertThat(finding.evidence()).containsEntry("answer", "554 no service");
        }
    }

    @Test
    void noAnswerIsNoAnswer() throws Exception {
        try (ScriptedServer server = ScriptedServer.always("")) {
            Finding finding = run(target(EdgeKind.TCP, url(server), "send", HELLO, "expect", "^220"));

            assertThat(finding.outcome().reason()).isEqualTo(Reason.EMPTY_ANSWER);
        }
    }

    @Test
    void anEndlessAnswerIsReadInPartOnly() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> {
            for (int i = 0; i < 1_000_000; i++) {
                ScriptedServer.write(socket, "never the right words ");
            }
        })) {
            Finding finding = run(target(EdgeKind.TCP, url(server), "send", HELLO, "expect", "^220"));

            assertThat(finding.outcome().reason()).isEqualTo(Reason.WRONG_ANSWER);
        }
    }

    @Test
    void aPatternThatAnAnswerMakesSlowIsNobodysFailure() throws Exception {
        try (ScriptedServer server = ScriptedServer.always("a".repeat(2000) + "!")) {
            Finding finding = run(target(EdgeKind.TCP, url(server), "send", HELLO, "expect", "(.*)(.*)(.*)(.*)x$"));

            assertThat(finding.outcome().kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
        }
    }

    @Test
    void silenceEndsAtTheDeadline() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> ScriptedServer.hold(socket))) {
            Finding finding = EdgeTargets.run(
                    probe, target(EdgeKind.TCP, url(server), "send", HELLO, "expect", "^220"), Duration.ofMillis(300));

            assertThat(finding.outcome().reason()).isEqualTo(Reason.TIMEOUT);
            assertThat(finding.phases()).containsKey(Phase.PROCESSING);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "2130706433", "[::ffff:127.0.0.1]", "[::1]", "localhost", "0.0.0.0"})
    void aForbiddenAddressIsNotDialledHoweverItIsSpelled(String host) throws Exception {
        try (ScriptedServer server = ScriptedServer.always("");
                GuardedSockets strict = new GuardedSockets(EgressPolicy.publicOnly(), System::nanoTime, 1)) {
            Finding finding = EdgeTargets.run(
                    new TcpProbe(strict), target(EdgeKind.TCP, "tcp://" + host + ":" + server.port()), LONG);

            assertThat(finding.outcome().kind()).isEqualTo(Outcome.Kind.NOT_RUN);
            assertThat(finding.outcome().reason()).isEqualTo(Reason.EGRESS_DENIED);
            assertThat(server.requests()).isEmpty();
        }
    }

    private Finding run(Target target) throws Exception {
        return EdgeTargets.run(probe, target, LONG);
    }

    private static String url(ScriptedServer server) {
        return "tcp://127.0.0.1:" + server.port();
    }
}
