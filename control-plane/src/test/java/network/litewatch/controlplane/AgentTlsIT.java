package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import network.litewatch.controlplane.auth.Tokens;
import network.litewatch.controlplane.embedded.Child;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.ingest.Acknowledged;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An agent and a control plane over TLS, a process each: whom the agent trusts, and what becomes of observations while nobody takes them. */
@Timeout(1800)
class AgentTlsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String DATABASE = "agents_tls";
    private static final String PASSWORD = "of-a-test";
    private static final HeldCertificate AUTHORITY = new HeldCertificate.Builder()
            .commonName("litewatch test authority")
            .certificateAuthority(0)
            .build();
    private static final HeldCertificate SERVER = new HeldCertificate.Builder()
            .commonName("control plane")
            .addSubjectAlternativeName("127.0.0.1")
            .signedBy(AUTHORITY)
            .build();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(2))
            .sslContext(new HandshakeCertificates.Builder()
                    .addTrustedCertificate(AUTHORITY.certificate())
                    .build()
                    .sslContext())
            .build();

    // Enough of them to fill the smallest buffer within seconds.
    private static final int TARGETS = 240;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Tokens.Minted token = Tokens.mint(new SecureRandom());
    private Path home;
    private Jdbi jdbi;
    private ServicePorts ports;

    @BeforeEach
    void start() throws Exception {
        home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "agent-tls-");
        Files.writeString(home.resolve("ca.pem"), AUTHORITY.certificatePem());
        HttpServer site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 200);
        site.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        site.start();
        opened.add(() -> site.stop(0));
        Files.writeString(home.resolve("lab.yml"), network(site.getAddress().getPort(), TARGETS));
        jdbi = SharedStores.get().database(DATABASE);
        Acknowledged.record(jdbi);
        ports = ServicePorts.choose(true, name -> null);
        opened.add(service());
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(8))
                .untilAsserted(() -> assertThat(vantage().path("plans").asInt()).isEqualTo(TARGETS));
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void anAgentDeliversToTheServerThatItsAuthorityVouchesForAndToNoOther() throws Exception {
        Child stranger = agent("stranger", "");
        opened.add(stranger);
        await().atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(log("stranger")).contains("not delivered: tls_untrusted"));
        assertThat(stranger.isAlive()).as("the certificate may be mended").isTrue();
        assertThat(log("stranger")).doesNotContain(token.token(), "Exception");
        assertThat(vantage().hasNonNull("heardAt"))
                .as("nothing was said to a server that is not trusted")
                .isFalse();
        stranger.close();

        opened.add(agent("agent", "ca_file: ca.pem"));

        await().ignoreExceptions().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
            Set<String> arrived = journal("agent");
            arrived.retainAll(acknowledged());
            assertThat(arrived).hasSizeGreaterThan(60);
        });
        assertThat(log("agent")).doesNotContain("not delivered");
    }

    @Test
    void whatIsAcceptedWaitsWhileTheControlPlaneSays503AndWhatNoLongerFitsIsRefusedAndSaid() throws Exception {
        opened.add(agent("agent", "ca_file: ca.pem"));
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(vantage().hasNonNull("heardAt")).isTrue());

        database(false);

        await().atMost(Duration.ofMinutes(5))
                .untilAsserted(() ->
                        assertThat(log("agent")).contains("not delivered: HTTP 503", "observations wait on the disk"));
        await().atMost(Duration.ofMinutes(8))
                .untilAsserted(() -> assertThat(log("agent"))
                        .contains("observations could not be kept")
                        .contains("dropped.buffer_full="));
        Set<String> accepted = journal("agent");
        assertThat(accepted).hasSizeGreaterThan(600);

        database(true);

        await().ignoreExceptions().atMost(Duration.ofMinutes(8)).untilAsserted(() -> {
            Set<String> missing = new TreeSet<>(accepted);
            missing.removeAll(acknowledged());
            assertThat(missing).as("accepted and not there").isEmpty();
        });
        await().ignoreExceptions().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
            assertThat(vantage().path("dropped").asLong()).isPositive();
            assertThat(metrics()).containsPattern("litewatch_vantage_dropped\\{[^}]*target=\"east\"[^}]*\\} [1-9]");
        });
        int kept = journal("agent").size();
        await().atMost(Duration.ofMinutes(5))
                .untilAsserted(() ->
                        assertThat(journal("agent")).as("there is room again").hasSizeGreaterThan(kept + 60));
    }

    /** Lets the service into its database, or puts it out of it. */
    private static void database(boolean open) {
        Jdbi admin = Jdbi.create(SharedStores.get().source("postgres"));
        admin.useHandle(handle -> {
            handle.execute("ALTER DATABASE " + DATABASE + " ALLOW_CONNECTIONS " + open);
            if (!open) {
                handle.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = ?", DATABASE);
            }
        });
    }

    private static String network(int port, int targets) {
        StringBuilder text = new StringBuilder("""
                id: lab
                chain: {id: 31337, block_time: 1s}
                egress: {private_ranges: ["127.0.0.0/8"]}
                probes:
                  http: {interval: 1s, timeout: 1s}
                endpoints:
                """);
        for (int i = 1; i <= targets; i++) {
            text.append("  - {id: site-%d, probe: http, url: \"http://127.0.0.1:%d/\"}%n".formatted(i, port));
        }
        return text.toString();
    }

    private Child service() throws Exception {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        keys.load(null, null);
        keys.setKeyEntry("server", SERVER.keyPair().getPrivate(), PASSWORD.toCharArray(), new Certificate[] {
            SERVER.certificate(), AUTHORITY.certificate()
        });
        try (OutputStream out = Files.newOutputStream(home.resolve("server.p12"))) {
            keys.store(out, PASSWORD.toCharArray());
        }
        String shipped = Files.readString(Path.of("config/litewatch.yml"));
        String secured = shipped.replace(
                "applicationConnectors: [{type: http,",
                "applicationConnectors: [{type: https, keyStoreType: PKCS12, keyStorePath: "
                        + home.resolve("server.p12") + ", keyStorePassword: " + PASSWORD + ",");
        assertThat(secured).isNotEqualTo(shipped);
        Path config = Files.writeString(home.resolve("litewatch.yml"), secured);
        Map<String, String> environment = new LinkedHashMap<>(ports.environment());
        environment.put(
                "LITEWATCH_DATABASE_URL", SharedStores.get().source(DATABASE).getURL());
        environment.put("LITEWATCH_ELASTICSEARCH_URL", SharedStores.get().elasticsearchUrl());
        environment.put("LITEWATCH_NETWORK", home.resolve("lab.yml").toString());
        environment.put(
                "LITEWATCH_RULES",
                Path.of("../alert-rules/network").toAbsolutePath().normalize().toString());
        environment.put(
                "LITEWATCH_RUNBOOKS",
                Path.of("../runbooks").toAbsolutePath().normalize().toString());
        environment.put("LITEWATCH_TOKENS", "[{name: east, role: agent, sha256: " + token.sha256() + "}]");
        environment.put("LITEWATCH_AGENTS", "[{name: east, probes: [http]}]");
        return Child.start("service", command("server", config.toString()), environment, home.resolve("service.log"));
    }

    private Child agent(String name, String trust) throws IOException {
        Path config = Files.writeString(home.resolve(name + ".yml"), """
                control_plane:
                  url: "https://127.0.0.1:%d"
                  token: "${AGENT_TOKEN}"
                  %s
                vantage: east
                buffer: {dir: %s-buffer, max_size: 1MiB}
                egress: {private_ranges: ["127.0.0.0/8"]}
                journal: %s.ndjson
                """.formatted(ports.apiPort(), trust, name, name));
        return Child.start(
                name,
                command("agent", "--config", config.toString()),
                Map.of("AGENT_TOKEN", token.token()),
                home.resolve(name + ".log"));
    }

    private static List<String> command(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Child.java(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                ControlPlaneApplication.class.getName()));
        command.addAll(List.of(arguments));
        return command;
    }

    private String log(String name) throws IOException {
        return Files.readString(home.resolve(name + ".log"));
    }

    /** Ids of what the agent had on its disk, out of its journal; the last line may be on its way. */
    private Set<String> journal(String name) throws IOException {
        Set<String> ids = new TreeSet<>();
        Path file = home.resolve(name + ".ndjson");
        String text = Files.exists(file) ? Files.readString(file) : "";
        for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
            JsonNode seen = JSON.readTree(line);
            ids.add(ObservationDocuments.hash(
                    seen.path("probe").asText(),
                    seen.path("target").asText(),
                    "east",
                    Long.toString(Instant.parse(seen.path("slot").asText()).toEpochMilli())));
        }
        return ids;
    }

    private Set<String> acknowledged() {
        Set<String> ids = new TreeSet<>();
        Acknowledged.ids(jdbi).forEach(id -> ids.add(id.substring(id.indexOf('/') + 1)));
        return ids;
    }

    private JsonNode vantage() throws IOException, InterruptedException {
        return JSON.readTree(get("https://127.0.0.1:" + ports.apiPort() + "/api/v1/vantages"))
                .at("/items/0");
    }

    private String metrics() throws IOException, InterruptedException {
        return get(ports.admin() + "/metrics");
    }

    private static String get(String url) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(url + ": " + answer.statusCode());
        }
        return answer.body();
    }
}
