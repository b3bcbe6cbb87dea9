package network.litewatch.probe.edge;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import network.litewatch.probe.http.ScriptedServer;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/** Certificates of every state of health, and servers that show them. */
final class Certified {
    static final String LOOPBACK = "127.0.0.1";
    static final HeldCertificate AUTHORITY = new HeldCertificate.Builder()
            .commonName("test authority")
            .certificateAuthority(0)
            .build();

    private Certified() {}

    /** A certificate for {@code name} by {@link #AUTHORITY}, from and until the given distances from now. */
    static HeldCertificate certificate(String name, Duration from, Duration until) {
        Instant now = Instant.now();
        return new HeldCertificate.Builder()
                .commonName(name)
                .addSubjectAlternativeName(name)
                .validityInterval(now.plus(from).toEpochMilli(), now.plus(until).toEpochMilli())
                .signedBy(AUTHORITY)
                .build();
    }

    static HeldCertificate good() {
        return certificate(LOOPBACK, Duration.ofDays(-1), Duration.ofDays(30));
    }

    /** A listener on loopback that shows {@code certificate}, followed by {@code chain}. */
    static ServerSocket listener(HeldCertificate certificate, X509Certificate... chain) throws IOException {
        return new HandshakeCertificates.Builder()
                .heldCertificate(certificate, chain)
                .build()
                .sslContext()
                .getServerSocketFactory()
                .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    /** A server that shows {@code certificate} and answers every request with {@code answer}. */
    static ScriptedServer server(HeldCertificate certificate, String answer) throws IOException {
        return new ScriptedServer(
                listener(certificate, AUTHORITY.certificate()),
                (request, socket) -> ScriptedServer.write(socket, answer));
    }
}
