package network.litewatch.probe.rpc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Outcome.Kind;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.FakeExchanger;
import network.litewatch.probe.http.HttpRequest;
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.TargetJson;
import network.litewatch.probe.http.WireTrace.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RpcHeadProbeTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_000_500);
    private static final String HASH = "0x" + "ab".repeat(32);

    // In the order of the batch.
    private static final String CHAIN = "\"0xa4b1\"";
    private static final String LATEST = block("0x64", "0x3e7");
    private static final String SAFE = block("0x5a", "0x3de");
    private static final String FINALIZED = block("0x50", "0x3d4");
    private static final String GAS = "\"0x5f5e100\"";
    private static final String VERSION = "\"nitro/v3.9.3\"";

    @Test
    void measuresChainAndHeads() {
        Finding finding = run(Map.of("chain_id", "42161"), CHAIN, LATEST, SAFE, FINALIZED, VERSION, GAS);

        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsOnly(
                        Map.entry(Measurement.RPC_CHAIN_ID, 42161.0),
                        Map.entry(Measurement.RPC_GAS_PRICE, 1e8),
                        Map.entry(Measurement.RPC_HEAD_NUMBER, 100.0),
                        Map.entry(Measurement.RPC_HEAD_TIMESTAMP, 999.0),
                        Map.entry(Measurement.RPC_HEAD_AGE, 1.5),
                        Map.entry(Measurement.RPC_SAFE_NUMBER, 90.0),
                        Map.entry(Measurement.RPC_SAFE_AGE, 10.5),
                        Map.entry(Measurement.RPC_FINALIZED_NUMBER, 80.0),
                        Map.entry(Measurement.RPC_FINALIZED_AGE, 20.5));
        assertThat(finding.evidence())
                .containsOnly(Map.entry("client_version", "nitro/v3.9.3"), Map.entry("head_hash", HASH));
        assertThat(finding.phases()).containsKey(Phase.CONNECT);
    }

    @Test
    void aMissingTagIsAbsentAndNoFailure() {
        Finding finding = run(
                Map.of(),
                CHAIN,
                LATEST,
                "null",
                "!-32602 unknown tag",
                "!-32601 no such method",
                "!-32601 no such method");
        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsKey(Measurement.RPC_HEAD_NUMBER)
                .doesNotContainKeys(Measurement.RPC_SAFE_NUMBER, Measurement.RPC_FINALIZED_NUMBER);
        assertThat(finding.evidence()).doesNotContainKey("client_version");
    }

    @Test
    void aHeadFromTheFutureHasANegativeAge() {
        assertThat(run(Map.of(), CHAIN, block("0x64", "0x3ea"), SAFE, FINALIZED, VERSION, GAS)
                        .measurements())
                .containsEntry(Measurement.RPC_HEAD_AGE, -1.5);
    }

    @ParameterizedTest
    @ValueSource(strings = {"421614", "0x66eee"})
    void anotherChainIsWrongWhateverTheSpelling(String wanted) {
        Finding finding = run(Map.of("chain_id", wanted), CHAIN, LATEST, SAFE, FINALIZED, VERSION, GAS);
        assertOutcome(finding, Kind.FAILED, Reason.WRONG_CHAIN);
        assertThat(finding.outcome().detail()).isEqualTo("serves chain 42161 instead of 421614");
        assertThat(finding.measurements()).containsEntry(Measurement.RPC_CHAIN_ID, 42161.0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "null                        |SHAPE_CHANGED|FAILED",
                "{}                          |SHAPE_CHANGED|FAILED",
                "{\"number\":\"0x1\"}        |SHAPE_CHANGED|FAILED",
                "{\"number\":\"pizza\",\"timestamp\":\"0x1\"}|SHAPE_CHANGED|FAILED",
                "{\"number\":7,\"timestamp\":8}|SHAPE_CHANGED|FAILED",
                "{\"number\":{\"a\":1}}      |SHAPE_CHANGED|FAILED",
                "[]                          |SHAPE_CHANGED|FAILED",
                "!-32000 header not found    |RPC_ERROR|FAILED",
                "!-32005 limit               |RATE_LIMITED|INCONCLUSIVE",
                "!-32016 over rate limit     |RATE_LIMITED|INCONCLUSIVE",
                "!-32000 Daily quota exceeded|RATE_LIMITED|INCONCLUSIVE",
                "!-32000 Monthly quota exceeded|BILLING|INCONCLUSIVE",
                "!-32000 internal error      |RPC_ERROR|FAILED",
            })
    void judgesTheLatestBlock(String latest, Reason reason, Kind kind) {
        assertOutcome(run(Map.of(), CHAIN, latest, SAFE, FINALIZED, VERSION, GAS), kind, reason);
    }

    @ParameterizedTest
    @CsvSource({
        "42161, SHAPE_CHANGED, FAILED",
        "null, SHAPE_CHANGED, FAILED",
        "'\"0xzz\"', SHAPE_CHANGED, FAILED",
        "!-32601 no, UNSUPPORTED, INCONCLUSIVE",
        "!-32603 no, RPC_ERROR, FAILED"
    })
    void judgesTheChainId(String chain, Reason reason, Kind kind) {
        assertOutcome(run(Map.of(), chain, LATEST, SAFE, FINALIZED, VERSION, GAS), kind, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "429|slow down|RATE_LIMITED|INCONCLUSIVE",
                "402|pay up|BILLING|INCONCLUSIVE",
                "401|who are you|UNAUTHORIZED|INCONCLUSIVE",
                "403|no|UNAUTHORIZED|INCONCLUSIVE",
                "503|{\"error\":{\"code\":-32005,\"message\":\"x\"}}|RATE_LIMITED|INCONCLUSIVE",
                "503|<html>|HTTP_STATUS|FAILED",
                "301|moved|HTTP_STATUS|FAILED",
                "200|<html>|PROTOCOL_ERROR|FAILED",
                "200|{\"jsonrpc\":\"2.0\",\"result\":1}|PROTOCOL_ERROR|FAILED",
                "200|{\"id\":null,\"error\":{\"code\":-32600,\"message\":\"no batches\"}}|REQUEST_REFUSED|INCONCLUSIVE",
                "200|[{\"id\":null,\"error\":{\"code\":429,\"message\":\"x\"}}]|RATE_LIMITED|INCONCLUSIVE",
                "200|[]|PROTOCOL_ERROR|FAILED",
                "200|[{\"id\":\"1\",\"result\":1}]|PROTOCOL_ERROR|FAILED",
                "200|[1]|PROTOCOL_ERROR|FAILED",
            })
    void judgesWholeAnswers(int status, String body, Reason reason, Kind kind) {
        assertOutcome(probe(request -> FakeExchanger.response(status, body), Map.of()), kind, reason);
    }

    @ParameterizedTest
    @EnumSource(
            names = {"TIMEOUT", "DNS_FAILURE", "CONNECTION_REFUSED", "CONNECTION_RESET", "TLS_FAILURE", "BODY_TOO_LARGE"
            })
    void aTransportFailureIsTheRpcs(Reason reason) {
        Finding finding = probe(request -> FakeExchanger.failure(reason, Stage.STARTED), Map.of());
        assertOutcome(finding, Kind.FAILED, reason);
        assertThat(finding.phases()).containsKey(Phase.CONNECT);
    }

    @Test
    void anAddressThatWeMustNotDialIsNotItsFailure() {
        assertOutcome(
                probe(request -> FakeExchanger.failure(Reason.EGRESS_DENIED, Stage.STARTED), Map.of()),
                Kind.NOT_RUN,
                Reason.EGRESS_DENIED);
    }

    @Test
    void answersWithForeignIdsAreAProtocolError() {
        assertOutcome(
                probe(
                        request -> FakeExchanger.response(
                                200,
                                answers(request.json().orElseThrow(), 1, CHAIN, LATEST, SAFE, FINALIZED, VERSION, GAS)),
                        Map.of()),
                Kind.FAILED,
                Reason.PROTOCOL_ERROR);
    }

    @Test
    void isNotRunOnAChainIdThatIsNone() {
        assertOutcome(run(Map.of("chain_id", "one")), Kind.NOT_RUN, Reason.PROBER_ERROR);
    }

    private static Finding run(Map<String, String> parameters, String... results) {
        return probe(
                request -> FakeExchanger.response(200, answers(request.json().orElseThrow(), 0, results)), parameters);
    }

    private static Finding probe(Function<HttpRequest, HttpResult> server, Map<String, String> parameters) {
        Target target = new Target(
                new TargetId("rpc-1"),
                TargetKind.RPC,
                new NetworkId("lab"),
                SecretUrl.parse("http://rpc.example/KEY"),
                Optional.empty(),
                Map.of(),
                parameters);
        return new RpcHeadProbe(new FakeExchanger(server), InstantSource.fixed(NOW))
                .run(target, Duration.ofSeconds(5))
                .join();
    }

    /** Answers to a batch, last first, since order means nothing; a result {@code !code text} is an error. */
    private static String answers(String batch, long idShift, String... results) {
        ArrayNode answers = TargetJson.mapper().createArrayNode();
        JsonNode requests = TargetJson.parse(batch).orElseThrow();
        for (int i = requests.size() - 1; i >= 0; i--) {
            ObjectNode answer = answers.addObject();
            answer.put("jsonrpc", "2.0").put("id", requests.path(i).path("id").asLong() + idShift);
            if (results[i].startsWith("!")) {
                int space = results[i].indexOf(' ');
                answer.putObject("error")
                        .put("code", Integer.parseInt(results[i].substring(1, space)))
                        .put("message", results[i].substring(space + 1));
            } else {
                answer.set("result", TargetJson.parse(results[i]).orElseThrow());
            }
        }
        return answers.toString();
    }

    private static String block(String number, String timestamp) {
        return "{\"number\":\"" + number + "\",\"timestamp\":\"" + timestamp + "\",\"hash\":\"" + HASH
                + "\",\"transactions\":[\"0x01\"],\"sendCount\":\"0x1\"}";
    }

    private static void assertOutcome(Finding finding, Kind kind, Reason reason) {
        assertThat(finding.outcome().reason()).as(finding.outcome().toString()).isEqualTo(reason);
        assertThat(finding.outcome().kind()).isEqualTo(kind);
    }
}
