package network.litewatch.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.litewatch.lab.http.Json;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.EventEncoder;

/** Tasks that go wrong between the router, the miners and the chain, in a lab of four miners. */
final class TaskFaultsIT {

    private static final String PROMPT = "the miner probe";
    private static final String NODE_DATA = "0x38fc1090";
    private static final List<String> EVENTS = List.of(
            "TaskQueued(uint256,uint256,uint256,string)",
            "TaskAssigned(uint256,uint256,address[])",
            "TaskAcked(uint256,uint256,address)",
            "TaskPrecommitted(uint256,uint256,address)",
            "TaskAllPrecommitted(uint256,uint256,address[])",
            "TaskPrecommitEnded(uint256,uint256)",
            "TaskCommitted(uint256,uint256,address)",
            "TaskAllCommitted(uint256,uint256,address[])",
            "TaskCommitEnded(uint256,uint256)",
            "TaskEnded(uint256,uint256,address[])");

    @TempDir
    private static Path home;

    private static Lab running;
    private static LabManifest manifest;
    private static LabHttp lab;

    private final List<String> faults = new ArrayList<>();

    @BeforeAll
    static void start() {
        running = Lab.start(LabOptions.forTests(home).withMiners(4));
        manifest = running.manifest();
        lab = new LabHttp(manifest);
    }

    @AfterAll
    static void stop() {
        if (running != null) {
            running.close();
        }
    }

    @AfterEach
    void endFaults() throws Exception {
        for (String fault : faults) {
            lab.end(fault);
        }
    }

    @Test
    void aFourthMinerIsFasterRunsAnotherModelAndServesItsOwnSession() throws Exception {
        LabManifest.Miner fourth = manifest.miners().get(3);
        assertThat(fourth.session()).isEqualTo(4);
        assertThat(manifest.sharedSession()).isEqualTo(5);
        assertThat(fourth.millisPerToken()).isLessThan(manifest.miners().get(0).millisPerToken());
        JsonNode listed = lab.get("/api/v1/miners").body().path("nodes").path(fourth.address());
        assertThat(listed.path("model").asText()).isEqualTo(fourth.model()).isEqualTo("lab-tiny-2");
        LabHttp.Streamed own = lab.stream(4, PROMPT, 60);
        LabHttp.Streamed first = lab.stream(1, PROMPT, 60);
        assertThat(own.text()).isNotEqualTo(first.text());
        assertThat(own.frames().get(0).path("model").asText()).isEqualTo("lab-tiny-2");
        assertThat(own.millisPerToken()).isLessThan(first.millisPerToken());
    }

    @Test
    void whatAMinerClaimsOfItsTokensReachesTheCaller() throws Exception {
        inject("miner.lie-tokens", "miner-1", "{\"factor\":2.5}");
        LabHttp.Streamed streamed = lab.stream(1, PROMPT, 10);
        JsonNode last = streamed.frames().get(streamed.frames().size() - 1);
        assertThat(streamed.frames()).as("ten tokens and the end").hasSize(11);
        assertThat(last.at("/usage/completion_tokens").asInt()).isEqualTo(25);
    }

    @Test
    void temperatureAndSeedReachTheMinerThroughTheRouter() throws Exception {
        ObjectNode hot = task(24).put("temperature", 1.2);
        assertThat(text(hot)).isNotEqualTo(text(hot));
        ObjectNode seeded = hot.deepCopy().put("seed", 7);
        assertThat(text(seeded)).isEqualTo(text(seeded));
        assertThat(text(seeded.deepCopy().put("top_p", 0.000_001))).isEqualTo(text(task(24).put("temperature", 0)));
    }

    @Test
    void aTaskThatTheRouterDropsReachesNoMinerAndTimesOutOnTheChain() throws Exception {
        inject("chain.task-timeout", "chain", "{\"seconds\":2}");
        String dropping = inject("router.drop-tasks", "router", "{\"share\":1}");
        LabHttp.Answer answer = lab.complete(1, task(4).put("timeout", 3).put("stream", true));
        lab.end(dropping);
        faults.remove(dropping);
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.body().path("error").asText()).contains("did not answer in time");
        long task = lastTask(1);
        JsonNode ended = endedTask(1, task);
        assertThat(ended.at("/results/data")).isEmpty();
        assertThat(countedEvents(1, task))
                .isEqualTo(Map.of(
                        EVENTS.get(0), 1,
                        EVENTS.get(1), 1,
                        EVENTS.get(5), 1,
                        EVENTS.get(8), 1,
                        EVENTS.get(9), 1));
        assertThat(lab.complete(1, PROMPT, 4).status()).isEqualTo(200);
    }

    @Test
    void aMinerThatHangsAcksAndTheOthersOfASharedSessionStillCommit() throws Exception {
        inject("chain.task-timeout", "chain", "{\"seconds\":8}");
        inject("miner.hang", "miner-2", "{}");
        LabHttp.Answer answer = lab.complete(manifest.sharedSession(), PROMPT, 4);
        assertThat(answer.status())
                .as("the first miner's tokens go to the caller")
                .isEqualTo(200);
        long task = answer.body().path("task_id").asLong();
        JsonNode ended = endedTask(manifest.sharedSession(), task);
        assertThat(ended.at("/results/data")).hasSize(3);
        assertThat(ended.at("/results/miners").toString())
                .doesNotContain(manifest.miners().get(1).address());
        assertThat(countedEvents(manifest.sharedSession(), task))
                .containsEntry("TaskAcked(uint256,uint256,address)", 4)
                .containsEntry("TaskPrecommitEnded(uint256,uint256)", 1)
                .containsEntry("TaskCommitted(uint256,uint256,address)", 3)
                .containsEntry("TaskCommitEnded(uint256,uint256)", 1)
                .containsEntry("TaskEnded(uint256,uint256,address[])", 1)
                .doesNotContainKeys(EVENTS.get(4), EVENTS.get(7));
    }

    @Test
    void aSlowRouterStretchesAStreamAndNotTheMiner() throws Exception {
        double before = lab.stream(3, PROMPT, 30).millisPerToken();
        inject("router.slow", "router", "{\"percent\":300}");
        LabHttp.Streamed slow = lab.stream(3, PROMPT, 30);
        assertThat(slow.done()).isTrue();
        assertThat(slow.millisPerToken()).isGreaterThan(before * 2);
        assertThat(lab.get("/api/v1/status").status()).isEqualTo(200);
    }

    @Test
    void endedTasksAreCountedForEachNodeAndNotAsTheyWentWhereTheyAreMiscounted() throws Exception {
        String node = manifest.miners().get(2).address();
        assertThat(lab.complete(3, PROMPT, 4).status()).isEqualTo(200);
        soon().untilAsserted(() -> assertThat(counters(node).get(0))
                .isPositive()
                .isEqualTo(endedOf(3) + endedOf(manifest.sharedSession())));
        List<Long> before = counters(node);
        assertThat(before.get(1)).as("each of them was committed").isEqualTo(before.get(0));
        assertThat(before.get(2)).isZero();
        String miscounting = inject("chain.miscount", "miner-3", "{}");
        assertThat(lab.complete(3, PROMPT, 4).status()).isEqualTo(200);
        assertThat(soon().until(() -> counters(node), counted -> counted.get(0) > before.get(0)))
                .containsExactly(before.get(0) + 1, before.get(1), 1L);
        lab.end(miscounting);
        faults.remove(miscounting);
        inject("chain.new-phase", "chain", "{}");
        soon().until(() -> counters(node), counted -> counted.equals(List.of(0L, 0L, 0L)));
    }

    @Test
    void theRoutersListOfMinersLiesBothWays() throws Exception {
        String second = manifest.miners().get(1).address();
        String hiding = inject("router.miners-lie", "router", "{\"hide\":\"miner-2\"}");
        assertThat(lab.get("/api/v1/miners").body().path("nodes").has(second)).isFalse();
        assertThat(lab.complete(2, PROMPT, 4).status())
                .as("it serves all the same")
                .isEqualTo(200);
        lab.end(hiding);
        faults.remove(hiding);
        inject("router.miners-lie", "router", "{}");
        inject("tcp.reset", "miner-2", "{}");
        soon().until(() -> lab.complete(2, PROMPT, 4).status(), status -> status == 503);
        assertThat(lab.get("/api/v1/miners").body().path("nodes").has(second)).isTrue();
    }

    @Test
    void everyMinerHasAStakeAndOneOfThemTooLittle() throws Exception {
        for (LabManifest.Miner miner : manifest.miners()) {
            // First four bytes of keccak of "shares(address)".
            JsonNode share = lab.rpc("rpc-a", "eth_call", call("StakingPool", "0xce7c2ac2", miner.address()));
            assertThat(new BigInteger(share.asText().substring(2, 66), 16))
                    .isEqualTo(
                            BigInteger.TEN.pow(18).multiply(BigInteger.valueOf(miner.session() == 3 ? 9_000 : 10_000)));
        }
    }

    /** Tasks of a node, those that went well, and those that did not, as CognitiveLevel counts them. */
    private static List<Long> counters(String node) throws Exception {
        // First four bytes of keccak of "getNodeData(address)".
        JsonNode data = lab.rpc("rpc-a", "eth_call", call("CognitiveLevel", NODE_DATA, node));
        return List.of(6, 7, 8).stream()
                .map(word -> Long.parseLong(data.asText().substring(2 + 64 * word, 66 + 64 * word), 16))
                .toList();
    }

    private static String call(String contract, String selector, String address) {
        return "[{\"to\":\"" + manifest.contracts().get(contract) + "\",\"data\":\"" + selector + "0".repeat(24)
                + address.substring(2) + "\"},\"latest\"]";
    }

    private static long endedOf(long session) throws Exception {
        long ended = 0;
        for (JsonNode task : lab.get("/api/v1/tasks/" + session).body().path("tasks")) {
            ended += task.path("status").asInt() == 4 ? 1 : 0;
        }
        return ended;
    }

    private String inject(String type, String target, String args) throws Exception {
        String fault = lab.inject(type, target, args, "2m");
        faults.add(fault);
        return fault;
    }

    private static ObjectNode task(int tokens) {
        return Json.object().put("prompt", PROMPT).put("max_tokens", tokens);
    }

    private static String text(ObjectNode task) throws Exception {
        LabHttp.Answer answer = lab.complete(1, task);
        assertThat(answer.status()).isEqualTo(200);
        return answer.body().at("/choices/0/text").asText();
    }

    private static long lastTask(long session) throws Exception {
        return lab.get("/api/v1/tasks/" + session).body().path("tasks").size() - 1L;
    }

    private static JsonNode endedTask(long session, long task) {
        return soon().until(
                        () -> lab.get("/api/v1/tasks/" + session + "/" + task).body(),
                        answer -> answer.path("status").asInt() == 4);
    }

    /** How often the queue said what about a task: every event of it starts with session and task. */
    private static Map<String, Integer> countedEvents(long session, long task) throws Exception {
        Map<String, String> byTopic = new HashMap<>();
        EVENTS.forEach(signature -> byTopic.put(EventEncoder.buildEventSignature(signature), signature));
        String filter = "[{\"fromBlock\":\"0x0\",\"toBlock\":\"latest\",\"address\":\""
                + manifest.contracts().get("SessionQueueV2") + "\"}]";
        String prefix = String.format("0x%064x%064x", session, task);
        Map<String, Integer> counted = new HashMap<>();
        for (JsonNode log : lab.rpc("rpc-a", "eth_getLogs", filter)) {
            if (log.path("data").asText().startsWith(prefix)) {
                counted.merge(byTopic.get(log.at("/topics/0").asText()), 1, Integer::sum);
            }
        }
        return counted;
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(100));
    }
}
