package network.litewatch.controlplane.bench.peer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import network.litewatch.controlplane.embedded.Child;

/**
 * Prometheus that scrapes blackbox_exporter, and Alertmanager where people are to be told. All must be on the PATH (Debian:
 * {@code prometheus}, {@code prometheus-blackbox-exporter} and {@code prometheus-alertmanager}). Used by one thread.
 */
public final class Peer implements AutoCloseable {
    static final String RULES = "rules.yml";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START_WAIT = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    // The thread that ends them when we are told to stop reads it too.
    private final Deque<Child> children = new ConcurrentLinkedDeque<>();
    // They would outlive us: they read nothing, so that the end of their input tells them nothing.
    private final Thread hook =
            new Thread(() -> children.forEach(child -> child.handle().destroy()), "peer-end");
    private final List<String> versions = new ArrayList<>();
    private final Path folder;
    private final int port;

    private Peer(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /** Throws {@link IllegalArgumentException} when a program is not on the PATH, with the package that has it. */
    public static void requirePrograms() {
        Programs programs = Programs.ofEnvironment();
        prometheus(programs);
        blackbox(programs);
        alertmanager(programs);
    }

    private static Path prometheus(Programs programs) {
        return programs.find("prometheus", "prometheus");
    }

    private static Path blackbox(Programs programs) {
        return programs.find("prometheus-blackbox-exporter", "prometheus-blackbox-exporter", "blackbox_exporter");
    }

    private static Path alertmanager(Programs programs) {
        return programs.find("prometheus-alertmanager", "prometheus-alertmanager", "alertmanager");
    }

    /**
     * Starts what {@code files} ask for in {@code folder}; targets are probed when this returns.
     *
     * @throws IllegalArgumentException when a program is not on the PATH
     */
    public static Peer start(Path folder, PeerFiles files) throws IOException, InterruptedException {
        Programs programs = Programs.ofEnvironment();
        Path prometheus = prometheus(programs);
        Path exporter = blackbox(programs);
        Optional<PeerFiles.Alerting> alerting = files.alerting();
        Optional<Path> alertmanager = alerting.map(t -> alertmanager(programs));
        Files.createDirectories(folder);
        Peer peer = new Peer(folder, freePort());
        Runtime.getRuntime().addShutdownHook(peer.hook);
        try {
            PeerFiles.Ports ports = new PeerFiles.Ports(freePort(), freePort());
            peer.blackbox(exporter, files, ports);
            if (alerting.isPresent() && alertmanager.isPresent()) {
                peer.write(RULES, alerting.get().rules());
                peer.alertmanager(alertmanager.get(), alerting.get(), ports);
            }
            peer.prometheus(prometheus, files, ports);
            peer.awaitReady();
            return peer;
        } catch (IOException | InterruptedException | RuntimeException e) {
            peer.close();
            throw e;
        }
    }

    private void blackbox(Path program, PeerFiles files, PeerFiles.Ports ports)
            throws IOException, InterruptedException {
        Path modules = write("blackbox.yml", files.blackbox());
        run(
                "blackbox_exporter",
                program,
                "--config.file=" + modules,
                // Else it gives up half a second before Prometheus does: half of a second that is all there is.
                "--timeout-offset=0.05",
                "--web.listen-address=127.0.0.1:" + ports.blackbox());
    }

    private void alertmanager(Path program, PeerFiles.Alerting alerting, PeerFiles.Ports ports)
            throws IOException, InterruptedException {
        Path config = write("alertmanager.yml", alerting.alertmanager());
        run(
                "alertmanager",
                program,
                "--config.file=" + config,
                "--storage.path=" + folder.resolve("alertmanager"),
                // It is alone: with a cluster it would wait for others before it sends.
                "--cluster.listen-address=",
                "--web.listen-address=127.0.0.1:" + ports.alertmanager());
    }

    private void prometheus(Path program, PeerFiles files, PeerFiles.Ports ports)
            throws IOException, InterruptedException {
        Path config = write("prometheus.yml", files.prometheus(ports));
        run(
                "prometheus",
                program,
                "--config.file=" + config,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port);
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private void run(String name, Path program, String... arguments) throws IOException, InterruptedException {
        versions.add(version(name, program));
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        children.push(Child.start(name, command, Map.of(), folder.resolve(name + ".log")));
    }

    /** What each program says of itself, such as {@code prometheus 2.42.0}. */
    public List<String> versions() {
        return List.copyOf(versions);
    }

    /** The programs that run. */
    public List<ProcessHandle> processes() {
        return children.stream().map(Child::handle).toList();
    }

    /** Probes that ended well within the last {@code window}, as Prometheus stored them. */
    public long successes(Duration window) throws IOException, InterruptedException {
        return Math.round(query("sum(sum_over_time(probe_success[" + window.toSeconds() + "s]))"));
    }

    /** The only value of a PromQL expression at this moment; 0 when it has none. */
    public double query(String expression) throws IOException, InterruptedException {
        JsonNode result = JSON.readTree(
                        get("/api/v1/query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8)))
                .at("/data/result");
        return result.path(0).path("value").path(1).asDouble(0);
    }

    /** Throws, with the end of its log, when one of them has ended. */
    public void requireAlive() throws IOException {
        for (Child child : children) {
            if (!child.isAlive()) {
                throw new IOException(child.obituary());
            }
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        for (Child child : children) {
            child.close();
        }
        Runtime.getRuntime().removeShutdownHook(hook);
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_WAIT.toNanos();
        while (true) {
            try {
                get("/-/ready");
                requireAlive();
                return;
            } catch (IOException e) {
                requireAlive();
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("Prometheus answered " + answer.statusCode() + " to " + path);
        }
        return answer.body();
    }

    /** What follows {@code version} in the first line of {@code --version}; all of it where that has another form. */
    private static String version(String name, Path program) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(program.toString(), "--version")
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor(START_WAIT.toSeconds(), TimeUnit.SECONDS);
        return said.replaceFirst("(?s)^\\S+, version (\\S+).*$", name + " $1").strip();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
