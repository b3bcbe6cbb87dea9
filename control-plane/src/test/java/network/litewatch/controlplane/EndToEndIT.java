package network.litewatch.controlplane;

import static network.litewatch.controlplane.RunningService.HTTP;
import static network.litewatch.controlplane.RunningService.ROOT;
import static network.litewatch.controlplane.RunningService.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import co.elastic.clients.elasticsearch.ElasticsearchClient;
import co.elastic.clients.elasticsearch._types.FieldValue;
import co.elastic.clients.elasticsearch.core.search.Hit;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.litewatch.controlplane.dashboards.Dashboards;
import network.litewatch.controlplane.dashboards.PanelReplay;
import network.litewatch.controlplane.embedded.Child;
import network.litewatch.controlplane.embedded.LocalStack;
import network.litewatch.controlplane.ingest.Acknowledged;
import network.litewatch.controlplane.ingest.elastic.ElasticsearchSettings;
import network.litewatch.controlplane.store.Migrations;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.postgresql.ds.PGSimpleDataSource;

/** The whole flow on real parts: faults in the lab, alerts in Slack, and a service that is killed in the middle of it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EndToEndIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final Path LAB = ROOT.resolve("control-plane/config/networks/lab.yml");

    private static final String ENDPOINT = """
              - {id: e2e-endpoint, probe: http, url: "${LAB_ROUTER_URL}/api/v1/ping", token: "${LAB_ROUTER_TOKEN:-lab-router-token}"}
            """;

    private static Path home;
    private static LocalStack stack;
    private static ServicePorts ports;
    private static Child service;
    private static @Nullable Child prometheus;
    private static String prometheusUrl = "";
    private static Jdbi jdbi;
    private static Instant started = Instant.EPOCH;
    private static Instant quiet = Instant.EPOCH;

    @BeforeAll
    static void start() throws Exception {
        home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "e2e-");
        stack = RunningService.stack(home);
        ports = ServicePorts.choose(true, name -> null);
        Files.writeString(home.resolve("lab.yml"), network());
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(Objects.requireNonNull(stack.environment().get("LITEWATCH_DATABASE_URL")));
        source.setUser("postgres");
        Migrations.migrate(source);
        jdbi = Jdbi.create(source);
        Acknowledged.record(jdbi);
        service = startService();
        started = Instant.now();
        startPrometheus();
    }

    @AfterAll
    static void stop() throws Exception {
        if (prometheus != null) {
            prometheus.close();
        }
        if (service != null) {
            service.close();
        }
        if (stack != null) {
            stack.close();
        }
    }

    @Test
    @Order(0)
    void targetsComeAndGoWithoutARestart() throws Exception {
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .until(() -> get(ports.api() + "/api/v1/targets").contains("rpc_head_lag_seconds"));
        String lab = network();
        Path file = home.resolve("lab.yml");

        assertThat(reload()).startsWith("200 reloaded; plans: 0 added, 0 changed, 0 removed");

        Files.writeString(file, lab.replace("endpoints:\n", "endpoints:\n" + ENDPOINT));
        assertThat(reload()).startsWith("200 reloaded; plans: 1 added, 0 changed, 0 removed");
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .until(() -> get(ports.api() + "/api/v1/targets/e2e-endpoint").contains("probe_success_ratio"));

        Files.writeString(file, lab.replace("chain: {id:", "chain: {idd:"));
        assertThat(reload())
                .startsWith("422 not reloaded, the old files stay in use:")
                .contains("lab.yml:");
        assertThat(get(ports.api() + "/api/v1/targets")).contains("e2e-endpoint");

        Files.writeString(file, lab);
        assertThat(reload()).startsWith("200 reloaded; plans: 0 added, 0 changed, 1 removed");
        assertThat(get(ports.api() + "/api/v1/targets")).doesNotContain("e2e-endpoint");
    }

    @Test
    @Order(1)
    void faultsReachSlackOnceWithTheirRunbookAndSurviveAKilledService() throws Exception {
        awaitReference("lab-miner-2");
        // A node has a score when there is evidence for it, and the panels draw it.
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .until(() -> get(ports.api() + "/api/v1/targets").contains("reputation_point"));
        // Some runs of an RPC that fail, which no rule of these judges: the panels of failed runs show them.
        inject("tcp.reset", "rpc-a", "{}", "3s");

        // Ended by hand: what a slow machine takes for its part must not be longer than a lease.
        String frozen = inject("rpc.freeze", "rpc-b", "{}", "10m");
        String slow = inject("miner.slow", "miner-2", "{\"factor\":5}", "10m");

        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(
                        () -> assertThat(firing()).contains("RpcHeadStalled lab-rpc-b", "MinerCanarySlow lab-miner-2"));
        for (JsonNode message : messages()) {
            assertRunbookAnswers(message);
        }

        service.kill();
        service = startService();
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .until(() -> get(ports.api() + "/api/v1/targets").contains("rpc_head_lag_seconds"));
        assertThat(messages()).as("nothing is posted anew after the kill").hasSize(2);
        assertThat(get(ports.api() + "/api/v1/alerts?state=firing")).contains("RpcHeadStalled");

        end(frozen);
        end(slow);
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(messages())
                        .hasSize(2)
                        .allSatisfy(m -> assertThat(m.path("text").asText()).startsWith("[RESOLVED]")));
        quiet = Instant.now();
        awaitPanels();
    }

    @Test
    @Order(2)
    void everyAcknowledgedObservationIsInElasticsearchOnce() throws Exception {
        // Stopped first, so that the set of what was acknowledged stands still; a new service ships what is left.
        service.close();
        Set<String> acknowledged = new TreeSet<>(Acknowledged.ids(jdbi));
        service = startService();
        await().ignoreExceptions().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
            Set<String> missing = new TreeSet<>(acknowledged);
            missing.removeAll(stored());
            assertThat(missing).isEmpty();
        });
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(JSON.readTree(get(ports.api()
                                        + "/api/v1/chain-events?network=lab&contract=SessionQueueV2&event=TaskEnded"))
                                .path("items"))
                        .as("the canaries' tasks, as the chain recorded them")
                        .isNotEmpty());
        stagesOfACanarysTask();
        String unread = get(ports.api() + "/api/v1/chain-events?network=lab&event=undecodable");
        assertThat(JSON.readTree(unread).path("items")).isEmpty();
        service.close();
        Set<String> more = Acknowledged.ids(jdbi);
        assertThat(more)
                .as("nothing in Elasticsearch that was never acknowledged")
                .containsAll(stored());
        assertThat(acknowledged.size()).isGreaterThan(100);
    }

    private void stagesOfACanarysTask() throws Exception {
        JsonNode ended = JSON.readTree(get(ports.api()
                        + "/api/v1/chain-events?network=lab&contract=SessionQueueV2&event=TaskEnded&limit=1"))
                .at("/items/0/cortensor");
        JsonNode task = JSON.readTree(get(ports.api() + "/api/v1/chain-events/tasks/lab/"
                + ended.path("session_id").asText() + "/"
                + ended.path("task_id").asText()));
        JsonNode miner = task.at("/miners/0");
        assertThat(List.of(
                        task.path("queued").asText(),
                        miner.path("acked").asText(),
                        miner.path("precommitted").asText(),
                        miner.path("committed").asText(),
                        task.path("ended").asText()))
                .as("%s", task)
                .isSorted()
                .doesNotContain("", "null");
        assertThat(miner.path("workSeconds").asDouble(-1)).isNotNegative();
    }

    @Test
    @Order(3)
    void everyPanelOverElasticsearchDrawsThatHour() throws Exception {
        for (Dashboards.Query query : Dashboards.queries()) {
            if (!query.asksPrometheus()) {
                assertThat(replay().rows(query)).as(query.where()).isPositive();
            }
        }
    }

    @Test
    @Order(4)
    void everyPanelOverPrometheusDrawsThatHour() throws Exception {
        Tools.require("prometheus", "prometheus");
        for (Dashboards.Query query : Dashboards.queries()) {
            if (query.asksPrometheus()) {
                assertThat(replay().rows(query)).as(query.where()).isPositive();
            }
        }
    }

    @Test
    @Order(5)
    void theDeadMansSwitchIsPingedUntilElasticsearchIsAway() throws Exception {
        AtomicInteger pings = new AtomicInteger();
        HttpServer switchboard = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        switchboard.createContext("/secret-uuid", exchange -> {
            pings.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        switchboard.start();
        try {
            service = RunningService.start(
                    home,
                    stack,
                    ports,
                    Map.of(
                            "LITEWATCH_NETWORK",
                            home.resolve("lab.yml").toString(),
                            "LITEWATCH_DEADMAN_URL",
                            "http://127.0.0.1:" + switchboard.getAddress().getPort() + "/secret-uuid"),
                    "-Ddw.deadman.every=10s");
            await().ignoreExceptions().atMost(Duration.ofMinutes(5)).until(() -> pings.get() > 0);
            stack.parts().stream()
                    .filter(part -> part.name().equals("Elasticsearch"))
                    .forEach(part -> part.process().orElseThrow().destroyForcibly());

            await().ignoreExceptions()
                    .atMost(Duration.ofMinutes(5))
                    .until(() -> health("deadman").contains("elasticsearch"));

            int before = pings.get();
            // Each look begins with a write of its own: at the second after this one, what was wrong still is.
            List<String> looks = new ArrayList<>(List.of(looked()));
            await().ignoreExceptions().atMost(Duration.ofMinutes(2)).until(() -> {
                String at = looked();
                if (!looks.contains(at)) {
                    looks.add(at);
                }
                return looks.size() > 2;
            });
            assertThat(pings.get()).isEqualTo(before);
            assertThat(Files.readString(home.resolve("service.log")))
                    .contains("no dead-man's ping")
                    .doesNotContain("secret-uuid");
        } finally {
            switchboard.stop(0);
        }
    }

    private static String looked() {
        return jdbi.withHandle(handle -> handle.createQuery("SELECT max(at)::text FROM heartbeat")
                .mapTo(String.class)
                .one());
    }

    /** What the service's own check of that name says. */
    private static String health(String check) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(ports.admin() + "/healthcheck"))
                        .timeout(Duration.ofSeconds(20))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return JSON.readTree(answer.body()).path(check).toString();
    }

    @Test
    @Order(6)
    void aServiceWhoseStoresAreAwayStillEnds() throws Exception {
        stack.parts().stream()
                .filter(part -> part.name().equals("PostgreSQL"))
                .forEach(part -> part.process().orElseThrow().destroyForcibly());

        service.handle().destroy();

        await().atMost(Duration.ofMinutes(5)).until(() -> !service.isAlive());
    }

    private static String reload() throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(ports.admin() + "/-/reload"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return answer.statusCode() + " " + answer.body();
    }

    /** Some figures need samples of which a slow machine has fewer in the same time: what draws none in five minutes never would. */
    private static void awaitPanels() {
        if (prometheus == null) {
            return;
        }
        for (Dashboards.Query query : Dashboards.queries()) {
            if (query.asksPrometheus()) {
                await().atMost(Duration.ofMinutes(5)).untilAsserted(() -> {
                    quiet = Instant.now();
                    assertThat(replay().rows(query)).as(query.where()).isPositive();
                });
            }
        }
    }

    private static PanelReplay replay() {
        return new PanelReplay(
                Objects.requireNonNull(stack.environment().get("LITEWATCH_ELASTICSEARCH_URL")),
                prometheusUrl,
                started,
                quiet);
    }

    private static void startPrometheus() throws IOException {
        Optional<Path> program = Tools.find("prometheus");
        if (program.isEmpty()) {
            return;
        }
        Path meta = ROOT.resolve("alert-rules/meta");
        Path config = home.resolve("prometheus.yml");
        Files.writeString(
                config,
                PanelReplay.configuration(
                        Files.readString(meta.resolve("prometheus.yml")),
                        meta.resolve("litewatch.yml").toString(),
                        ports.admin()));
        int port = ServicePorts.choose(true, name -> null).apiPort();
        prometheusUrl = "http://127.0.0.1:" + port;
        prometheus = Child.start(
                "prometheus",
                List.of(
                        program.get().toString(),
                        "--config.file=" + config,
                        "--storage.tsdb.path=" + home.resolve("prometheus"),
                        "--web.listen-address=127.0.0.1:" + port),
                Map.of(),
                home.resolve("prometheus.log"));
    }

    private static Set<String> stored() throws IOException {
        ElasticsearchClient client = new ElasticsearchSettings(
                        Objects.requireNonNull(stack.environment().get("LITEWATCH_ELASTICSEARCH_URL")),
                        null,
                        null,
                        null,
                        null,
                        0)
                .connect();
        Set<String> ids = new TreeSet<>();
        try {
            client.indices().refresh(r -> r.index("litewatch-*"));
            collect(
                    client,
                    "litewatch-*,-litewatch-chain-events-*,-litewatch-summaries-*",
                    List.of("cortensor.target", "cortensor.probe"),
                    ids);
            collect(client, "litewatch-chain-events-*", List.of("cortensor.id"), ids);
            collect(
                    client,
                    "litewatch-summaries-*",
                    List.of("cortensor.probe", "cortensor.vantage", "cortensor.outcome", "cortensor.reason"),
                    ids);
            return ids;
        } finally {
            client._transport().close();
        }
    }

    /** All documents of {@code indices}, told apart by their time and {@code fields}. */
    private static void collect(ElasticsearchClient client, String indices, List<String> fields, Set<String> ids)
            throws IOException {
        List<FieldValue> after = List.of();
        while (true) {
            List<FieldValue> from = after;
            List<Hit<Void>> hits = client.search(
                            s -> {
                                s.index(List.of(indices.split(",", -1)))
                                        .size(5_000)
                                        .source(x -> x.fetch(false));
                                s.sort(o -> o.field(f -> f.field("@timestamp")));
                                fields.forEach(field -> s.sort(o -> o.field(f -> f.field(field))));
                                return from.isEmpty() ? s : s.searchAfter(from);
                            },
                            Void.class)
                    .hits()
                    .hits();
            hits.forEach(hit -> ids.add(hit.index() + "/" + hit.id()));
            if (hits.size() < 5_000) {
                return;
            }
            after = hits.get(hits.size() - 1).sort();
        }
    }

    private static void assertRunbookAnswers(JsonNode message) throws Exception {
        Matcher link = Pattern.compile("<([^|>]+/runbooks/[^|>]+)\\|Runbook>").matcher(message.toString());
        assertThat(link.find()).as("a runbook link in %s", message).isTrue();
        String page = get(link.group(1));
        String alert = message.toString().contains("RpcHeadStalled") ? "RpcHeadStalled" : "MinerCanarySlow";
        assertThat(page).contains(alert).contains("Mitigation").contains("firing");
    }

    private static List<String> firing() throws Exception {
        List<String> firing = new ArrayList<>();
        for (JsonNode message : messages()) {
            String all = message.toString();
            Matcher context = Pattern.compile("(\\w+)  ·  lab  ·  ([\\w-]+)  ·").matcher(all);
            if (context.find() && !message.path("text").asText().startsWith("[RESOLVED]")) {
                firing.add(context.group(1) + " " + context.group(2));
            }
        }
        return firing;
    }

    private static List<JsonNode> messages() throws Exception {
        JsonNode state = JSON.readTree(get(lab().path("slackPage").asText() + "state.json"));
        List<JsonNode> messages = new ArrayList<>();
        state.path("channels").forEach(c -> c.path("messages").forEach(messages::add));
        // Lines of threads are no messages of their own.
        messages.removeIf(message -> message.has("thread_ts"));
        // RpcBehind: on a slow machine the fault lasts long enough for it.
        messages.removeIf(message -> message.path("text").asText().contains(" stays "));
        return messages;
    }

    private static void awaitReference(String miner) {
        await().ignoreExceptions()
                .atMost(Duration.ofMinutes(5))
                .untilAsserted(() -> assertThat(JSON.readTree(get(ports.api() + "/api/v1/targets/" + miner))
                                .path("probes")
                                .path("miner.canary")
                                .path("signals")
                                .has("canary_decode_rate_ratio"))
                        .isTrue());
    }

    /** The id of the fault. */
    private static String inject(String type, String target, String args, String lease) throws Exception {
        String body =
                "{\"type\":\"%s\",\"target\":\"%s\",\"args\":%s,\"lease\":\"%s\"}".formatted(type, target, args, lease);
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(lab().path("faults").asText() + "/faults"))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        return JSON.readTree(answer.body()).path("id").asText();
    }

    private static void end(String fault) throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(lab().path("faults").asText() + "/faults/" + fault))
                        .DELETE()
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isBetween(200, 299);
    }

    /** The lab's, but that the slowed miner has no class: MinerBelowClass would go on for minutes after the fault. */
    private static String network() throws IOException {
        String miner = "operator: lab-b, region: local, ";
        String lab = Files.readString(LAB);
        assertThat(lab).containsOnlyOnce(miner + "gpu_class: lab-15ms, ");
        return lab.replace(miner + "gpu_class: lab-15ms, ", miner);
    }

    private static JsonNode lab() {
        return Objects.requireNonNull(stack.lab());
    }

    private static Child startService() throws IOException {
        return RunningService.start(
                home,
                stack,
                ports,
                Map.of("LITEWATCH_NETWORK", home.resolve("lab.yml").toString()));
    }
}
