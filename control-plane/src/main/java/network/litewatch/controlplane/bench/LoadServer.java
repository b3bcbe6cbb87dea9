package network.litewatch.controlplane.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * The lab's server that a benchmark probes, as a process of its own.
 *
 * @param port on loopback
 */
record LoadServer(ProcessHandle process, int port) implements AutoCloseable {
    private static final String MAIN = "network.litewatch.lab.load.TargetServer";

    /** Starts the server out of {@code labJar}; it listens when this returns. */
    static LoadServer start(Path labJar) throws IOException {
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElse("java"),
                        "-Xmx128m",
                        "-cp",
                        labJar.toString(),
                        MAIN)
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
