package network.litewatch.controlplane.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import network.litewatch.controlplane.vantage.PlanDocument;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Secret;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An agent whose disk takes nothing for a while, beside a control plane that notes what it says. */
@Timeout(300)
class AgentDiskIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Vantage EAST = new Vantage("east");

    @TempDir
    private Path folder;

    private final AtomicInteger seen = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final List<String> log = new CopyOnWriteArrayList<>();
    private volatile JsonNode status = JSON.createObjectNode();
    private HttpServer server;
    private Agent agent;
    private CompletableFuture<Void> running;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/site", exchange -> answer(exchange, "ok"));
        server.createContext("/api/v1/agents/east/plan", exchange -> answer(exchange, plan()));
        server.createContext("/api/v1/agents/east/observations", exchange -> answer(exchange, taken(exchange)));
        server.start();
        agent = new Agent(
                new AgentConfig(
                        SecretUrl.parse(url("")),
                        new Secret("token"),
                        Optional.empty(),
                        EAST,
                        folder,
                        1 << 20,
                        List.of(),
                        List.of("127.0.0.0/8"),
                        Optional.empty()),
                Clock.systemUTC(),
                new Random(1),
                log::add);
        running = CompletableFuture.runAsync(() -> {
            try {
                agent.run();
            } catch (Agent.RefusedException | IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().atMost(Duration.ofMinutes(2)).until(() -> seen.get() > 0);
    }

    @AfterEach
    void stop() {
        if (!closed.get()) {
            end();
        }
        await().atMost(Duration.ofMinutes(1)).until(running::isDone);
        server.stop(0);
    }

    @Test
    void whatTheDiskDoesNotTakeIsSaidToWaitAndComesOnceItDoes() throws Exception {
        assertThat(status.path("oldestSeconds").asDouble()).isLessThan(5);
        int before;
        try (Connection other = DiskBuffer.connect(folder.resolve("buffer.db"));
                Statement holds = other.createStatement()) {
            holds.execute("BEGIN IMMEDIATE");
            before = seen.get();

            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(status.path("oldestSeconds").asDouble())
                            .as("what waits in memory alone waits too: %s", status)
                            .isGreaterThan(5));
            assertThat(status.path("backlog").asInt()).isPositive();
            holds.execute("ROLLBACK");
        }

        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            assertThat(seen.get()).isGreaterThan(before + 3);
            assertThat(status.path("oldestSeconds").asDouble()).isLessThan(5);
        });
        assertThat(status.path("dropped").asInt()).isZero();
    }

    @Test
    void whatTheDiskTakesOnlyWhileTheAgentEndsIsOnIt() throws Exception {
        CompletableFuture<Void> ending;
        try (Connection other = DiskBuffer.connect(folder.resolve("buffer.db"));
                Statement holds = other.createStatement()) {
            holds.execute("BEGIN IMMEDIATE");
            awaitAnotherTry();
            ending = CompletableFuture.runAsync(this::end);
            awaitAnotherTry();
            assertThat(ending).isNotDone();
            holds.execute("ROLLBACK");
        }

        ending.join();

        assertThat(log).noneMatch(line -> line.contains("are lost"));
        try (DiskBuffer buffer =
                DiskBuffer.open(folder, 1 << 20, Clock.systemUTC().instant(), log::add)) {
            assertThat(buffer.content().rows()).isPositive();
        }
    }

    @Test
    void whatTheDiskNeverTookIsSaidToBeLost() throws Exception {
        try (Connection other = DiskBuffer.connect(folder.resolve("buffer.db"));
                Statement holds = other.createStatement()) {
            holds.execute("BEGIN IMMEDIATE");
            awaitAnotherTry();

            end();

            assertThat(log)
                    .anyMatch(line -> line.contains("observations are lost: the disk took nothing until the end"));
            holds.execute("ROLLBACK");
        }
    }

    private void awaitAnotherTry() {
        int before = tries();
        await().atMost(Duration.ofMinutes(2)).until(() -> tries() > before);
    }

    private int tries() {
        return (int)
                log.stream().filter(line -> line.endsWith("; trying again")).count();
    }

    private void end() {
        closed.set(true);
        try {
            agent.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private String plan() {
        Target site = new Target(
                new TargetId("site"),
                TargetKind.ENDPOINT,
                new NetworkId("lab"),
                SecretUrl.parse(URI.create(url("/site")).toString()),
                Optional.empty(),
                Map.of(),
                Map.of("probe", "http"));
        return new PlanDocument(
                        EAST,
                        Duration.ofHours(1),
                        Map.of(new NetworkId("lab"), List.of("127.0.0.0/8")),
                        List.of(new PlanDocument.Planned(
                                new ProbeId("http"), site, Duration.ofSeconds(1), Duration.ofMillis(900))))
                .json();
    }

    private String taken(HttpExchange exchange) throws IOException {
        JsonNode delivery = JSON.readTree(exchange.getRequestBody());
        status = delivery.path("status");
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode items = answer.putArray("items");
        delivery.path("observations")
                .forEach(any -> items.addObject().put("verdict", "stored").put("reason", ""));
        seen.addAndGet(items.size());
        return answer.toString();
    }

    private static void answer(HttpExchange exchange, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
