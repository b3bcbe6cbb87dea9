package network.litewatch.probe.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Makes the TLS side of connections: BoringSSL where its library runs, which takes a quarter of the CPU, JSSE elsewhere. Trust is
 * judged by the {@link TlsWitness} of each connection either way. Thread-safe.
 *
 * <p>An engine is told the server's name, but never which host and port it talks to: under those it would keep a session, and a
 * resumed one shows no certificate.
 */
final class TlsEngines {
    private final SslProvider provider;
    private final Map<TlsTrust, SslContext> contexts = Collections.synchronizedMap(new WeakHashMap<>());
    private final ConcurrentMap<SSLEngine, TlsWitness> witnesses = new ConcurrentHashMap<>();

    TlsEngines(SslProvider provider) {
        this.provider = provider;
    }

    /** BoringSSL if this machine can load it. */
    static TlsEngines best() {
        return new TlsEngines(OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK);
    }

    /**
     * The handler of one connection.
     *
     * @param host the server's name as it is asked for; an address is asked for by nobody
     * @param tasks runs what takes long: the judging of certificates
     */
    SslHandler handler(ByteBufAllocator allocator, String host, TlsTrust trust, TlsWitness witness, Executor tasks) {
        SSLEngine engine = contexts.computeIfAbsent(trust, any -> context()).newEngine(allocator);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setServerNames(serverNames(host));
        // The name is judged by us, after the handshake: a certificate for another one is measured all the same.
        parameters.setEndpointIdentificationAlgorithm("");
        engine.setSSLParameters(parameters);
        witnesses.put(engine, witness);
        SslHandler handler = new SslHandler(engine, tasks);
        // The one deadline is the exchange's.
        handler.setHandshakeTimeoutMillis(0);
        handler.setCloseNotifyFlushTimeoutMillis(200);
        return handler;
    }

    /** To be called when the connection of {@code handler} is closed. */
    void forget(SslHandler handler) {
        witnesses.remove(handler.engine());
    }

    private static List<SNIServerName> serverNames(String host) {
        try {
            return Names.isLiteral(host) ? List.of() : List.of(new SNIHostName(host));
        } catch (IllegalArgumentException e) {
            // A name with an underscore, which DNS has and TLS cannot ask for.
            return List.of();
        }
    }

    private SslContext context() {
        try {
            return SslContextBuilder.forClient()
                    .sslProvider(provider)
                    .trustManager(new ByWitness())
                    .endpointIdentificationAlgorithm(null)
                    .build();
        } catch (SSLException e) {
            throw new IllegalStateException("this machine has no TLS", e);
        }
    }

    /** Asks the witness of the connection. */
    private final class ByWitness extends X509ExtendedTrustManager {
        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            TlsWitness witness = witnesses.get(engine);
            if (witness == null) {
                throw new CertificateException("a handshake that nobody watches");
            }
            witness.checkServerTrusted(chain, authType, engine);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
            throw new UnsupportedOperationException("this side uses engines");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException("this side uses engines");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
            throw new UnsupportedOperationException("probes are clients");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
            throw new UnsupportedOperationException("probes are clients");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {
            throw new UnsupportedOperationException("probes are clients");
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
