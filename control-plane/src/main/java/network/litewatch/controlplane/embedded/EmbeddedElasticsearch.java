package network.litewatch.controlplane.embedded;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/**
 * One node of Elastic's minimal distribution as a child JVM on loopback, single node, without security, with data that
 * stays. It has no {@code GET /}, scripts, update by query or ILM; what is built on it works on a full Elasticsearch too.
 */
public final class EmbeddedElasticsearch implements AutoCloseable {
    private static final long START_SECONDS = 180;
    private static final int LOG_TAIL = 2_000;

    private final Process process;
    private final String url;

    private EmbeddedElasticsearch(Process process, String url) {
        this.process = process;
        this.url = url;
    }

    /**
     * Starts the node and waits until it answers.
     *
     * @param archive the distribution's zip, unpacked below {@code directory} once
     * @param directory for the program, its data and its logs
     * @param port 0 for a free one
     */
    public static EmbeddedElasticsearch start(Path archive, Path directory, int port)
            throws IOException, InterruptedException {
        Path home = unpack(archive, Files.createDirectories(directory).toAbsolutePath());
        Path launcher = compile(home);
        Path config = configure(home, directory.toAbsolutePath(), port);
        Path logs = directory.toAbsolutePath().resolve("logs");
        Path ports = logs.resolve("http.ports");
        Files.deleteIfExists(ports);
        Path console = logs.resolve("console.log");
        Process process = new ProcessBuilder(command(home, launcher, config, directory.toAbsolutePath()))
                .redirectErrorStream(true)
                .redirectOutput(console.toFile())
                .start();
        try {
            return new EmbeddedElasticsearch(process, await(process, ports, console));
        } catch (IOException | InterruptedException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** Base URL, without a trailing slash. */
    public String url() {
        return url;
    }

    public ProcessHandle process() {
        return process.toHandle();
    }

    /** Ends the node by the end of its input, by force after 20 s. */
    @Override
    public void close() throws IOException, InterruptedException {
        process.getOutputStream().close();
        if (!process.waitFor(20, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static Path unpack(Path archive, Path directory) throws IOException {
        Path done = directory.resolve("unpacked");
        if (!Files.exists(done)) {
            try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(archive))) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    Path target = directory.resolve(entry.getName()).normalize();
                    if (!target.startsWith(directory)) {
                        throw new IOException("entry outside of the archive: " + entry.getName());
                    }
                    if (entry.isDirectory()) {
                        Files.createDirectories(target);
                    } else {
                        Files.createDirectories(Objects.requireNonNull(target.getParent()));
                        Files.copy(zip, target, StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
            Files.createFile(done);
        }
        try (Stream<Path> children = Files.list(directory)) {
            return children.filter(p -> Files.isDirectory(p.resolve("lib")) && Files.isDirectory(p.resolve("modules")))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no Elasticsearch in " + archive));
        }
    }

    private static Path compile(Path home) throws IOException {
        Path launcher = home.resolve("launcher");
        if (Files.exists(launcher.resolve("ElasticsearchMain.class"))) {
            return launcher;
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IOException("needs a JDK, not only a JRE: the Elasticsearch launcher is compiled at first start");
        }
        Files.createDirectories(launcher);
        Path source = launcher.resolve("ElasticsearchMain.java");
        try (InputStream in = Objects.requireNonNull(
                EmbeddedElasticsearch.class.getResourceAsStream("/embedded/ElasticsearchMain.java.txt"))) {
            Files.copy(in, source, StandardCopyOption.REPLACE_EXISTING);
        }
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        int rc = compiler.run(
                null,
                null,
                errors,
                "-proc:none",
                "-cp",
                jars(home.resolve("lib")),
                "-d",
                launcher.toString(),
                source.toString());
        if (rc != 0) {
            throw new IOException("the Elasticsearch launcher does not compile against " + home + ": "
                    + errors.toString(StandardCharsets.UTF_8));
        }
        return launcher;
    }

    private static String jars(Path lib) throws IOException {
        try (Stream<Path> files = Files.list(lib)) {
            return files.map(Path::toString)
                    .filter(name -> name.endsWith(".jar"))
                    .collect(Collectors.joining(File.pathSeparator));
        }
    }

    private static Path configure(Path home, Path directory, int port) throws IOException {
        Path config = Files.createDirectories(directory.resolve("config"));
        Files.createDirectories(directory.resolve("logs"));
        Files.createDirectories(directory.resolve("tmp"));
        Files.copy(
                home.resolve("config/log4j2.properties"),
                config.resolve("log4j2.properties"),
                StandardCopyOption.REPLACE_EXISTING);
        boolean security = Files.isDirectory(home.resolve("modules/x-pack-security"));
        Files.writeString(config.resolve("elasticsearch.yml"), """
                cluster.name: litewatch-embedded
                node.name: embedded
                path.data: "%s"
                path.logs: "%s"
                network.host: 127.0.0.1
                http.port: %s
                transport.port: 0
                discovery.type: single-node
                node.portsfile: true
                cluster.routing.allocation.disk.threshold_enabled: false
                %s
                """.formatted(
                        directory.resolve("data"),
                        directory.resolve("logs"),
                        port,
                        security ? "xpack.security.enabled: false" : ""));
        return config;
    }

    private static List<String> command(Path home, Path launcher, Path config, Path directory) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-Djava.io.tmpdir=" + directory.resolve("tmp"),
                "-Djava.awt.headless=true",
                "-Dfile.encoding=UTF-8",
                "-Dio.netty.noUnsafe=true",
                "-Dio.netty.noKeySetOptimization=true",
                "-Dio.netty.recycler.maxCapacityPerThread=0",
                "-Dlog4j.shutdownHookEnabled=false",
                "-Dlog4j2.disable.jmx=true",
                "-Dorg.apache.lucene.store.MMapDirectory.sharedArenaMaxPermits=1",
                "-Dorg.apache.lucene.store.defaultReadAdvice=normal"));
        command.addAll(List.of(
                "--enable-native-access=org.elasticsearch.nativeaccess,org.apache.lucene.core,ALL-UNNAMED",
                "--add-opens=org.apache.lucene.core/org.apache.lucene.codecs.lucene99=org.elasticsearch.server",
                "--add-opens=org.apache.lucene.core/org.apache.lucene.codecs.hnsw=org.elasticsearch.server",
                "--add-opens=org.apache.lucene.core/org.apache.lucene.internal.vectorization=org.elasticsearch.server",
                "-cp",
                launcher.toString(),
                "--module-path",
                home.resolve("lib").toString(),
                "--add-modules",
                "ALL-MODULE-PATH,jdk.net,jdk.management.agent",
                "ElasticsearchMain",
                home.toString(),
                config.toString()));
        return command;
    }

    private static String await(Process process, Path ports, Path console) throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (System.nanoTime() < end) {
            if (process.waitFor(100, TimeUnit.MILLISECONDS)) {
                throw new IOException("Elasticsearch ended with " + process.exitValue() + "; the end of " + console
                        + ":\n" + tail(console));
            }
            for (String line : Files.exists(ports) ? Files.readAllLines(ports) : List.<String>of()) {
                String url = "http://" + line.strip();
                if (line.startsWith("127.0.0.1:") && healthy(url)) {
                    return url;
                }
            }
        }
        throw new IOException("Elasticsearch did not answer within " + START_SECONDS + " s; the end of " + console
                + ":\n" + tail(console));
    }

    private static boolean healthy(String url) {
        try {
            HttpURLConnection connection =
                    (HttpURLConnection) URI.create(url + "/_cluster/health?wait_for_status=yellow&timeout=5s")
                            .toURL()
                            .openConnection();
            connection.setConnectTimeout(1_000);
            connection.setReadTimeout(7_000);
            return connection.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static String tail(Path log) {
        try {
            String text = Files.readString(log);
            return text.substring(Math.max(0, text.length() - LOG_TAIL));
        } catch (IOException e) {
            return "(no log)";
        }
    }
}
