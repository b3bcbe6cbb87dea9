package network.litewatch.probe.http;

import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import network.litewatch.probe.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Judges the certificate of one handshake as JSSE does, and remembers what it saw even if it refuses: an expired
 * certificate is the very one whose dates somebody wants to read.
 *
 * <p>One handshake, one witness, one TLS context: a session that another run has opened would spare the server from
 * showing its certificate. Written on the handshake's thread, read by any.
 */
final class TlsWitness extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager judge;
    private final boolean lenient;
    private volatile List<X509Certificate> chain = List.of();
    private volatile TlsPeer.@Nullable Flaw flaw;
    private volatile @Nullable String version;
    private volatile boolean asked;

    private TlsWitness(TlsTrust trust, boolean lenient) {
        this.judge = trust.manager();
        this.lenient = lenient;
    }

    /** A witness that ends the handshake with a certificate that is not to be trusted. */
    static TlsWitness strict(TlsTrust trust) {
        return new TlsWitness(trust, false);
    }

    /** A witness that lets every handshake go on, for looking alone: nothing may be said over such a connection. */
    static TlsWitness lenient(TlsTrust trust) {
        return new TlsWitness(trust, true);
    }

    /** Sockets whose handshakes this one watches. */
    SSLSocketFactory sockets() {
        return context().getSocketFactory();
    }

    /** The client's side of one handshake that this one watches; {@code name} is asked for. */
    SSLEngine engine(String name, int port) {
        SSLEngine engine = context().createSSLEngine(name, port);
        engine.setUseClientMode(true);
        return engine;
    }

    private SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {this}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        }
    }

    /** Whether {@code session} is with the server {@code host} by the judgement of {@code names}. */
    boolean isNamed(String host, SSLSession session, HostnameVerifier names) {
        version = session.getProtocol();
        boolean right = names.verify(host, session);
        if (!right && flaw == null) {
            flaw = new TlsPeer.Flaw(Reason.TLS_WRONG_NAME, "the certificate is for other names than " + host);
        }
        return right || lenient;
    }

    /** What was seen so far; empty before the server sent anything. */
    Optional<TlsPeer> seen() {
        return asked || version != null
                ? Optional.of(new TlsPeer(Optional.ofNullable(version), chain, Optional.ofNullable(flaw)))
                : Optional.empty();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType, Socket socket)
            throws CertificateException {
        judge(certificates, () -> judge.checkServerTrusted(certificates, authType, socket));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType, SSLEngine engine)
            throws CertificateException {
        // BoringSSL hands certificates over unread: one that cannot be read ends the handshake, as it does with JSSE.
        X509Certificate[] read = read(certificates);
        judge(read, () -> judge.checkServerTrusted(read, authType, engine));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] certificates, String authType) {
        throw new UnsupportedOperationException("probes use sockets or engines");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType, Socket socket) {
        throw new UnsupportedOperationException("probes are clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType, SSLEngine engine) {
        throw new UnsupportedOperationException("probes are clients");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] certificates, String authType) {
        throw new UnsupportedOperationException("probes are clients");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return new X509Certificate[0];
    }

    private void judge(X509Certificate[] certificates, Judgement judgement) throws CertificateException {
        chain = List.of(certificates);
        asked = true;
        try {
            judgement.pass();
        } catch (CertificateException e) {
            flaw = flaw(certificates);
            if (!lenient) {
                throw e;
            }
        }
    }

    private static X509Certificate[] read(X509Certificate[] unread) throws CertificateException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate[] read = new X509Certificate[unread.length];
        for (int i = 0; i < unread.length; i++) {
            read[i] = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(unread[i].getEncoded()));
        }
        return read;
    }

    @FunctionalInterface
    private interface Judgement {
        void pass() throws CertificateException;
    }

    /** Says in one word why a chain was refused; the dates are judged by the clock that JSSE judged them by. */
    private static TlsPeer.Flaw flaw(X509Certificate[] certificates) {
        for (X509Certificate certificate : certificates) {
            try {
                certificate.checkValidity();
            } catch (CertificateExpiredException e) {
                return new TlsPeer.Flaw(
                        Reason.TLS_EXPIRED,
                        "a certificate expired at " + certificate.getNotAfter().toInstant());
            } catch (CertificateNotYetValidException e) {
                return new TlsPeer.Flaw(
                        Reason.TLS_NOT_YET_VALID,
                        "a certificate is not valid before "
                                + certificate.getNotBefore().toInstant());
            }
        }
        return new TlsPeer.Flaw(Reason.TLS_UNTRUSTED, "no trusted authority vouches for the certificate");
    }
}
