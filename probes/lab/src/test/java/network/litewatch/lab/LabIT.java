package network.litewatch.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import network.litewatch.lab.evm.EvmClient;
import network.litewatch.lab.http.Json;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.generated.Uint256;

final class LabIT {

    private static final String PROMPT = "the miner probe";

    @TempDir
    private static Path home;

    private static Lab running;
    private static LabManifest manifest;
    private static LabHttp lab;

    @BeforeAll
    static void start() {
        running = Lab.start(LabOptions.forTests(home));
        manifest = running.manifest();
        lab = new LabHttp(manifest);
    }

    @AfterAll
    static void stop() {
        if (running != null) {
            running.close();
        }
    }

    @Test
    void theManifestIsWrittenAsJson() throws Exception {
        JsonNode written = Json.MAPPER.readTree(Files.readString(home.resolve("lab.json")));
        assertThat(written).isEqualTo(Json.MAPPER.readTree(manifest.toJson().toString()));
    }

    @Test
    void bothRpcsMoveAndAgreeOnEveryHash() throws Exception {
        long first = height("rpc-b");
        soon().until(() -> height("rpc-b") > first + 1);
        String block = "[\"0x" + Long.toHexString(first + 1) + "\",false]";
        String hash =
                lab.rpc("rpc-a", "eth_getBlockByNumber", block).path("hash").asText();
        assertThat(hash).startsWith("0x").hasSize(66);
        assertThat(lab.rpc("rpc-b", "eth_getBlockByNumber", block).path("hash").asText())
                .isEqualTo(hash);
        assertThat(lab.rpc("rpc-b", "eth_chainId", "[]").asText()).isEqualTo("0x7a69");
    }

    @Test
    void contractsKnowEachMinersSessionOnBothRpcs() throws Exception {
        for (String rpc : List.of("rpc-a", "rpc-b")) {
            String session = call(rpc, "SessionV2", new Function("getSession", List.of(new Uint256(2)), List.of()));
            assertThat(session).contains(manifest.miners().get(1).address().substring(2));
        }
    }

    @Test
    void aCompletionStreamsTokensAndEndsOnTheChain() throws Exception {
        LabHttp.Streamed streamed = lab.stream(1, PROMPT, 12);
        assertThat(streamed.done()).isTrue();
        assertThat(streamed.frames()).hasSize(13);
        JsonNode last = streamed.frames().get(12);
        assertThat(last.at("/choices/0/finish_reason").asText()).isEqualTo("length");
        assertThat(last.at("/usage/completion_tokens").asInt()).isEqualTo(12);
        long task = last.path("task_id").asLong();
        JsonNode ended = endedTask(1, task);
        assertThat(ended.at("/results/data/0").asText()).isEqualTo(streamed.text());
        assertThat(eventsOf(task))
                .containsExactlyInAnyOrder(
                        "TaskQueued(uint256,uint256,uint256,string)", "TaskAssigned(uint256,uint256,address[])",
                        "TaskAcked(uint256,uint256,address)", "TaskPrecommitted(uint256,uint256,address)",
                        "TaskAllPrecommitted(uint256,uint256,address[])", "TaskPrecommitEnded(uint256,uint256)",
                        "TaskCommitted(uint256,uint256,address)", "TaskAllCommitted(uint256,uint256,address[])",
                        "TaskCommitEnded(uint256,uint256)", "TaskEnded(uint256,uint256,address[])");
    }

    @Test
    void theSharedSessionHasAResultOfEachMiner() throws Exception {
        LabHttp.Answer answer = lab.complete(manifest.sharedSession(), PROMPT, 8);
        assertThat(answer.status()).isEqualTo(200);
        JsonNode ended = endedTask(
                manifest.sharedSession(), answer.body().path("task_id").asLong());
        assertThat(ended.at("/results/data")).hasSize(3);
    }

    @Test
    void callersWithoutTheTokenAreRefused() throws Exception {
        LabHttp.Answer answer = lab.getWithoutToken("/api/v1/status");
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.body().path("error").asText()).isEqualTo("Invalid Authorization header format");
    }

    @Test
    void aSlowMinerIsSlowUntilTheFaultEnds() throws Exception {
        double before = lab.stream(2, PROMPT, 30).millisPerToken();
        String fault = lab.inject("miner.slow", "miner-2", "{\"factor\":3}", "60s");
        double slow = lab.stream(2, PROMPT, 30).millisPerToken();
        lab.end(fault);
        assertThat(slow).isGreaterThan(before * 2);
        assertThat(lab.stream(2, PROMPT, 30).millisPerToken()).isLessThan(slow / 2);
    }

    @Test
    void anotherModelSaysOtherThingsUnderTheSameName() throws Exception {
        JsonNode honest = lab.complete(3, PROMPT, 16).body();
        String fault = lab.inject("miner.swap-model", "miner-3", "{}", "60s");
        JsonNode swapped = lab.complete(3, PROMPT, 16).body();
        lab.end(fault);
        assertThat(text(swapped)).isNotEqualTo(text(honest));
        assertThat(swapped.path("model")).isEqualTo(honest.path("model"));
        assertThat(text(lab.complete(3, PROMPT, 16).body())).isEqualTo(text(honest));
    }

    @Test
    void aFrozenRpcStaysBehindWhileTheOtherMovesOn() throws Exception {
        String fault = lab.inject("rpc.freeze", "rpc-b", "{}", "60s");
        long frozen = height("rpc-b");
        soon().until(() -> height("rpc-a") > frozen + 2);
        assertThat(height("rpc-b")).isEqualTo(frozen);
        lab.end(fault);
        soon().until(() -> height("rpc-b") > frozen + 2);
    }

    @Test
    void aRouterThatFailsAnswersSo() throws Exception {
        String fault = lab.inject("router.5xx", "router", "{\"status\":502}", "60s");
        assertThat(lab.get("/api/v1/ping").status()).isEqualTo(502);
        lab.end(fault);
        assertThat(lab.get("/api/v1/ping").status()).isEqualTo(200);
    }

    @Test
    void withoutMinersTheRouterFailsOnlyWhereItWasSeenToAndRecoversWithTheLease() throws Exception {
        for (LabManifest.Miner miner : manifest.miners()) {
            lab.inject("miner.stop", miner.name(), "{}", "4s");
        }
        soon().until(() -> lab.get("/api/v1/status").status() == 500);
        assertThat(lab.get("/api/v1/status").body().path("error").asText())
                .isEqualTo("Failed to get router status: 'total_count'");
        assertThat(lab.get("/api/v1/info").body().path("error").asText())
                .isEqualTo("Failed to get router information: 'total'");
        assertThat(lab.get("/api/v1/miners").body()).isEqualTo(Json.MAPPER.readTree("{\"nodes\":{},\"stats\":{}}"));
        assertThat(lab.get("/api/v1/sessions").body()).isEqualTo(Json.MAPPER.readTree("{\"count\":0,\"sessions\":[]}"));
        assertThat(lab.complete(1, PROMPT, 4).status()).isEqualTo(503);
        soon().until(() ->
                lab.get("/api/v1/status").body().path("connected_miners").asInt() == 3);
    }

    private static long height(String rpc) throws Exception {
        return EvmClient.quantity(lab.rpc(rpc, "eth_blockNumber", "[]"));
    }

    private static String call(String rpc, String contract, Function function) throws Exception {
        return lab.rpc(
                        rpc,
                        "eth_call",
                        "[{\"to\":\"" + address(contract) + "\",\"data\":\"" + FunctionEncoder.encode(function)
                                + "\"},\"latest\"]")
                .asText();
    }

    private static JsonNode endedTask(long session, long task) {
        return soon().until(
                        () -> lab.get("/api/v1/tasks/" + session + "/" + task).body(),
                        answer -> answer.path("status").asInt() == 4);
    }

    /** The signatures of the queue's events about a task of session 1; every one of them starts with session and task. */
    private static Set<String> eventsOf(long task) throws Exception {
        List<String> signatures = List.of(
                "TaskQueued(uint256,uint256,uint256,string)", "TaskAssigned(uint256,uint256,address[])",
                "TaskAcked(uint256,uint256,address)", "TaskPrecommitted(uint256,uint256,address)",
                "TaskAllPrecommitted(uint256,uint256,address[])", "TaskPrecommitEnded(uint256,uint256)",
                "TaskCommitted(uint256,uint256,address)", "TaskAllCommitted(uint256,uint256,address[])",
                "TaskCommitEnded(uint256,uint256)", "TaskEnded(uint256,uint256,address[])");
        Map<String, String> byTopic = new java.util.HashMap<>();
        signatures.forEach(signature -> byTopic.put(EventEncoder.buildEventSignature(signature), signature));
        Set<String> seen = new TreeSet<>();
        String filter =
                "[{\"fromBlock\":\"0x0\",\"toBlock\":\"latest\",\"address\":\"" + address("SessionQueueV2") + "\"}]";
        String prefix = String.format("0x%064x%064x", 1, task);
        for (JsonNode log : lab.rpc("rpc-a", "eth_getLogs", filter)) {
            if (log.path("data").asText().startsWith(prefix)) {
                seen.add(byTopic.get(log.at("/topics/0").asText()));
            }
        }
        return seen;
    }

    private static String text(JsonNode completion) {
        return completion.at("/choices/0/text").asText();
    }

    private static String address(String contract) {
        return String.valueOf(manifest.contracts().get(contract));
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofMinutes(5)).pollInterval(Duration.ofMillis(100));
    }
}
