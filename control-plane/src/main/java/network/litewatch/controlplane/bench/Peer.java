package network.litewatch.controlplane.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
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
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import network.litewatch.controlplane.embedded.Child;

/**
 * Prometheus that scrapes blackbox_exporter, once an interval for each target: what people run for this today. Both must be
 * on the PATH (Debian: {@code prometheus} and {@code prometheus-blackbox-exporter}).
 */
final class Peer implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration START_WAIT = Duration.ofSeconds(60);

    private final Child prometheus;
    private final Child blackbox;
    private final int port;

    private Peer(Child prometheus, Child blackbox, int port) {
        this.prometheus = prometheus;
        this.blackbox = blackbox;
        this.port = port;
    }

    /** Starts both in {@code folder} on {@code urls}, whose servers {@code authority} vouches for; they are probed when this returns. */
    static Peer start(Path folder, List<String> urls, Duration interval, Optional<Path> authority)
            throws IOException, InterruptedException {
        Path prometheus = program("prometheus");
        Path exporter = program("prometheus-blackbox-exporter", "blackbox_exporter");
        Files.createDirectories(folder);
        int blackboxPort = freePort();
        int port = freePort();
        String seconds = interval.toSeconds() + "s";
        String tls =
                authority.map(file -> ", tls_config: {ca_file: " + file + "}").orElse("");
        Path modules = Files.writeString(folder.resolve("blackbox.yml"), """
                modules:
                  http: {prober: http, timeout: %s, http: {preferred_ip_protocol: ip4%s}}
                """.formatted(seconds, tls));
        StringBuilder targets = new StringBuilder();
        urls.forEach(url -> targets.append("      - ").append(url).append('\n'));
        Path config =
                Files.writeString(folder.resolve("prometheus.yml"), """
                global: {scrape_interval: %1$s, scrape_timeout: %1$s}
                scrape_configs:
                  - job_name: bench
                    metrics_path: /probe
                    params: {module: [http]}
                    static_configs:
                    - targets:
                %2$s
                    relabel_configs:
                      - {source_labels: [__address__], target_label: __param_target}
                      - {source_labels: [__param_target], target_label: instance}
                      - {target_label: __address__, replacement: "127.0.0.1:%3$d"}
                """.formatted(seconds, targets, blackboxPort));
        Child first = Child.start(
                "blackbox_exporter",
                List.of(
                        exporter.toString(),
                        "--config.file=" + modules,
                        // Else it gives up half a second before Prometheus does: half of a second that is all there is.
                        "--timeout-offset=0.05",
                        "--web.listen-address=127.0.0.1:" + blackboxPort),
                Map.of(),
                folder.resolve("blackbox.log"));
        Child second = Child.start(
                "prometheus",
                List.of(
                        prometheus.toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + folder.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port),
                Map.of(),
                folder.resolve("prometheus.log"));
        Peer peer = new Peer(second, first, port);
        peer.awaitReady();
        return peer;
    }

    /** CPU time of both since they started. */
    Duration cpu() {
        return Load.cpu(prometheus.handle()).plus(Load.cpu(blackbox.handle()));
    }

    /** Resident memory of both, in MB. */
    long megabytes() {
        return Load.residentMegabytes(prometheus.handle().pid())
                + Load.residentMegabytes(blackbox.handle().pid());
    }

    /** Probes that ended well within the last {@code window}, as Prometheus stored them. */
    long successes(Duration window) throws IOException, InterruptedException {
        String query = "sum(sum_over_time(probe_success[" + window.toSeconds() + "s]))";
        JsonNode result = JSON.readTree(get("/api/v1/query?query=" + URLEncoder.encode(query, StandardCharsets.UTF_8)))
                .at("/data/result");
        return Math.round(result.path(0).path("value").path(1).asDouble(0));
    }

    @Override
    public void close() throws Exception {
        prometheus.close();
        blackbox.close();
    }

    private void awaitReady() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + START_WAIT.toNanos();
        while (true) {
            try {
                get("/-/ready");
                return;
            } catch (IOException e) {
                if (!prometheus.isAlive() || System.nanoTime() > deadline) {
                    throw new IOException(prometheus.obituary(), e);
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                .timeout(Duration.ofSeconds(30))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException("Prometheus answered " + answer.statusCode() + " to " + path);
        }
        return answer.body();
    }

    private static Path program(String... names) {
        List<String> folders = new ArrayList<>(
                List.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator, -1)));
        return Stream.of(names)
                .flatMap(name -> folders.stream().map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(String.format(
                        Locale.ROOT,
                        "--peer needs %s on the PATH (Debian: prometheus and prometheus-blackbox-exporter)",
                        String.join(" or ", names))));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
