package network.litewatch.probe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslProvider;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Both ways of speaking TLS judge alike. */
@Timeout(300)
final class TlsEnginesIT {
    private static final HeldCertificate AUTHORITY = new HeldCertificate.Builder()
            .commonName("test authority")
            .certificateAuthority(0)
            .build();
    private static final TlsTrust TRUST = TlsTrust.alsoTrusting(List.of(AUTHORITY.certificate()));
    private static final Duration DAY = Duration.ofDays(1);

    @Test
    void boringSslIsThereOnTheUsualMachines() {
        assumeThat(System.getProperty("os.name")).isEqualTo("Linux");
        assumeThat(System.getProperty("os.arch")).isIn("amd64", "aarch64");
        assertThat(OpenSsl.isAvailable()).isTrue();
        assertThat(OpenSsl.versionString()).isEqualTo("BoringSSL");
    }

    @ParameterizedTest
    @EnumSource(
            value = SslProvider.class,
            names = {"JDK", "OPENSSL"})
    void aGoodCertificateIsShownAgainByEveryHandshake(SslProvider provider) throws Exception {
        try (ScriptedServer server = server(certificate("tls.example", DAY.negated(), DAY));
                NettyExchanger exchanger = exchanger(provider)) {
            for (int i = 0; i < 3; i++) {
                HttpResult result = ask(exchanger, server, TRUST);
                assertThat(result).isInstanceOf(HttpResponse.class);
                TlsPeer peer = result.trace().tls().orElseThrow();
                assertThat(peer.version()).contains("TLSv1.3");
                assertThat(peer.flaw()).isEmpty();
                assertThat(peer.chain()).hasSize(2);
                assertThat(result.trace().phases())
                        .containsOnlyKeys(Phase.RESOLVE, Phase.CONNECT, Phase.TLS, Phase.PROCESSING, Phase.TRANSFER);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = SslProvider.class,
            names = {"JDK", "OPENSSL"})
    void badCertificatesAreToldApartAndNothingIsAsked(SslProvider provider) throws Exception {
        refused(provider, certificate("tls.example", DAY.multipliedBy(-3), DAY.negated()), TRUST, Reason.TLS_EXPIRED);
        refused(provider, certificate("tls.example", DAY, DAY.multipliedBy(3)), TRUST, Reason.TLS_NOT_YET_VALID);
        refused(provider, certificate("other.example", DAY.negated(), DAY), TRUST, Reason.TLS_WRONG_NAME);
        refused(provider, certificate("tls.example", DAY.negated(), DAY), TlsTrust.system(), Reason.TLS_UNTRUSTED);
    }

    private static void refused(SslProvider provider, HeldCertificate shown, TlsTrust trust, Reason reason)
            throws Exception {
        try (ScriptedServer server = server(shown);
                NettyExchanger exchanger = exchanger(provider)) {
            HttpResult result = ask(exchanger, server, trust);
            assertThat(result)
                    .isInstanceOfSatisfying(
                            HttpFailure.class,
                            failure -> assertThat(failure.reason()).isEqualTo(reason));
            assertThat(result.trace().tls().orElseThrow().chain().get(0).getNotAfter())
                    .isEqualTo(shown.certificate().getNotAfter());
            assertThat(server.requests()).allMatch(String::isEmpty);
        }
    }

    private static HttpResult ask(NettyExchanger exchanger, ScriptedServer server, TlsTrust trust) throws Exception {
        HttpRequest request = new HttpRequest(
                "GET",
                SecretUrl.parse("https://tls.example:" + server.port() + "/"),
                Optional.empty(),
                Optional.empty(),
                "*/*",
                Duration.ofSeconds(20),
                1_000,
                Map.of(),
                trust,
                false);
        return exchanger.exchange(request).get(25, TimeUnit.SECONDS);
    }

    private static NettyExchanger exchanger(SslProvider provider) {
        if (provider == SslProvider.OPENSSL) {
            assumeThat(OpenSsl.isAvailable()).isTrue();
        }
        return new NettyExchanger(
                EgressPolicy.allowing(List.of(Cidr.parse("127.0.0.0/8"))),
                System::nanoTime,
                4,
                host -> List.of(InetAddress.getLoopbackAddress()),
                new TlsEngines(provider));
    }

    private static HeldCertificate certificate(String name, Duration from, Duration until) {
        Instant now = Instant.now();
        return new HeldCertificate.Builder()
                .commonName(name)
                .addSubjectAlternativeName(name)
                .validityInterval(now.plus(from).toEpochMilli(), now.plus(until).toEpochMilli())
                .signedBy(AUTHORITY)
                .build();
    }

    private static ScriptedServer server(HeldCertificate shown) throws Exception {
        return new ScriptedServer(
                new HandshakeCertificates.Builder()
                        .heldCertificate(shown, AUTHORITY.certificate())
                        .build()
                        .sslContext()
                        .getServerSocketFactory()
                        .createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                (request, socket) -> ScriptedServer.write(socket, ScriptedServer.json(200, "{}")));
    }
}
