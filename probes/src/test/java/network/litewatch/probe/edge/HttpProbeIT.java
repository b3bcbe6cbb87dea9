package network.litewatch.probe.edge;

import static network.litewatch.probe.edge.EdgeTargets.LONG;
import static network.litewatch.probe.edge.EdgeTargets.target;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.Target;
import network.litewatch.probe.http.EgressPolicy;
import network.litewatch.probe.http.NettyExchanger;
import network.litewatch.probe.http.ScriptedServer;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
final class HttpProbeIT {
    private static final String OK = ScriptedServer.json(200, "{\"status\":\"ok\",\"n\":3}");

    private final NettyExchanger exchanger = new NettyExchanger(EdgeTargets.LOOPBACK_ALLOWED, System::nanoTime, 4);
    private final HttpProbe probe = new HttpProbe(exchanger, InstantSource.system());

    @TempDir
    private Path folder;

    @AfterEach
    void close() {
        exchanger.close();
    }

    @Test
    void measuresAnAnswer() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(OK)) {
            Finding finding = run(plain(server, "header.X-Probe", "litewatch", "expect_json", "json.status == \"ok\""));

            assertThat(finding.outcome()).isEqualTo(Outcome.ok());
            assertThat(finding.measurements())
                    .containsEntry(Measurement.HTTP_STATUS_CODE, 200.0)
                    .containsEntry(Measurement.HTTP_CONTENT_LENGTH, 21.0)
                    .containsEntry(Measurement.HTTP_BODY_BYTES, 21.0)
                    .doesNotContainKey(Measurement.TLS_EXPIRY);
            assertThat(finding.phases()).containsOnlyKeys(Phase.CONNECT, Phase.PROCESSING, Phase.TRANSFER);
            assertThat(server.requests())
                    .singleElement()
                    .asString()
                    .startsWith("GET /health HTTP/1.1\r\n")
                    .contains("X-Probe: litewatch\r\n", "Authorization: Bearer t0ken\r\n");
        }
    }

    @Test
    void headSendsHeadAndReadsNoBody() throws Exception {
        try (ScriptedServer server = ScriptedServer.always("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")) {
            Finding finding = run(plain(server, "method", "HEAD"));

            assertThat(finding.outcome()).isEqualTo(Outcome.ok());
            assertThat(finding.measurements())
                    .containsEntry(Measurement.HTTP_CONTENT_LENGTH, 1000.0)
                    .containsEntry(Measurement.HTTP_BODY_BYTES, 0.0);
            assertThat(server.requests().get(0)).startsWith("HEAD ");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "200, 2xx,     OK,           NONE",
        "204, 200,     FAILED,       HTTP_STATUS",
        "304, 2xx 304, OK,           NONE",
        "302, 2xx,     FAILED,       HTTP_STATUS",
        "401, 2xx,     FAILED,       UNAUTHORIZED",
        "401, 401,     OK,           NONE",
        "429, 2xx,     INCONCLUSIVE, RATE_LIMITED",
        "503, 2xx,     FAILED,       HTTP_STATUS"
    })
    void judgesTheStatus(int status, String wanted, Outcome.Kind kind, Reason reason) throws Exception {
        try (ScriptedServer server = ScriptedServer.always("HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n")) {
            Finding finding = run(plain(server, "statuses", wanted));

            assertThat(finding.outcome().kind()).isEqualTo(kind);
            assertThat(finding.outcome().reason()).isEqualTo(reason);
            assertThat(finding.measurements()).containsEntry(Measurement.HTTP_STATUS_CODE, (double) status);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "json.status == 'ok' && json.n > 2.5 | NONE",
                "json.n == 4                         | WRONG_ANSWER",
                "json.missing == 4                   | SHAPE_CHANGED",
                "json.status > 4                     | SHAPE_CHANGED",
                "json.status                         | SHAPE_CHANGED"
            })
    void judgesJson(String expression, Reason reason) throws Exception {
        try (ScriptedServer server = ScriptedServer.always(OK)) {
            assertThat(run(plain(server, "expect_json", expression)).outcome().reason())
                    .isEqualTo(reason);
        }
    }

    @Test
    void anAnswerThatIsNoJsonIsShownWithoutItsControlCharacters() throws Exception {
        try (ScriptedServer server =
                ScriptedServer.always(ScriptedServer.answer(200, "text/html", "<html>\u0007oops\r\n"))) {
            Finding finding = run(plain(server, "expect_json", "json.status == 'ok'"));

            assertThat(finding.outcome().reason()).isEqualTo(Reason.PROTOCOL_ERROR);
            assertThat(finding.evidence()).containsEntry("body", "<html>oops");
        }
    }

    @Test
    void judgesTextAndBoundsIt() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(ScriptedServer.answer(200, "text/plain", "pong 12"))) {
            assertThat(run(plain(server, "expect", "^pong \\d+$")).outcome()).isEqualTo(Outcome.ok());
            assertThat(run(plain(server, "expect", "^ping")).outcome().reason()).isEqualTo(Reason.WRONG_ANSWER);
            assertThat(run(plain(server, "max_body_bytes", "3")).outcome().reason())
                    .isEqualTo(Reason.BODY_TOO_LARGE);
        }
    }

    @Test
    void showsWhenACertificateExpires() throws Exception {
        HeldCertificate good = Certified.good();
        try (ScriptedServer server = Certified.server(good, OK)) {
            Finding finding = run(tls(server, "ca_file", EdgeTargets.caFile(folder)));

            assertThat(finding.outcome()).isEqualTo(Outcome.ok());
            // The authority itself is valid for a day only.
            assertThat(finding.measurements().get(Measurement.TLS_EXPIRY)).isCloseTo(86_400.0, within(120.0));
            assertThat(finding.measurements()).containsEntry(Measurement.TLS_CHAIN_LENGTH, 2.0);
            assertThat(finding.phases()).containsKey(Phase.TLS);
            assertThat(finding.evidence()).containsEntry("tls_version", "TLSv1.3");
        }
    }

    @Test
    void everyRunShakesHandsAnewSoThatTheCertificateIsShownAgain() throws Exception {
        try (ScriptedServer server = Certified.server(Certified.good(), OK)) {
            Target target = tls(server, "ca_file", EdgeTargets.caFile(folder));
            for (int i = 0; i < 3; i++) {
                Finding finding = run(target);
                assertThat(finding.outcome()).isEqualTo(Outcome.ok());
                assertThat(finding.measurements()).containsEntry(Measurement.TLS_CHAIN_LENGTH, 2.0);
                assertThat(finding.phases()).containsKey(Phase.TLS);
            }
        }
    }

    @Test
    void tellsBadCertificatesApartAndStillShowsTheirExpiry() throws Exception {
        String ca = EdgeTargets.caFile(folder);
        Duration day = Duration.ofDays(1);
        assertRefused(
                Certified.certificate(Certified.LOOPBACK, day.multipliedBy(-9), day.multipliedBy(-2)),
                ca,
                Reason.TLS_EXPIRED,
                -2);
        assertRefused(
                Certified.certificate(Certified.LOOPBACK, day.multipliedBy(2), day.multipliedBy(9)),
                ca,
                Reason.TLS_NOT_YET_VALID,
                1);
        assertRefused(
                Certified.certificate("other.example", day.negated(), day.multipliedBy(9)),
                ca,
                Reason.TLS_WRONG_NAME,
                1);
        try (ScriptedServer server = Certified.server(Certified.good(), OK)) {
            Finding untrusted = run(tls(server));
            assertThat(untrusted.outcome().reason()).isEqualTo(Reason.TLS_UNTRUSTED);
            assertThat(untrusted.measurements()).containsKey(Measurement.TLS_EXPIRY);
            assertThat(server.requests()).allMatch(String::isEmpty);
        }
    }

    @Test
    void aForbiddenAddressIsNotAsked() throws Exception {
        try (ScriptedServer server = ScriptedServer.always(OK);
                NettyExchanger strict = new NettyExchanger(EgressPolicy.publicOnly(), System::nanoTime, 2)) {
            Finding finding = EdgeTargets.run(new HttpProbe(strict, InstantSource.system()), plain(server), LONG);

            assertThat(finding.outcome().kind()).isEqualTo(Outcome.Kind.NOT_RUN);
            assertThat(finding.outcome().reason()).isEqualTo(Reason.EGRESS_DENIED);
            assertThat(server.requests()).isEmpty();
        }
    }

    @Test
    void aSilentServerTimesOutWithinTheDeadline() throws Exception {
        try (ScriptedServer server = new ScriptedServer((request, socket) -> ScriptedServer.hold(socket))) {
            Finding finding = EdgeTargets.run(probe, plain(server), Duration.ofMillis(300));

            assertThat(finding.outcome().reason()).isEqualTo(Reason.TIMEOUT);
            assertThat(finding.phases()).containsKey(Phase.PROCESSING);
        }
    }

    private void assertRefused(HeldCertificate certificate, String ca, Reason reason, int days) throws Exception {
        try (ScriptedServer server = Certified.server(certificate, OK)) {
            Finding finding = run(tls(server, "ca_file", ca));

            assertThat(finding.outcome().kind()).isEqualTo(Outcome.Kind.FAILED);
            assertThat(finding.outcome().reason()).isEqualTo(reason);
            assertThat(finding.measurements().get(Measurement.TLS_EXPIRY)).isCloseTo(86_400.0 * days, within(120.0));
            assertThat(server.requests()).allMatch(String::isEmpty);
        }
    }

    private Finding run(Target target) throws Exception {
        return EdgeTargets.run(probe, target, LONG);
    }

    private static Target plain(ScriptedServer server, String... parameters) {
        return target(EdgeKind.HTTP, "http://127.0.0.1:" + server.port() + "/health", parameters);
    }

    private static Target tls(ScriptedServer server, String... parameters) {
        return target(EdgeKind.HTTP, "https://127.0.0.1:" + server.port() + "/health", parameters);
    }
}
