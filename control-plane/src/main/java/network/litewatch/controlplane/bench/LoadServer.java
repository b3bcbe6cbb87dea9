package network.litewatch.controlplane.bench;

import com.google.common.base.Splitter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One of the lab's servers that a benchmark probes, as a process of its own.
 *
 * @param port on loopback
 */
record LoadServer(ProcessHandle process, int port) implements AutoCloseable {
    private static final String TARGETS = "network.litewatch.lab.load.TargetServer";
    private static final String STREAMS = "network.litewatch.lab.load.StreamServer";

    /**
     * What a server shows of itself: a key with a certificate for 127.0.0.1 that it has signed itself.
     *
     * @param keys PKCS #12, without a password that is worth the name
     * @param certificate PEM
     */
    record Identity(Path keys, Path certificate) {
        private static final String ALIAS = "target";
        private static final String PASSWORD = "changeit";

        /** Makes one in {@code folder} with the JDK's keytool; the one that is there already, if there is. */
        static Identity make(Path folder) throws IOException, InterruptedException {
            Identity identity = new Identity(folder.resolve("keys.p12"), folder.resolve("certificate.pem"));
            if (Files.exists(identity.certificate())) {
                return identity;
            }
            Files.createDirectories(folder);
            keytool(
                    identity,
                    "-genkeypair -keyalg EC -groupname secp256r1 -dname CN=127.0.0.1 -ext san=ip:127.0.0.1 -validity 2");
            keytool(identity, "-exportcert -rfc -file " + identity.certificate());
            return identity;
        }

        private static void keytool(Identity identity, String what) throws IOException, InterruptedException {
            List<String> command = new ArrayList<>();
            command.add(
                    Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
            command.addAll(Splitter.on(' ').splitToList(what));
            command.addAll(List.of("-alias", ALIAS, "-keystore", identity.keys().toString()));
            command.addAll(List.of("-storetype", "PKCS12", "-storepass", PASSWORD));
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (process.waitFor() != 0) {
                throw new IOException("keytool ended with " + process.exitValue() + ": " + String.join(" ", command));
            }
        }
    }

    /** Starts the server out of {@code labJar}, with TLS if it has an {@code identity}; it listens when this returns. */
    static LoadServer start(Path labJar, Optional<Identity> identity) throws IOException {
        return start(
                labJar,
                TARGETS,
                identity.map(known -> List.of(known.keys().toString(), Identity.PASSWORD))
                        .orElse(List.of()));
    }

    /** As {@link #start}: the server that streams tokens with stamps. */
    static LoadServer streams(Path labJar) throws IOException {
        return start(labJar, STREAMS, List.of());
    }

    private static LoadServer start(Path labJar, String main, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                labJar.toString(),
                main));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = process.getInputStream().read();
                c >= 0 && c != '\n';
                c = process.getInputStream().read()) {
            line.write(c);
        }
        String port = line.toString(StandardCharsets.US_ASCII).strip();
        if (port.isEmpty()) {
            throw new IOException("the server to probe did not start; was the lab built?");
        }
        return new LoadServer(process.toHandle(), Integer.parseInt(port));
    }

    @Override
    public void close() {
        process.destroy();
    }
}
