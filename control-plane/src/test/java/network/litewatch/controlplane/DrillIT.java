package network.litewatch.controlplane;

import static network.litewatch.controlplane.RunningService.HTTP;
import static network.litewatch.controlplane.RunningService.ROOT;
import static network.litewatch.controlplane.RunningService.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import network.litewatch.controlplane.embedded.Child;
import network.litewatch.controlplane.embedded.LocalStack;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.postgresql.ds.PGSimpleDataSource;

/** Shipped drills on the real service and the real lab: proved, quiet, failing where they must, and abandoned by their runner. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DrillIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(8);

    private static final Pattern CALL = Pattern.compile("http://127\\.0\\.0\\.1:8080(/api/[^\\s'\"`)\\\\]*)");
    private static final Pattern PROBE = Pattern.compile("[?&]probe=([a-z.]+)");

    private static Path home;
    private static LocalStack stack;
    private static ServicePorts ports;
    private static Child service;
    private static Jdbi jdbi;

    @BeforeAll
    static void start() throws Exception {
        home = Files.createTempDirectory(Path.of("target").toAbsolutePath(), "drill-");
        runbooks(home.resolve("runbooks"));
        stack = RunningService.stack(home);
        ports = ServicePorts.choose(true, name -> null);
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(Objects.requireNonNull(stack.environment().get("LITEWATCH_DATABASE_URL")));
        source.setUser("postgres");
        jdbi = Jdbi.create(source);
        service = startService();
        await().ignoreExceptions()
                .atMost(PATIENCE)
                .until(() -> get(ports.api() + "/api/v1/drills").contains("freeze-head"));
    }

    @AfterAll
    static void stop() throws Exception {
        if (service != null) {
            service.close();
        }
        if (stack != null) {
            stack.close();
        }
    }

    /** The shipped ones, with a lease that a test can wait for. */
    private static void runbooks(Path to) throws IOException {
        Files.createDirectories(to);
        try (var files = Files.list(ROOT.resolve("runbooks"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file);
                Files.writeString(
                        to.resolve(file.getFileName()),
                        text.replace("args: {chain_id: 1}, lease: 2m", "args: {chain_id: 1}, lease: 50s"));
            }
        }
    }

    @Test
    @Order(1)
    void whatIsBrokenIsToldOnceAsADrillAndCountsForNobody() throws Exception {
        String frozen = begin("freeze-head", "fault");
        String errors = begin("router-errors", "fault");
        JsonNode first = ended(frozen);
        JsonNode second = ended(errors);

        assertThat(first.path("verdict").asText()).as(first.toString()).isEqualTo("proved");
        assertThat(second.path("verdict").asText()).as(second.toString()).isEqualTo("proved");
        assertThat(first.path("secondsToFire").asDouble()).isBetween(4.0, 60.0);
        assertThat(first.path("expected").path(0).path("alert").asText()).isEqualTo("RpcHeadStalled");
        assertThat(first.path("expected").path(0).path("secondsToFire")).isEqualTo(first.path("secondsToFire"));
        assertThat(first.path("expected").path(0).path("secondsToResolve")).isEqualTo(first.path("secondsToResolve"));
        List<JsonNode> messages = messages();
        for (String alert : List.of("RpcHeadStalled", "RouterUnavailable")) {
            assertThat(messages)
                    .filteredOn(message -> message.toString().contains(alert + "  "))
                    .singleElement()
                    .satisfies(message -> {
                        assertThat(message.path("text").asText()).startsWith("DRILL - no action [");
                        assertThat(message.toString()).contains("/runbooks/");
                    });
        }
        countsForNobody();
        keptAndSigned(frozen);
        assertThat(get(ports.api() + "/runbooks/rpc-head-stalled"))
                .contains("freeze-head", "rpc.freeze at rpc-b", " s</td><td data-drill=\"freeze-head\">");
    }

    private static void countsForNobody() {
        List<String> bad = jdbi.withHandle(handle -> handle.createQuery(
                        "SELECT slo || ' ' || target || ' ' || network FROM slo_minute WHERE good < total"
                                + " AND slo IN ('router-availability', 'rpc-freshness')")
                .mapTo(String.class)
                .list());
        assertThat(bad).as("budgets that a drill has spent of").isEmpty();
    }

    private static void keptAndSigned(String run) throws Exception {
        String signed = get(ports.api() + "/api/v1/drills/runs/" + run + "/journal");
        String key = JSON.readTree(get(ports.api() + "/api/v1/drills/key"))
                .path("key")
                .asText();
        assertThat(DrillSigner.verify(signed, key)).isTrue();
        JsonNode journal = JSON.readTree(signed).path("journal");
        assertThat(journal.path("status").asText()).isEqualTo("completed");
        assertThat(journal.path("deviated").asBoolean()).isFalse();
        assertThat(journal.path("rollbacks").path(0).path("status").asText()).isEqualTo("succeeded");
        assertThat(Files.readString(home.resolve("journals").resolve(run + ".json")))
                .isEqualTo(signed);
        String elasticsearch = stack.environment().get("LITEWATCH_ELASTICSEARCH_URL");
        await().ignoreExceptions()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                JSON.readTree(get(elasticsearch + "/litewatch-drills-*/_search?q=cortensor.run:" + run))
                                        .at("/hits/hits/0/_source/cortensor/verdict")
                                        .asText())
                        .isEqualTo("proved"));
    }

    @Test
    @Order(2)
    void whereNothingIsBrokenNothingFiresAndWhereTheRuleIsOffTheDrillFails() throws Exception {
        String nothing = begin("rpc-errors", "null");
        String off = begin("router-errors", "rule_off");
        String silent = begin("endpoint-errors", "route_removed");

        assertPassed(nothing, "not_fired");
        assertPassed(off, "not_fired");
        assertPassed(silent, "not_told");
    }

    private static void assertPassed(String run, String verdict) throws Exception {
        JsonNode ended = ended(run);
        assertThat(ended.path("verdict").asText()).as(ended.toString()).isEqualTo(verdict);
        assertThat(ended.path("passed").asBoolean()).isTrue();
    }

    @Test
    @Order(3)
    void aRunnerThatIsKilledLeavesNoFaultBehindAndItsRunIsEndedByTheNext() throws Exception {
        String run = begin("wrong-chain", "fault");
        await().ignoreExceptions()
                .atMost(PATIENCE)
                .until(() -> get(ports.api() + "/api/v1/alerts?state=firing").contains("RpcWrongChain")
                        || run(run).path("state").asText().equals("injected"));
        assertThat(faults()).contains("rpc.wrong-chain");

        service.kill();

        // Nobody is there to undo it: the lease alone ends it.
        await().ignoreExceptions().atMost(Duration.ofSeconds(60)).until(() -> !faults().contains("rpc.wrong-chain"));

        service = startService();
        JsonNode ended = ended(run);
        assertThat(ended.path("verdict").asText()).isEqualTo("aborted");
        assertThat(ended.path("why").asText()).contains("whoever ran it was gone");
        await().ignoreExceptions()
                .atMost(PATIENCE)
                .until(() -> !get(ports.api() + "/api/v1/alerts?state=firing").contains("RpcWrongChain"));
    }

    @Test
    @Order(4)
    void aDrillThatSomebodyEndsIsMendedFirst() throws Exception {
        String run = begin("forked-rpc", "fault");
        await().ignoreExceptions().atMost(PATIENCE).until(() -> faults().contains("rpc.fork"));
        assertThat(post("/api/v1/drills/runs/" + run + "/abort", "{}").statusCode())
                .isEqualTo(200);

        assertThat(ended(run).path("verdict").asText()).isIn("aborted", "proved");
        assertThat(faults()).doesNotContain("rpc.fork");
        assertThat(post("/api/v1/drills/runs/" + run + "/abort", "{}").statusCode())
                .isEqualTo(404);
        assertThat(post("/api/v1/drills/runs", "{\"drill\":\"nothing\"}").statusCode())
                .isEqualTo(404);
        assertThat(post("/api/v1/drills/runs", "{\"drill\":\"forked-rpc\",\"mode\":\"bold\"}")
                        .statusCode())
                .isEqualTo(400);
    }

    /** Checks R6 and R16 on a service that runs: what runbooks tell people to ask of us is answered, and what they tell them to do of us works. */
    @Test
    @Order(5)
    void whatRunbooksTellPeopleToAskOfUsIsAnswered() throws Exception {
        Map<String, String> asked = new TreeMap<>();
        try (var files = Files.list(ROOT.resolve("runbooks"))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                for (String line : Files.readAllLines(file)) {
                    if (line.contains("-X POST http://127.0.0.1:8081/-/reload")) {
                        asked.put("POST /-/reload", file.getFileName().toString());
                    } else if (!line.contains("-X ")) {
                        CALL.matcher(line)
                                .results()
                                .forEach(call -> asked.put(
                                        call.group(1), file.getFileName().toString()));
                    }
                }
            }
        }
        assertThat(asked).hasSizeGreaterThan(30);
        for (Map.Entry<String, String> call : asked.entrySet()) {
            if (call.getKey().equals("POST /-/reload")) {
                assertThat(send(ports.admin() + "/-/reload", "").statusCode()).isEqualTo(200);
            } else {
                answered(call.getKey(), call.getValue());
            }
        }
    }

    private static void answered(String call, String runbook) throws Exception {
        Matcher probe = PROBE.matcher(call);
        // What the lab has seen of that probe: a question about it must find that again.
        JsonNode seen = probe.find()
                ? JSON.readTree(get(ports.api() + "/api/v1/observations?limit=1&probe=" + probe.group(1)))
                        .path("items")
                        .path(0)
                : JSON.missingNode();
        String target = seen.at("/cortensor/target").asText("lab-rpc-a");
        String path = call.replace("TARGET", target).replace("NETWORK", "lab").replace("SESSION", "1");
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(ports.api() + path)).build(), HttpResponse.BodyHandlers.ofString());
        // A node that nobody knows is answered, too.
        assertThat(answer.statusCode())
                .as("%s of %s: %s", path, runbook, answer.body())
                .isIn(path.startsWith("/api/v1/reputation/") ? List.of(200, 404) : List.of(200));
        if (!seen.isMissingNode() && !call.contains("outcome=")) {
            assertThat(JSON.readTree(answer.body()).path("items"))
                    .as("%s of %s", path, runbook)
                    .isNotEmpty();
        }
    }

    private static String begin(String drill, String mode) throws Exception {
        HttpResponse<String> answer =
                post("/api/v1/drills/runs", "{\"drill\":\"" + drill + "\",\"mode\":\"" + mode + "\"}");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body()).path("id").asText();
    }

    private static JsonNode ended(String run) throws Exception {
        await().ignoreExceptions()
                .atMost(PATIENCE)
                .until(() -> run(run).path("state").asText().equals("closed"));
        return run(run);
    }

    private static JsonNode run(String run) throws Exception {
        return JSON.readTree(get(ports.api() + "/api/v1/drills/runs/" + run));
    }

    /** Faults that are in effect. */
    private static String faults() throws Exception {
        String base = Objects.requireNonNull(stack.environment().get("LAB_FAULTS_URL"));
        return JSON.readTree(get(base + "/faults")).path("active").toString();
    }

    private static List<JsonNode> messages() throws Exception {
        String page = Objects.requireNonNull(stack.lab()).path("slackPage").asText();
        List<JsonNode> messages = new ArrayList<>();
        JSON.readTree(get(page + "state.json"))
                .path("channels")
                .forEach(channel -> channel.path("messages").forEach(messages::add));
        // Lines of threads are no messages of their own.
        messages.removeIf(message -> message.has("thread_ts"));
        return messages;
    }

    private static HttpResponse<String> post(String path, String json) throws Exception {
        return send(ports.api() + path, json);
    }

    private static HttpResponse<String> send(String url, String json) throws Exception {
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(json))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static Child startService() throws IOException {
        return RunningService.start(
                home,
                stack,
                ports,
                Map.of(
                        "LITEWATCH_RUNBOOKS",
                        home.resolve("runbooks").toString(),
                        "LITEWATCH_DRILL_JOURNALS",
                        home.resolve("journals").toString()));
    }
}
