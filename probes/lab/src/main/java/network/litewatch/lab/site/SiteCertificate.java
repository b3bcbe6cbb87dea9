package network.litewatch.lab.site;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;

/**
 * A certificate of 127.0.0.1 that signed itself, made by the JDK's keytool.
 *
 * @param pem the certificate, for who is to trust it
 */
public record SiteCertificate(X509ExtendedKeyManager manager, String pem) {

    private static final String ALIAS = "site";
    private static final String PASSWORD = "changeit";

    /**
     * Makes one that is good from now on, for {@code days}.
     *
     * @param folder for its files, which replace those of an earlier one
     * @throws IllegalStateException when keytool does not make it
     */
    public static SiteCertificate make(Path folder, int days) {
        Path keys = folder.resolve("site-" + days + "d.p12");
        try {
            Files.createDirectories(folder);
            Files.deleteIfExists(keys);
            keytool(
                    keys,
                    "-genkeypair -keyalg EC -groupname secp256r1 -dname CN=127.0.0.1 -ext san=ip:127.0.0.1 -validity "
                            + days);
            KeyStore store = read(keys);
            return new SiteCertificate(
                    manager(store), pem(store.getCertificate(ALIAS).getEncoded()));
        } catch (IOException e) {
            throw new UncheckedIOException("a certificate cannot be made in " + folder, e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("keytool made what this JVM cannot read: " + keys, e);
        }
    }

    private static KeyStore read(Path keys) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, PASSWORD.toCharArray());
        }
        return store;
    }

    private static String pem(byte[] certificate) {
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(certificate)
                + "\n-----END CERTIFICATE-----\n";
    }

    private static X509ExtendedKeyManager manager(KeyStore store) throws GeneralSecurityException {
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, PASSWORD.toCharArray());
        return Arrays.stream(factory.getKeyManagers())
                .filter(X509ExtendedKeyManager.class::isInstance)
                .map(X509ExtendedKeyManager.class::cast)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("this JVM has no key manager of X.509"));
    }

    private static void keytool(Path keys, String what) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(what.split(" ")));
        command.addAll(List.of("-alias", ALIAS, "-keystore", keys.toString()));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (process.waitFor() != 0) {
                throw new IllegalStateException("keytool ended with " + process.exitValue() + ": " + what);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while keytool ran", e);
        }
    }
}
