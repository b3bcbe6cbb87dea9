package network.litewatch.lab.site;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.ThreadPoolExecutor;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import network.litewatch.fault.FaultInjector.FaultHandle;
import network.litewatch.lab.http.Threads;

/** Says over TLS that all is well, and shows one of two certificates: one of months, or one of days. Thread-safe. */
public final class SecureSite implements AutoCloseable {

    private static final int THREADS = 2;
    private static final byte[] WELL = "{\"status\":\"ok\"}".getBytes(StandardCharsets.UTF_8);

    private final X509ExtendedKeyManager usual;
    private final X509ExtendedKeyManager expiring;
    private final HttpsServer server;
    private final ThreadPoolExecutor pool = Threads.pool("secure-site", THREADS);
    private volatile X509ExtendedKeyManager shown;

    /** Listens at once; port 0 picks a free one. */
    public SecureSite(int port, SiteCertificate usual, SiteCertificate expiring) {
        this.usual = usual.manager();
        this.expiring = expiring.manager();
        this.shown = this.usual;
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(new KeyManager[] {new Shown()}, null, null);
            this.server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 16);
            server.setHttpsConfigurator(new HttpsConfigurator(context));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM has no TLS", e);
        } catch (IOException e) {
            throw new UncheckedIOException("secure-site: cannot listen on 127.0.0.1:" + port, e);
        }
        server.setExecutor(pool);
        server.createContext("/", SecureSite::answer);
        server.start();
    }

    /** The port that it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Shows the certificate of days from here on. */
    public FaultHandle expire() {
        shown = expiring;
        return () -> shown = usual;
    }

    @Override
    public void close() {
        server.stop(0);
        pool.shutdownNow();
    }

    private static void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, WELL.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(WELL);
            }
        }
    }

    /** The certificate that is shown now. */
    private final class Shown extends X509ExtendedKeyManager {
        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return shown.chooseEngineServerAlias(keyType, issuers, engine);
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return shown.chooseServerAlias(keyType, issuers, socket);
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return shown.getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return shown.getPrivateKey(alias);
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return shown.getServerAliases(keyType, issuers);
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            throw new UnsupportedOperationException("it is no client");
        }
    }
}
