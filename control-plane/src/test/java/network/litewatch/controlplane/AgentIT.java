package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import network.litewatch.controlplane.auth.Tokens;
import network.litewatch.controlplane.embedded.Child;
import network.litewatch.controlplane.embedded.SharedStores;
import network.litewatch.controlplane.ingest.Acknowledged;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.fault.FaultInjector;
import network.litewatch.fault.FaultProxy;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A control plane and an agent, a process each, with a wire between them that is cut: nothing that the agent accepted is missing
 * afterwards, although it was killed meanwhile, and the control plane said that the vantage was silent.
 */
@Timeout(1800)
class AgentIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Tokens.Minted token = Tokens.mint(new SecureRandom());
    private Path home;
    private Jdbi jdbi;
    private ServicePorts ports;
    private FaultProxy wire;
    private HttpServer site;
    private Child service;
    private volatile int status = 200;

    @BeforeEach
    void start() throws Exception {
        home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "agent-");
        site = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        site.createContext("/", exchange -> {
            exchange.sendResponseHeaders(status, 2);
            exchange.getResponseBody().write("ok".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            exchange.close();
        });
        site.start();
        opened.add(() -> site.stop(0));
        Files.writeString(home.resolve("lab.yml"), network(4));
        jdbi = SharedStores.get().database("agents");
        Acknowledged.record(jdbi);
        ports = ServicePorts.choose(true, name -> null);
        service = service("[{name: east, probes: [http]}]");
        opened.add(() -> service.close());
        wire = new FaultProxy(0, new InetSocketAddress(InetAddress.getLoopbackAddress(), ports.apiPort()));
        opened.add(wire);
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(vantage().path("plans").asInt()).isEqualTo(4));
    }

    @AfterEach
    void stop() throws Exception {
        for (int i = opened.size() - 1; i >= 0; i--) {
            opened.get(i).close();
        }
    }

    @Test
    void nothingIsLostWhileTheWireIsCutAndTheAgentIsKilledAndTheVantageIsSaidToBeSilent() throws Exception {
        Child agent = agent(token.token());
        opened.add(agent);
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(acknowledged()).hasSizeGreaterThan(8));
        assertThat(get("/api/v1/targets/site-1")).contains("\"http@east\"");
        assertThat(firing()).isEmpty();

        FaultInjector.FaultHandle cut =
                wire.injector("tcp.blackhole").inject(JSON.createObjectNode(), Duration.ofMinutes(5));
        Instant since = Instant.now();
        int before = journal().size();
        await().atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(journal()).hasSizeGreaterThan(before + 12));
        agent.kill();
        int atKill = journal().size();
        agent = agent(token.token());
        opened.add(agent);
        await().atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(journal())
                        .as("started while it is cut off, it goes on with the plan that it has")
                        .hasSizeGreaterThan(atKill + 12));
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(firing()).containsExactly("VantageSilent east"));
        // -Dlitewatch.cut=120 is the two-minute version.
        await().atMost(Duration.ofMinutes(10))
                .until(() -> Duration.between(since, Instant.now()).toSeconds() >= Long.getLong("litewatch.cut", 0));
        long cutOff = Duration.between(since, Instant.now()).toSeconds();

        cut.undo();

        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(firing()).isEmpty());
        assertThat(get("/api/v1/alerts?state=resolved"))
                .contains("VantageSilent")
                .doesNotContain("EndpointDown");
        Set<String> accepted = journal();
        await().ignoreExceptions().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
            Set<String> missing = new TreeSet<>(accepted);
            missing.removeAll(acknowledged());
            assertThat(missing).isEmpty();
        });
        await().ignoreExceptions().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
            Set<String> missing = new TreeSet<>(accepted);
            missing.removeAll(stored());
            assertThat(missing).isEmpty();
        });
        System.out.printf(
                "cut off for %d s, killed once: accepted %d, missing 0, stored twice 0%n", cutOff, accepted.size());
        assertThat(stored()).as("a document for each slot, and no other").doesNotHaveDuplicates();
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(
                        () -> assertThat(vantage().path("backlog").asLong()).isLessThan(20));
        assertThat(vantage().path("dropped").asLong()).isZero();
    }

    @Test
    void alertsOfAVantageEndWithATargetThatIsNotAskedAnyMoreAndWithItsAgent() throws Exception {
        opened.add(agent(token.token()));
        status = 500;
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(down()).hasSize(8));

        Files.writeString(home.resolve("lab.yml"), network(1));
        HttpResponse<String> reloaded = HTTP.send(
                HttpRequest.newBuilder(URI.create(ports.admin() + "/-/reload"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(reloaded.statusCode()).isEqualTo(200);

        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(down()).containsExactly("site-1 east", "site-1 litewatch-1"));
        assertThat(get("/api/v1/alerts?state=resolved")).contains("the target site-2 is not probed any more");

        service.close();
        service = service("[]");

        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(down()).containsExactly("site-1 litewatch-1"));
        assertThat(get("/api/v1/alerts?state=resolved"))
                .contains("the vantage east does not ask the target site-1 any more");
    }

    @Test
    void aTokenThatIsNoneEndsTheAgentWithAWordWhy() throws Exception {
        Child stranger = agent(Tokens.mint(new SecureRandom()).token());
        opened.add(stranger);

        await().atMost(Duration.ofMinutes(5)).until(() -> !stranger.isAlive());

        assertThat(stranger.obituary())
                .contains("agent ended with 1", "the control plane refuses this agent: HTTP 403")
                .doesNotContain("Exception", token.token());
    }

    private String network(int targets) {
        StringBuilder text = new StringBuilder("""
                id: lab
                chain: {id: 31337, block_time: 1s}
                egress: {private_ranges: ["127.0.0.0/8"]}
                probes:
                  http: {interval: 1s, timeout: 1s}
                endpoints:
                """);
        for (int i = 1; i <= targets; i++) {
            text.append("  - {id: site-%d, probe: http, url: \"http://127.0.0.1:%d/\"}%n"
                    .formatted(i, site.getAddress().getPort()));
        }
        return text.toString();
    }

    private Child service(String agents) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>(ports.environment());
        environment.put(
                "LITEWATCH_DATABASE_URL", SharedStores.get().source("agents").getURL());
        environment.put("LITEWATCH_ELASTICSEARCH_URL", SharedStores.get().elasticsearchUrl());
        environment.put("LITEWATCH_NETWORK", home.resolve("lab.yml").toString());
        // A token for an agent that is none is a mistake, and no service starts with it.
        environment.put(
                "LITEWATCH_TOKENS",
                agents.equals("[]") ? "[]" : "[{name: east, role: agent, sha256: " + token.sha256() + "}]");
        environment.put("LITEWATCH_AGENTS", agents);
        return Child.start(
                "service",
                command(
                        "server",
                        Path.of("config/litewatch.yml").toAbsolutePath().toString()),
                environment,
                home.resolve("service.log"));
    }

    private Child agent(String secret) throws IOException {
        Path config = home.resolve("agent.yml");
        Files.writeString(config, """
                control_plane: {url: "http://127.0.0.1:%d", token: "${AGENT_TOKEN}"}
                vantage: east
                buffer: {dir: buffer, max_size: 8MiB}
                egress: {private_ranges: ["127.0.0.0/8"]}
                journal: journal.ndjson
                """.formatted(wire.port()));
        return Child.start(
                "agent",
                command("agent", "--config", config.toString()),
                Map.of("AGENT_TOKEN", secret),
                home.resolve("agent.log"));
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

    /** Ids of what the agent had on its disk, out of its journal. */
    private Set<String> journal() throws IOException {
        Set<String> ids = new TreeSet<>();
        Path file = home.resolve("journal.ndjson");
        for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
            JsonNode seen = JSON.readTree(line);
            ids.add(ObservationDocuments.hash(
                    seen.path("probe").asText(),
                    seen.path("target").asText(),
                    "east",
                    Long.toString(Instant.parse(seen.path("slot").asText()).toEpochMilli())));
        }
        return ids;
    }

    /** Ids that PostgreSQL took and are of the journal. */
    private Set<String> acknowledged() throws IOException {
        Set<String> ids = new TreeSet<>();
        Acknowledged.ids(jdbi).forEach(id -> ids.add(id.substring(id.indexOf('/') + 1)));
        ids.retainAll(journal());
        return ids;
    }

    /** Ids that Elasticsearch has of the vantage, page by page. */
    private List<String> stored() throws IOException, InterruptedException {
        List<String> ids = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            JsonNode page = JSON.readTree(
                    get("/api/v1/observations?vantage=east&limit=500" + (cursor == null ? "" : "&cursor=" + cursor)));
            for (JsonNode item : page.path("items")) {
                JsonNode own = item.path("cortensor");
                ids.add(ObservationDocuments.hash(
                        own.path("probe").asText(),
                        own.path("target").asText(),
                        own.path("vantage").asText(),
                        Long.toString(Instant.parse(own.path("slot").asText()).toEpochMilli())));
            }
            cursor = page.hasNonNull("next") ? page.path("next").asText() : null;
        } while (cursor != null);
        return ids;
    }

    /** The targets that are said to be down, and from where. */
    private Set<String> down() throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        JSON.readTree(get("/api/v1/alerts?state=firing")).path("items").forEach(alert -> {
            if (alert.path("rule").asText().equals("EndpointDown")) {
                names.add(alert.at("/labels/target").asText() + " "
                        + alert.at("/labels/vantage").asText());
            }
        });
        return names;
    }

    private Set<String> firing() throws IOException, InterruptedException {
        Set<String> names = new TreeSet<>();
        JSON.readTree(get("/api/v1/alerts?state=firing"))
                .path("items")
                .forEach(alert -> names.add(alert.path("rule").asText() + " "
                        + alert.at("/labels/target").asText()));
        return names;
    }

    private JsonNode vantage() throws IOException, InterruptedException {
        return Objects.requireNonNull(JSON.readTree(get("/api/v1/vantages")).at("/items/0"));
    }

    private String get(String path) throws IOException, InterruptedException {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(ports.api() + path))
                        .timeout(Duration.ofSeconds(5))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw new IOException(path + ": " + answer.statusCode() + " " + answer.body());
        }
        return answer.body();
    }
}
