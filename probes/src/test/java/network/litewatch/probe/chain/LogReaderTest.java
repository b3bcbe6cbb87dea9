package network.litewatch.probe.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.FakeExchanger;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.TargetJson;
import network.litewatch.probe.http.WireTrace;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** An RPC that lies, in each way that it can. */
class LogReaderTest {
    private static final String CONTRACT = "0x00000000000000000000000000000000000000aa";
    private static final Duration TIME = Duration.ofSeconds(5);

    private final LogReader reader = new LogReader(List.of(CONTRACT));

    @Test
    void aLogThatTheHeadersBearOutIsTaken() throws ChainRefusal {
        LogRange range = read(call -> logs(log()));

        assertThat(range.logs()).hasSize(1);
        assertThat(range.headers()).containsOnlyKeys(10L, 11L, 12L);
        assertThat(range.healed()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    address     | 0x00000000000000000000000000000000000000bb | shape_changed
                    address     | 0xaa                                       | shape_changed
                    blockNumber | 0x20                                       | shape_changed
                    blockNumber | eleven                                     | shape_changed
                    blockNumber | 0xffffffffffffffffffffffff                 | shape_changed
                    blockHash   | 0x1111111111111111111111111111111111111111111111111111111111111111 | path_unhealthy
                    data        | 0xabc                                      | shape_changed
                    logIndex    | -1                                         | shape_changed
                    """)
    void aLogThatCannotBeIsRefused(String field, String value, String reason) {
        ObjectNode log = log().put(field, value);
        assertThatThrownBy(() -> read(call -> logs(log)))
                .isInstanceOfSatisfying(
                        ChainRefusal.class,
                        refusal ->
                                assertThat(refusal.outcome().reason().label()).isEqualTo(reason));
    }

    @Test
    void aLogOfAReplacedBlockIsRefused() {
        assertThatThrownBy(() -> read(call -> logs(log().put("removed", true)))).isInstanceOf(ChainRefusal.class);
    }

    @Test
    void aLogThatIsThereTwiceIsOne() throws ChainRefusal {
        assertThat(read(call -> logs(log(), log())).logs()).hasSize(1);
    }

    @Test
    void anAnswerTooLargeToReadMakesTheRangeNarrower() throws ChainRefusal {
        LogRange range = reader.read(
                rpc(request -> {
                    JsonNode call = json(request);
                    boolean wide = call.path("method").asText().equals("eth_getLogs")
                            && !call.at("/params/0/fromBlock").equals(call.at("/params/0/toBlock"));
                    return wide
                            ? FakeExchanger.failure(Reason.BODY_TOO_LARGE, WireTrace.Stage.RECEIVING)
                            : answer(request, c -> logs());
                }),
                10,
                12,
                RangeLimit.START,
                true);

        assertThat(range.to()).isEqualTo(10);
        assertThat(range.limit().blocks()).isEqualTo(1);
    }

    @Test
    void oneBlockThatIsTooMuchIsARefusalAndNoEndlessLoop() {
        assertThatThrownBy(() -> read(call -> TargetJson.mapper()
                        .createObjectNode()
                        .set(
                                "error",
                                TargetJson.mapper()
                                        .createObjectNode()
                                        .put("code", -32005)
                                        .put("message", "query returned more than 10000 results"))))
                .isInstanceOf(ChainRefusal.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    429 | {}                                                        | rate_limited
                    500 | oops                                                      | http_status
                    200 | <html>                                                    | protocol_error
                    200 | {"result": {}}                                            | shape_changed
                    200 | {"result": null}                                          | shape_changed
                    400 | {"error": {"code": -32000, "message": "header not found"}} | missing_data
                    """)
    void whatIsNoAnswerIsARefusalWithItsReason(int status, String body, String reason) {
        assertThatThrownBy(() -> reader.read(
                        rpc(request -> FakeExchanger.response(status, body)), 10, 12, RangeLimit.START, true))
                .isInstanceOfSatisfying(
                        ChainRefusal.class,
                        refusal ->
                                assertThat(refusal.outcome().reason().label()).isEqualTo(reason));
    }

    @Test
    void theUrlOfAnRpcIsInNoRefusal() {
        assertThatThrownBy(() -> reader.read(
                        rpc(request -> FakeExchanger.response(500, "secret-key")), 10, 12, RangeLimit.START, true))
                .hasMessageNotContaining("secret-key");
    }

    private LogRange read(Function<JsonNode, JsonNode> logs) throws ChainRefusal {
        return reader.read(rpc(request -> answer(request, logs)), 10, 12, RangeLimit.START, true);
    }

    private static ChainRpc rpc(Function<HttpRequest, HttpResult> answers) {
        Target target = new Target(
                new TargetId("rpc"),
                TargetKind.RPC,
                new NetworkId("test"),
                SecretUrl.parse("http://127.0.0.1:1/secret-key"),
                Optional.empty(),
                Map.of(),
                Map.of());
        return new ChainRpc(new FakeExchanger(answers), target, () -> 0, TIME.toNanos());
    }

    private static HttpResult answer(HttpRequest request, Function<JsonNode, JsonNode> logs) {
        JsonNode body = json(request);
        if (!body.isArray()) {
            ObjectNode answer = TargetJson.mapper()
                    .createObjectNode()
                    .put("id", body.path("id").asInt());
            answer.setAll((ObjectNode) logs.apply(body));
            return FakeExchanger.response(200, answer.toString());
        }
        ArrayNode answers = TargetJson.mapper().createArrayNode();
        body.forEach(call -> answers.addObject()
                .put("id", call.path("id").asInt())
                .set("result", header(Long.decode(call.at("/params/0").asText()))));
        return FakeExchanger.response(200, answers.toString());
    }

    private static JsonNode logs(ObjectNode... logs) {
        ObjectNode answer = TargetJson.mapper().createObjectNode();
        answer.putArray("result").addAll(List.of(logs));
        return answer;
    }

    private static ObjectNode log() {
        ObjectNode log = TargetJson.mapper()
                .createObjectNode()
                .put("address", CONTRACT)
                .put("data", "0x")
                .put("blockNumber", "0xb")
                .put("blockHash", hash(11))
                .put("transactionHash", hash(99))
                .put("logIndex", "0x0");
        log.putArray("topics");
        return log;
    }

    private static JsonNode header(long number) {
        return TargetJson.mapper()
                .createObjectNode()
                .put("number", Hex.quantity(number))
                .put("hash", hash(number))
                .put("parentHash", hash(number - 1))
                .put("timestamp", "0x69200000");
    }

    private static String hash(long number) {
        return "0x" + "%064x".formatted(number);
    }

    private static JsonNode json(HttpRequest request) {
        return TargetJson.parse(request.json().orElseThrow()).orElseThrow();
    }
}
