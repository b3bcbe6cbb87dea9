package network.litewatch.probe.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Outcome.Kind;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.FakeExchanger;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.TargetJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RpcConsistencyProbeTest {
    private final List<Long> heads = new ArrayList<>();
    private final Map<String, String> special = new HashMap<>();
    private final Map<String, String> parameters = new HashMap<>();
    private final List<String> asked = new ArrayList<>();

    @Test
    void aSteadyRpcIsOkAndShowsItsAnchor() {
        heads.addAll(List.of(1000L, 1000L, 1001L, 1001L, 1001L, 1002L, 1002L, 1002L, 1003L, 1003L));
        parameters.put("anchor_step", "64");

        Finding finding = run();

        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsOnly(
                        Map.entry(Measurement.RPC_BURST_BACKWARDS_RATIO, 0.0),
                        Map.entry(Measurement.RPC_BURST_BACKWARDS_BLOCKS, 0.0),
                        Map.entry(Measurement.RPC_ANCHOR_NUMBER, 960.0),
                        Map.entry(Measurement.RPC_HEAD_READABLE, 1.0));
        assertThat(finding.evidence()).containsEntry("anchor_hash", hash(960));
        assertThat(asked).filteredOn("eth_blockNumber"::equals).hasSize(10);
    }

    @Test
    void backendsOfDifferentHeightShow() {
        heads.addAll(List.of(1000L, 960L, 1000L, 998L, 1001L, 961L, 1001L, 1001L, 1001L, 1001L));

        assertThat(run().measurements())
                .containsEntry(Measurement.RPC_BURST_BACKWARDS_RATIO, 0.2)
                .containsEntry(Measurement.RPC_BURST_BACKWARDS_BLOCKS, 40.0);
    }

    @ParameterizedTest
    @CsvSource({
        "header not found, 0",
        "'missing trie node 00 (path ) state 0x is not available', 0",
    })
    void aHeadThatWasShownAndCannotBeReadIsNamed(String error, double readable) {
        special.put("eth_getBalance 0x3e8", "!-32000 " + error);

        assertThat(run().measurements()).containsEntry(Measurement.RPC_HEAD_READABLE, readable);
    }

    @Test
    void aRefusalForAnotherReasonSaysNothingOfTheState() {
        special.put("eth_getBalance 0x3e8", "!-32005 rate limit");

        assertThat(run().measurements()).doesNotContainKey(Measurement.RPC_HEAD_READABLE);
    }

    @Test
    void prunedStateOfTheArchiveBlockIsNamed() {
        parameters.put("archive_block", "5");
        assertThat(run().measurements()).containsEntry(Measurement.RPC_ARCHIVE_READABLE, 1.0);

        special.put("eth_getBalance 0x5", "!-32000 required historical state unavailable (reexec=128)");
        assertThat(run().measurements()).containsEntry(Measurement.RPC_ARCHIVE_READABLE, 0.0);
    }

    @Test
    void prunedStateOfABlockSoFarBelowTheHeadIsNamed() {
        parameters.put("archive_depth", "256");
        assertThat(run().measurements()).containsEntry(Measurement.RPC_ARCHIVE_READABLE, 1.0);

        special.put("eth_getBalance 0x2e8", "!-32000 missing trie node 00 (path ) state 0x is not available");
        assertThat(run().measurements()).containsEntry(Measurement.RPC_ARCHIVE_READABLE, 0.0);
    }

    @Test
    void aChainThatIsNotThatLongIsAskedForNoOldState() {
        parameters.put("archive_depth", "1001");

        assertThat(run().measurements()).doesNotContainKey(Measurement.RPC_ARCHIVE_READABLE);
        assertThat(run().outcome()).isEqualTo(Outcome.ok());
    }

    @Test
    void aPinnedBlockOfAnotherHashIsAnotherChain() {
        parameters.put("pinned_number", "7");
        parameters.put("pinned_hash", hash(7));
        assertThat(run().outcome()).isEqualTo(Outcome.ok());

        parameters.put("pinned_hash", hash(8));
        assertThat(run().outcome().reason()).isEqualTo(Reason.WRONG_CHAIN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "null                                                  |PROTOCOL_ERROR|FAILED",
                "{\"number\":\"0x1\",\"hash\":\"0x00\"}                |PROTOCOL_ERROR|FAILED",
                "{\"number\":\"0x300\",\"hash\":\"short\"}             |PROTOCOL_ERROR|FAILED",
                "[]                                                    |PROTOCOL_ERROR|FAILED",
                "!-32005 rate limit exceeded                           |RATE_LIMITED  |INCONCLUSIVE",
            })
    void anAnchorThatIsNotTheBlockAskedForIsAnError(String block, Reason reason, Kind kind) {
        special.put("eth_getBlockByNumber 0x300", block);

        Finding finding = run();

        assertThat(finding.outcome().reason()).isEqualTo(reason);
        assertThat(finding.outcome().kind()).isEqualTo(kind);
        assertThat(finding.evidence()).doesNotContainKey("anchor_hash");
    }

    @ParameterizedTest
    @CsvSource({"'\"pizza\"', SHAPE_CHANGED", "12, SHAPE_CHANGED", "null, SHAPE_CHANGED", "!-32603 oops, RPC_ERROR"})
    void aBurstThatIsNoNumberEndsTheRun(String answer, Reason reason) {
        special.put("eth_blockNumber", answer);

        assertThat(run().outcome().reason()).isEqualTo(reason);
    }

    @Test
    void aYoungChainIsAnchoredAtItsFirstBlock() {
        heads.addAll(List.of(3L, 3L, 3L, 3L, 3L, 3L, 3L, 3L, 3L, 3L));

        assertThat(run().evidence()).containsEntry("anchor_hash", hash(0));
    }

    private Finding run() {
        Target target = new Target(
                new TargetId("rpc-1"),
                TargetKind.RPC,
                new NetworkId("lab"),
                SecretUrl.parse("http://rpc.example/KEY"),
                Optional.empty(),
                Map.of(),
                parameters);
        return new RpcConsistencyProbe(new FakeExchanger(this::answer), () -> 0)
                .run(target, Duration.ofSeconds(5))
                .join();
    }

    private HttpResult answer(HttpRequest request) {
        JsonNode body = TargetJson.parse(request.json().orElseThrow()).orElseThrow();
        if (!body.isArray()) {
            return FakeExchanger.response(200, one(body).toString());
        }
        ArrayNode answers = TargetJson.mapper().createArrayNode();
        body.forEach(call -> answers.add(one(call)));
        return FakeExchanger.response(200, answers.toString());
    }

    private ObjectNode one(JsonNode call) {
        String method = call.path("method").asText();
        asked.add(method);
        String block = call.path("params")
                .path(method.equals("eth_getBalance") ? 1 : 0)
                .asText("");
        ObjectNode answer = TargetJson.mapper().createObjectNode();
        answer.put("jsonrpc", "2.0").put("id", call.path("id").asLong());
        String scripted = special.get((method + " " + block).strip());
        if (scripted != null && scripted.startsWith("!")) {
            int space = scripted.indexOf(' ');
            answer.putObject("error")
                    .put("code", Integer.parseInt(scripted.substring(1, space)))
                    .put("message", scripted.substring(space + 1));
        } else if (scripted != null) {
            answer.set("result", TargetJson.parse(scripted).orElseThrow());
        } else {
            switch (method) {
                case "eth_blockNumber" ->
                    answer.put("result", "0x" + Long.toHexString(heads.isEmpty() ? 1000 : heads.remove(0)));
                case "eth_getBalance" -> answer.put("result", "0x123456789abcdef0123456789abcdef");
                default -> answer.putObject("result").put("number", block).put("hash", hash(Long.decode(block)));
            }
        }
        return answer;
    }

    private static String hash(long number) {
        return String.format("0x%064x", number + 0xabc);
    }
}
