package network.litewatch.probe.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Which authorities may sign a server's certificate. Immutable, thread-safe. */
public final class TlsTrust {
    private static final TlsTrust SYSTEM = new TlsTrust(manager(null));

    private final X509ExtendedTrustManager manager;

    private TlsTrust(X509ExtendedTrustManager manager) {
        this.manager = manager;
    }

    /** The authorities that the JVM trusts. */
    public static TlsTrust system() {
        return SYSTEM;
    }

    /** The authorities that the JVM trusts, and {@code more}. */
    public static TlsTrust alsoTrusting(Collection<X509Certificate> more) {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int index = 0;
            for (X509Certificate known : SYSTEM.manager.getAcceptedIssuers()) {
                store.setCertificateEntry("system-" + index++, known);
            }
            for (X509Certificate added : more) {
                store.setCertificateEntry("added-" + index++, added);
            }
            return new TlsTrust(manager(store));
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a key store in memory cannot be made", e);
        }
    }

    /**
     * The authorities that the JVM trusts, and those in {@code pem}. Reads the file now; throws
     * {@link IllegalArgumentException} that says what is wrong with it.
     */
    public static TlsTrust alsoTrusting(Path pem) {
        try (InputStream in = Files.newInputStream(pem)) {
            List<X509Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                            .map(TlsTrust::x509)
                            .toList();
            if (certificates.isEmpty()) {
                throw new IllegalArgumentException("holds no certificate: " + pem);
            }
            return alsoTrusting(certificates);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read: " + pem, e);
        } catch (CertificateException e) {
            throw new IllegalArgumentException("holds something that is no PEM certificate: " + pem, e);
        }
    }

    X509ExtendedTrustManager manager() {
        return manager;
    }

    private static X509Certificate x509(Certificate certificate) {
        if (certificate instanceof X509Certificate x509) {
            return x509;
        }
        throw new IllegalStateException("an X.509 factory made something else");
    }

    private static X509ExtendedTrustManager manager(@Nullable KeyStore store) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509ExtendedTrustManager.class::isInstance)
                    .map(X509ExtendedTrustManager.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException("this JVM has no X.509 trust manager"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this JVM's trusted authorities cannot be read", e);
        }
    }
}
