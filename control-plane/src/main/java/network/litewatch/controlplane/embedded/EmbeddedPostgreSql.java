package network.litewatch.controlplane.embedded;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** PostgreSQL out of zonky's binaries, on loopback, with its data below a directory that outlives it. */
public final class EmbeddedPostgreSql implements AutoCloseable {
    private static final Duration START_WAIT = Duration.ofSeconds(60);

    private final EmbeddedPostgres server;
    private final Path data;

    private EmbeddedPostgreSql(EmbeddedPostgres server, Path data) {
        this.server = server;
        this.data = data;
    }

    /**
     * Starts the server, or a fresh one when {@code directory} is empty. A server that an earlier, killed parent left
     * behind on the same data is stopped first.
     *
     * @param port 0 for a free one
     */
    public static EmbeddedPostgreSql start(Path directory, int port) throws IOException {
        Path data = Files.createDirectories(directory.resolve("data"));
        stopLeftover(data);
        EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(
                        Files.createDirectories(directory.resolve("binaries")).toFile())
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                // A hook of its own would race with whoever still writes while it stops.
                .setRegisterShutdownHook(false)
                .setServerConfig("listen_addresses", "127.0.0.1")
                .setServerConfig("max_connections", "100")
                .setServerConfig("unix_socket_directories", "")
                // zonky turns both off, for tests; what is acknowledged here must outlive a power cut.
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setPGStartupWait(START_WAIT)
                .setErrorRedirector(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("postgresql.log").toFile()))
                .setOutputRedirector(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("postgresql.log").toFile()));
        if (port > 0) {
            builder.setPort(port);
        }
        return new EmbeddedPostgreSql(builder.start(), data);
    }

    /** URL for JDBC; user {@code postgres}, no password, loopback only. */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
    }

    /** The postmaster; empty when it is gone. */
    public Optional<ProcessHandle> process() {
        return postmaster(data);
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private static void stopLeftover(Path data) throws IOException {
        Optional<ProcessHandle> leftover = postmaster(data);
        if (leftover.isPresent()) {
            leftover.get().destroy();
            leftover.get()
                    .onExit()
                    .completeOnTimeout(leftover.get(), 20, TimeUnit.SECONDS)
                    .join();
        }
        Files.deleteIfExists(data.resolve("postmaster.pid"));
        Files.deleteIfExists(data.resolve("epg-lock"));
    }

    private static Optional<ProcessHandle> postmaster(Path data) {
        try {
            List<String> lines = Files.readAllLines(data.resolve("postmaster.pid"));
            return lines.isEmpty()
                    ? Optional.empty()
                    // The pid may since belong to another program: only one that looks like PostgreSQL counts.
                    : ProcessHandle.of(Long.parseLong(lines.get(0).strip()))
                            .filter(p -> p.info().command().orElse("").contains("postgres"));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }
}
