package network.litewatch.probe.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.SecretUrl;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.http.FakeExchanger;
import network.litewatch.probe.http.TargetJson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.web3j.crypto.Hash;

final class NodeCountersProbeTest {
    private static final String LEVEL = "0x" + "ee".repeat(20);
    private static final String SCORE = "0x" + "dd".repeat(20);
    private static final Target RPC = target("rpc", TargetKind.RPC, Map.of(), Map.of("chain_id", "7"));

    private final AtomicLong nanos = new AtomicLong();
    private final List<JsonNode> asked = new ArrayList<>();
    private final List<Target> targets = new ArrayList<>(List.of(RPC));

    @Test
    void theSelectorIsThatOfTheSignature() {
        assertThat(Hash.sha3String("getNodeData(address)")).startsWith(NodeCountersProbe.NODE_DATA);
        assertThat(NodeCountersProbe.selector("getNodeData(address)")).isEqualTo(NodeCountersProbe.NODE_DATA);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"getScore", "getScore(uint256)", "get score(address)", "(address)", "getScore(address,uint8)"})
    void whatIsNoFunctionOfAnAddressIsRefused(String signature) {
        assertThatThrownBy(() -> NodeCountersProbe.selector(signature))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("getScore(address)");
    }

    @Test
    void oneBatchAsksForAllNodesOfANetworkAndServesThemFor30Seconds() {
        miners(60);
        NodeCountersProbe probe = probe(this::counted);

        Finding finding = run(probe, 1);
        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsOnly(
                        Map.entry(Measurement.ONCHAIN_TASKS, 12.0),
                        Map.entry(Measurement.ONCHAIN_SUCCESSES, 9.0),
                        Map.entry(Measurement.ONCHAIN_FAILURES, 2.0),
                        Map.entry(Measurement.ONCHAIN_LEVEL, 4.0));
        assertThat(asked)
                .as("the chain's id and fifty nodes, then ten")
                .extracting(JsonNode::size)
                .containsExactly(51, 11);
        for (int i = 2; i <= 60; i++) {
            assertThat(run(probe, i).outcome()).isEqualTo(Outcome.ok());
        }
        assertThat(asked).hasSize(2);
        nanos.addAndGet(Duration.ofSeconds(30).toNanos());
        run(probe, 2);
        assertThat(asked).hasSize(4);
    }

    @Test
    void aScoreIsAskedForWhereOneIsConfiguredAndOnlyThere() {
        targets.add(miner(
                1,
                Map.of(
                        NodeCountersProbe.SCORE_CONTRACT,
                        SCORE,
                        NodeCountersProbe.SCORE_FUNCTION,
                        NodeCountersProbe.selector("getScore(address)"),
                        NodeCountersProbe.SCORE_SCALE,
                        "200")));

        Finding finding = run(probe(this::counted), 1);

        assertThat(finding.measurements()).containsEntry(Measurement.ONCHAIN_SCORE, 0.25);
        assertThat(asked.get(0)).hasSize(3);
    }

    @Test
    void aNodeThatIsNotRegisteredIsNoFailure() {
        miners(1);
        Outcome outcome = run(probe(always("0".repeat(640))), 1).outcome();

        assertThat(outcome.kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
        assertThat(outcome.reason()).isEqualTo(Reason.MISSING_DATA);
    }

    @Test
    void whatIsNoTupleAndWhatContradictsItselfSaysNothing() {
        miners(1);
        assertThat(run(probe(always("00")), 1).outcome().reason()).isEqualTo(Reason.SHAPE_CHANGED);
        assertThat(run(probe(always(tuple(address(1), 12, 9, 4))), 1).outcome().reason())
                .isEqualTo(Reason.SHAPE_CHANGED);
    }

    @Test
    void anotherChainSaysNothingAndIsNotKept() {
        miners(1);
        NodeCountersProbe probe = probe(call -> call.equals("eth_chainId") ? "\"0x8\"" : counted(call));
        Finding finding = run(probe, 1);

        assertThat(finding.outcome().kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
        assertThat(finding.outcome().detail()).startsWith("wrong_chain");
        assertThat(finding.measurements()).isEmpty();
        run(probe, 1);
        assertThat(asked).hasSize(2);
    }

    @Test
    void onlyMinersWithAnAddressAndAContractAreAsked() {
        NodeCountersProbe probe = probe(this::counted);
        assertThat(probe.suits(miner(1, Map.of()))).isTrue();
        assertThat(probe.suits(target("bare", TargetKind.MINER, Map.of(), Map.of(NodeCountersProbe.CONTRACT, LEVEL))))
                .isFalse();
        targets.clear();
        assertThat(probe.suits(miner(1, Map.of()))).as("no RPC to ask").isFalse();
    }

    private Finding run(NodeCountersProbe probe, int miner) {
        Target target = targets.stream()
                .filter(one -> one.id().value().equals("miner-" + miner))
                .findFirst()
                .orElseThrow();
        return probe.run(target, Duration.ofSeconds(1)).join();
    }

    /** {@code results} of a call: of its data, or of its method where it has none. */
    private NodeCountersProbe probe(Function<String, String> results) {
        FakeExchanger exchanger = new FakeExchanger(request -> {
            JsonNode batch = TargetJson.parse(request.json().orElseThrow()).orElseThrow();
            asked.add(batch);
            List<String> answers = new ArrayList<>();
            for (JsonNode call : batch) {
                String what = call.path("method").asText().equals("eth_call")
                        ? call.at("/params/0/data").asText()
                        : call.path("method").asText();
                answers.add(
                        "{\"jsonrpc\":\"2.0\",\"id\":" + call.path("id") + ",\"result\":" + results.apply(what) + "}");
            }
            return FakeExchanger.response(200, "[" + String.join(",", answers) + "]");
        });
        return new NodeCountersProbe(exchanger, nanos::get, () -> targets);
    }

    private String counted(String call) {
        if (call.equals("eth_chainId")) {
            return "\"0x7\"";
        }
        return call.startsWith(NodeCountersProbe.NODE_DATA)
                ? quoted(tuple("0x" + call.substring(34), 12, 9, 2))
                : quoted("%064x".formatted(50));
    }

    /** The same answer to every call of a contract. */
    private static Function<String, String> always(String hex) {
        return call -> call.equals("eth_chainId") ? "\"0x7\"" : quoted(hex);
    }

    private static String quoted(String hex) {
        return "\"0x" + hex + "\"";
    }

    private static String tuple(String address, int total, int good, int failed) {
        return "0".repeat(24)
                + address.substring(2)
                + "%064x".repeat(9).formatted(4, 3, 1, 0, 0, total, good, failed, 0);
    }

    private void miners(int count) {
        IntStream.rangeClosed(1, count).forEach(i -> targets.add(miner(i, Map.of())));
    }

    private static String address(int index) {
        return "0x%040x".formatted(index);
    }

    private static Target miner(int index, Map<String, String> more) {
        Map<String, String> parameters = new LinkedHashMap<>(more);
        parameters.put(NodeCountersProbe.ADDRESS, address(index));
        parameters.put(NodeCountersProbe.CONTRACT, LEVEL);
        return target("miner-" + index, TargetKind.MINER, Map.of("rpc", "rpc"), parameters);
    }

    private static Target target(
            String id, TargetKind kind, Map<String, String> labels, Map<String, String> parameters) {
        return new Target(
                new TargetId(id),
                kind,
                new NetworkId("lab"),
                SecretUrl.parse("http://" + id + ".example.org"),
                Optional.empty(),
                labels,
                parameters);
    }
}
