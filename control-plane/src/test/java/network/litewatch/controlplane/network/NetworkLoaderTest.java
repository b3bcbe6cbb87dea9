package network.litewatch.controlplane.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Secret;
import network.litewatch.probe.Target;
import network.litewatch.probe.TargetKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkLoaderTest {
    private static final String GOOD = """
            id: net
            title: A network
            chain: {id: 42161, block_time: 250ms}
            contracts: {Runtime: "0x0000000000000000000000000000000000000001"}
            egress:
              private_ranges: [10.0.0.0/8]
            rpcs:
              - id: rpc-1
                url: https://rpc.example/${KEY}
                labels: {operator: a}
            routers:
              - id: router-1
                url: https://router.example
                token: ${TOKEN:-}
            miners:
              - id: miner-1
                router: router-1
                session: "7"
                parameters: {model: m}
            endpoints:
              - id: site
                probe: http
                url: https://site.example/health?key=${KEY}
                token: ${KEY}
                labels: {operator: b}
                parameters:
                  statuses: 2xx 304
                  headers: {X-Asked-By: litewatch}
                  expect_json: json.status == "ok"
            probes:
              rpc.head: {interval: 5s, timeout: 3s}
              http: {interval: 30s, timeout: 10s}
            """;

    @TempDir
    private Path folder;

    @Test
    void readsEverySection() throws IOException {
        Network network = load(GOOD).network().orElseThrow();

        assertThat(network.chainId()).isEqualTo(42161);
        assertThat(network.blockTime()).isEqualTo(Duration.ofMillis(250));
        assertThat(network.contracts()).containsEntry("Runtime", "0x0000000000000000000000000000000000000001");
        assertThat(network.privateRanges()).containsExactly("10.0.0.0/8");
        assertThat(network.pace())
                .containsEntry(
                        new ProbeId("http"),
                        new Network.Pace(Duration.ofSeconds(30), Duration.ofSeconds(10), Storing.ALL, true));
        assertThat(network.targets())
                .extracting(Target::kind)
                .containsExactly(TargetKind.RPC, TargetKind.ROUTER, TargetKind.MINER, TargetKind.ENDPOINT);
        assertThat(network.targets().get(0).parameters()).isEqualTo(Map.of("chain_id", "42161"));
        assertThat(network.targets().get(1).token()).isEmpty();
        assertThat(network.targets().get(2).parameters())
                .isEqualTo(Map.of("session", "7", "router", "router-1", "model", "m"));
    }

    @Test
    void anEndpointSaysItselfHowItIsAsked() throws IOException {
        Target site = load(GOOD).network().orElseThrow().targets().get(3);

        assertThat(site.url().reveal()).hasToString("https://site.example/health?key=k3y");
        assertThat(site.token()).contains(new Secret("k3y"));
        assertThat(site.labels()).isEqualTo(Map.of("operator", "b"));
        assertThat(site.parameters())
                .isEqualTo(Map.of(
                        "probe",
                        "http",
                        "statuses",
                        "2xx 304",
                        "header.X-Asked-By",
                        "litewatch",
                        "expect_json",
                        "json.status == \"ok\""));
        assertThat(site.toString()).doesNotContain("k3y");
    }

    @Test
    void pathsInParametersStartAtTheFile() throws IOException {
        assertThat(problems(GOOD.replace("statuses: 2xx 304", "ca_file: ca.pem")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(27);
                    assertThat(problem.message()).isEqualTo("cannot be read: " + folder.resolve("ca.pem"));
                });
        assertThat(load(GOOD.replace("statuses: 2xx 304", "ca_file: \"${NO_FILE:-}\""))
                        .problems())
                .as("a variable that is not set names no file")
                .isEmpty();
    }

    @Test
    void whatIsKeptOfAProbeIsReadWithItsPace() throws IOException {
        Network network = load(GOOD.replace(
                                "timeout: 3s", "timeout: 3s, store: changes, sample: 5m, metrics: aggregates")
                        .replace("labels: {operator: a}", "quota: {calls: 100000, per: 1d}"))
                .network()
                .orElseThrow();

        assertThat(network.pace().get(new ProbeId("rpc.head")))
                .isEqualTo(new Network.Pace(
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(3),
                        new Storing(false, Duration.ofMinutes(5)),
                        false));
        assertThat(network.targets().get(0).parameters()).containsEntry(Network.QUOTA, "100000/86400");
        assertThat(Network.Quota.parse("100000/86400")).isEqualTo(new Network.Quota(100_000, Duration.ofDays(1)));
    }

    @Test
    void whichStateMustBeReadableIsABlockOrADepth() throws IOException {
        Network network = load(GOOD.replace("labels: {operator: a}", "archive_depth: 256"))
                .network()
                .orElseThrow();

        assertThat(network.targets().get(0).parameters()).containsEntry("archive_depth", "256");
        assertThat(problems(GOOD.replace("labels: {operator: a}", "archive_block: 5\n    archive_depth: 9")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(11);
                    assertThat(problem.field()).isEqualTo("rpcs[0].archive_depth");
                    assertThat(problem.message()).contains("keep one of them");
                });
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-30, 2026-11-30T00:00:00Z",
        "2026-11-30T14:00:00Z, 2026-11-30T14:00:00Z",
        "2026-11-30T15:00:00+01:00, 2026-11-30T14:00:00Z"
    })
    void aMinersAnswersCountFromADayOrATime(String written, String read) throws IOException {
        String anew = GOOD.replace("parameters: {model: m}", "identity_since: " + written);

        assertThat(load(anew).network().orElseThrow().targets())
                .filteredOn(target -> target.kind() == TargetKind.MINER)
                .allSatisfy(miner -> assertThat(miner.labels()).containsEntry("identity_since", read));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // What is written | what is written instead | line | field | what is said
                "id: net        | id: Net                      | 1  | id                     | network id must be",
                "id: 42161      | id: 0                        | 3  | chain.id               | must be a positive whole number",
                "250ms          | soon                         | 3  | chain.block_time       | must be a duration",
                "10.0.0.0/8     | localhost                    | 6  | egress.private_ranges[0] | must be a CIDR range",
                "https://rpc.   | ftp://rpc.                   | 9  | rpcs[0].url            | must start with http:// or https://",
                "id: rpc-1      | name: rpc-1                  | 8  | rpcs[0].name           | is not a known field",
                "router: router-1 | router: router-2           | 17 | miners[0].router       | is no router of this network",
                "parameters: {model: m} | identity_since: monday | 19 | miners[0].identity_since | must be a day or a time in UTC",
                "parameters: {model: m} | identity_since: 2026-02-30 | 19 | miners[0].identity_since | must be a day or a time in UTC",
                "id: miner-1    | id: router-1                 | 1  | ''                     | two targets have the id \"router-1\"",
                "rpc.head:      | rpc.tail:                    | 31 | probes.rpc.tail        | is not a probe",
                "timeout: 3s    | timeout: 6s                  | 31 | probes.rpc.head        | timeout must be positive and not longer",
                "interval: 5s   | interval: 500ms              | 31 | probes.rpc.head        | interval must be at least 1s",
                "probe: http    | probe: icmp                  | 22 | endpoints[0].probe     | must be http",
                "http: {        | router.status: {             | 22 | endpoints[0].probe     | has no pace: add http:",
                "https://site.  | tcp://site.                  | 23 | endpoints[0].url       | must start with http:// or https://",
                "statuses:      | status:                      | 27 | endpoints[0].parameters.status | is not a known parameter",
                "2xx 304        | fine                         | 27 | endpoints[0].parameters.statuses | must be statuses such as 2xx",
                "X-Asked-By     | Cookie                       | 28 | endpoints[0].parameters.headers.Cookie | that the probe sets itself",
                "json.status == | json.status =                | 29 | endpoints[0].parameters.expect_json | of the expression)",
                "timeout: 3s    | timeout: 3s, store: some     | 31 | probes.rpc.head.store  | must be one of [all, changes]",
                "timeout: 3s    | timeout: 3s, sample: 5m      | 31 | probes.rpc.head.sample | store: changes only",
                "timeout: 3s    | timeout: 3s, metrics: no     | 31 | probes.rpc.head.metrics | must be one of [aggregates, targets]",
                "labels: {operator: a} | quota: {calls: 0, per: 1d} | 10 | rpcs[0].quota   | must be more than 0",
                "labels: {operator: a} | archive_depth: 0      | 10 | rpcs[0].archive_depth | must be a positive whole number",
                "labels: {operator: a} | quota: {calls: 10}    | 10 | rpcs[0].quota.per      | in which time",
                "token: ${KEY}  | tokens: ${KEY}               | 24 | endpoints[0].tokens    | is not a known field",
            })
    void saysWhereAndWhatIsWrong(String written, String instead, int line, String field, String message)
            throws IOException {
        assertThat(GOOD).contains(written);
        assertThat(problems(GOOD.replace(written, instead))).anySatisfy(problem -> {
            assertThat(problem.line()).isEqualTo(line);
            assertThat(problem.field()).isEqualTo(field);
            assertThat(problem.message()).contains(message);
        });
    }

    @Test
    void problemsNeverShowASecret() throws IOException {
        assertThat(problems(GOOD.replace("https://site.example", "https://site example")))
                .isNotEmpty()
                .noneMatch(problem -> problem.toString().contains("k3y"));
    }

    @Test
    void aScoreOnTheChainIsAskedForWhereTheFileSaysHowAndNowhereElse() throws IOException {
        String level = "CognitiveLevel: \"0x0000000000000000000000000000000000000002\"";
        String text = GOOD.replace("contracts: {", "contracts: {" + level + ", ");
        assertThat(load(text).network().orElseThrow().targets().get(2).parameters())
                .containsEntry("level_contract", "0x0000000000000000000000000000000000000002")
                .doesNotContainKeys("score_contract", "score_function", "score_scale");
        String score = """
                node_score: {contract: "0x0000000000000000000000000000000000000003", function: "getNodeData(address)", scale: "100"}
                """;
        assertThat(load(text + score).network().orElseThrow().targets().get(2).parameters())
                .containsEntry("score_contract", "0x0000000000000000000000000000000000000003")
                .containsEntry("score_function", "0x38fc1090")
                .containsEntry("score_scale", "100");
        assertThat(problems(GOOD + score)).singleElement().satisfies(problem -> {
            assertThat(problem.message()).contains("CognitiveLevel");
            assertThat(problem.line()).isPositive();
        });
        assertThat(problems(text + score.replace("(address)", "(uint8)").replace("\"100\"", "\"0\"")))
                .extracting(Problem::field)
                .containsExactlyInAnyOrder("node_score.function", "node_score.scale");
    }

    private List<Problem> problems(String text) throws IOException {
        NetworkLoader.Loaded loaded = load(text);
        assertThat(loaded.network()).isEmpty();
        return loaded.problems();
    }

    private NetworkLoader.Loaded load(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("net.yml"), text);
        Map<String, String> environment = Map.of("KEY", "k3y");
        return new NetworkLoader(
                        new Placeholders(environment::get),
                        Set.of(new ProbeId("rpc.head"), new ProbeId("router.status"), new ProbeId("http")))
                .load(file);
    }
}
