package network.litewatch.probe.indexer;

import static network.litewatch.probe.http.FakeExchanger.failure;
import static network.litewatch.probe.http.FakeExchanger.response;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
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
import network.litewatch.probe.http.HttpResult;
import network.litewatch.probe.http.WireTrace.Stage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class IndexerClaimsProbeTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final String RPC = "/rpc";

    private final Map<String, HttpResult> routes = new HashMap<>(Map.of(
            "/be/session-count",
            response(200, "12"),
            "/be/session-tasks-count",
            response(200, "{\"count\":\"340\",\"updated\":null}"),
            "/be/active-nodes-count",
            response(200, "{\"data\":{\"activeNodesCount\":7}}"),
            "/be/network-stats-tasks",
            response(200, "{\"stats\":{\"9\":{\"session_id\":9},\"1101\":{\"session_id\":1101}}}"),
            "/be/leaderboard",
            response(
                    200,
                    "[{\"miner\":\"0xa\",\"last_active\":999900,\"ping_counter\":3,\"commitCounter\":4,\"commitPoint\":9},"
                            + "{\"miner\":\"0xb\",\"last_active\":999990,\"precommitCounter\":5},"
                            + "{\"miner\":\"0xc\",\"last_active\":99999999999}]"),
            RPC,
            response(
                    200,
                    "[{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":\"0x" + "0".repeat(61) + "44e\"},"
                            + "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"0x" + "0".repeat(63) + "e\"}]")));
    private final FakeExchanger exchanger =
            new FakeExchanger(request -> routes.get(request.url().reveal().getPath()));

    @Test
    void keepsWhatIsClaimedBesideWhatTheChainHas() {
        Finding finding = run(Map.of(IndexerClaimsProbe.OFFSET, "2"));
        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsOnly(
                        Map.entry(Measurement.INDEXER_SESSIONS, 12.0),
                        Map.entry(Measurement.INDEXER_TASKS, 340.0),
                        Map.entry(Measurement.INDEXER_ACTIVE_NODES, 7.0),
                        Map.entry(Measurement.INDEXER_NETWORK_TASK, 1101.0),
                        Map.entry(Measurement.INDEXER_NODES, 3.0),
                        Map.entry(Measurement.INDEXER_NODE_COUNTERS, 12.0),
                        // The row of the far future is a node as well, but no sign of life.
                        Map.entry(Measurement.INDEXER_LAST_ACTIVE, 999_990.0),
                        Map.entry(Measurement.INDEXER_LAST_ACTIVE_AGE, 10.0),
                        Map.entry(Measurement.INDEXER_CHAIN_SESSIONS, 12.0),
                        Map.entry(Measurement.INDEXER_CHAIN_NETWORK_TASK, 1102.0));
    }

    @Test
    void anRpcThatDoesNotAnswerLeavesTheClaim() {
        routes.put(RPC, failure(Reason.TIMEOUT, Stage.RECEIVING));
        Finding finding = run(Map.of());
        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsKey(Measurement.INDEXER_SESSIONS)
                .doesNotContainKeys(Measurement.INDEXER_CHAIN_SESSIONS, Measurement.INDEXER_CHAIN_NETWORK_TASK);
    }

    @Test
    void aRouteThatIsNotThereIsPassedOverUnlessItIsNamed() {
        routes.put("/be/active-nodes-count", response(404, ""));
        assertThat(run(Map.of()).outcome()).isEqualTo(Outcome.ok());
        assertThat(run(Map.of()).evidence()).containsEntry("absent_routes", "/active-nodes-count");
        Outcome named = run(Map.of(IndexerClaimsProbe.ROUTES, "session-count active-nodes-count"))
                .outcome();
        assertThat(named.reason()).isEqualTo(Reason.HTTP_STATUS);
        assertThat(named.kind()).isEqualTo(Outcome.Kind.FAILED);
    }

    @Test
    void asksOnlyTheRoutesThatAreNamed() {
        Finding finding = run(Map.of(IndexerClaimsProbe.ROUTES, "session-count"));
        assertThat(finding.measurements())
                .containsOnlyKeys(
                        Measurement.INDEXER_SESSIONS,
                        Measurement.INDEXER_CHAIN_SESSIONS,
                        Measurement.INDEXER_CHAIN_NETWORK_TASK);
    }

    @Test
    void withoutAnyDocumentedRouteItIsNoIndexer() {
        routes.replaceAll((path, answer) -> response(404, "<html>"));
        assertThat(run(Map.of()).outcome().reason()).isEqualTo(Reason.HTTP_STATUS);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            session-count       | {"sessions":1,"more":2}
            session-count       | {"a":{"b":{"c":1}}}
            session-count       | -1
            session-count       | 1e300
            session-count       | "1e3"
            session-count       | [1]
            session-tasks-count | null
            network-stats-tasks | {"tasks":{}}
            network-stats-tasks | {"data":{"x":{}}}
            network-stats-tasks | []
            leaderboard         | {"rows":[]}
            leaderboard         | [{"miner":"0xa"}]
            leaderboard         | [1]
            """)
    void anotherShapeIsAReasonOfItsOwn(String route, String body) {
        routes.put("/be/" + route, response(200, body));
        Finding finding = run(Map.of());
        assertThat(finding.outcome().reason()).isEqualTo(Reason.SHAPE_CHANGED);
        assertThat(finding.evidence()).containsEntry("failing_route", "/" + route);
        assertThat(finding.measurements())
                .as("what the other routes say is kept")
                .hasSizeGreaterThan(4);
    }

    @Test
    void anIndexerThatHasJustStartedAnewIsWell() {
        routes.put("/be/session-count", response(200, "0"));
        routes.put("/be/network-stats-tasks", response(200, "{\"data\":{}}"));
        routes.put("/be/leaderboard", response(200, "[]"));
        Finding finding = run(Map.of());
        assertThat(finding.outcome()).isEqualTo(Outcome.ok());
        assertThat(finding.measurements())
                .containsEntry(Measurement.INDEXER_NODES, 0.0)
                .doesNotContainKeys(Measurement.INDEXER_NETWORK_TASK, Measurement.INDEXER_LAST_ACTIVE);
    }

    @Test
    void whoeverRefusesIsNotMistakenForABrokenOne() {
        routes.put("/be/session-count", response(429, ""));
        assertThat(run(Map.of()).outcome().kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
        routes.put("/be/session-count", response(502, ""));
        assertThat(run(Map.of()).outcome().reason()).isEqualTo(Reason.HTTP_STATUS);
        routes.put("/be/session-count", response(200, "<html>"));
        assertThat(run(Map.of()).outcome().reason()).isEqualTo(Reason.PROTOCOL_ERROR);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "[{\"id\":1,\"error\":{\"code\":-32000}}]",
                "[{\"id\":1,\"result\":\"0x\"}]",
                "[{\"id\":1,\"result\":\"0x1\"}]",
                "[{\"id\":1,\"result\":\"0xffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\"}]"
            })
    void whatIsNoCountOfTheChainIsNotCompared(String answer) {
        routes.put(RPC, response(200, answer));
        assertThat(run(Map.of()).measurements()).doesNotContainKey(Measurement.INDEXER_CHAIN_SESSIONS);
    }

    private Finding run(Map<String, String> parameters) {
        Map<String, String> all = new HashMap<>(parameters);
        all.put(IndexerClaimsProbe.SESSIONS, "0x01");
        all.put(IndexerClaimsProbe.COGNITIVE, "0x02");
        NetworkId lab = new NetworkId("lab");
        Target rpc = new Target(
                new TargetId("rpc-1"),
                TargetKind.RPC,
                lab,
                SecretUrl.parse("http://node.example" + RPC),
                Optional.empty(),
                Map.of(),
                Map.of());
        Target indexer = new Target(
                        new TargetId("indexer-1"),
                        TargetKind.INDEXER,
                        lab,
                        SecretUrl.parse("https://indexer.example/be/"),
                        Optional.empty(),
                        Map.of(),
                        all)
                .withWitness(rpc);
        return new IndexerClaimsProbe(exchanger, () -> NOW, () -> 0)
                .run(indexer, Duration.ofSeconds(5))
                .join();
    }
}
