package network.litewatch.controlplane.alert.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NetworkRulesTest {
    private static final NetworkId LAB = new NetworkId("lab");
    private static final NetworkId OTHER = new NetworkId("other");
    private static final String RULES = """
            groups:
              - name: rpc
                rules:
                  - alert: RpcHeadStalled
                    probe: rpc.head
                    expr: rpc_head_lag_seconds > 10
                    for: 4s
                    labels: {severity: critical}
                    annotations: {summary: "{{ target }}", runbook: rpc-head-stalled}
            """;

    @Test
    void aNetworkHasItsOwnLimitsAndOthersKeepTheirs() {
        List<Rule> rules = apply("RpcHeadStalled: {expr: rpc_head_lag_seconds > 30, for: 20s, severity: warning}");

        assertThat(of(rules, OTHER)).satisfies(rule -> {
            assertThat(rule.condition().text()).isEqualTo("rpc_head_lag_seconds > 10");
            assertThat(rule.severity()).isEqualTo("critical");
        });
        assertThat(of(rules, LAB)).satisfies(rule -> {
            assertThat(rule.condition().text()).isEqualTo("rpc_head_lag_seconds > 30");
            assertThat(rule.holdFor()).isEqualTo(Duration.ofSeconds(20));
            assertThat(rule.severity()).isEqualTo("warning");
            assertThat(rule.runbook()).isEqualTo("rpc-head-stalled");
        });
    }

    @Test
    void aRuleThatIsOffInANetworkJudgesTheOthers() {
        List<Rule> rules = apply("RpcHeadStalled: {off: nobody asks this RPC}");

        assertThat(rules).singleElement().satisfies(rule -> {
            assertThat(rule.scope().covers(LAB)).isFalse();
            assertThat(rule.scope().covers(OTHER)).isTrue();
        });
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "RpcHeadStaled: {severity: warning} | is no alert; alerts: [RpcHeadStalled]",
                "RpcHeadStalled: {} | changes nothing",
                "RpcHeadStalled: {severity: page} | must be critical, warning or info",
                "RpcHeadStalled: {expr: rpc_head_lag > 3} | rpc_head_lag",
                "RpcHeadStalled: {expr: probe_samples > 10} | ",
                "RpcHeadStalled: {for: soon} | must be a duration",
                "RpcHeadStalled: {threshold: 3} | threshold",
                "RpcHeadStalled: {off: true} | must say why",
                "RpcHeadStalled: {off: quiet, severity: warning} | leaves nothing else",
            })
    void whatCannotBeMeantIsAProblemOfTheNetworksFile(String change, String expected) {
        YamlDocument.Parsed file = file(change);
        NetworkRules.apply(
                rules(),
                Map.of(LAB, java.util.Objects.requireNonNull(file.root()).get("rules")));

        assertThat(file.document().problems()).isNotEmpty().allSatisfy(problem -> {
            assertThat(problem.line()).isEqualTo(3);
            assertThat(problem.toString()).contains("lab.yml:3", expected == null ? "" : expected);
        });
    }

    private static Rule of(List<Rule> rules, NetworkId network) {
        List<Rule> of =
                rules.stream().filter(rule -> rule.scope().covers(network)).toList();
        assertThat(of).hasSize(1);
        return of.get(0);
    }

    private static List<Rule> apply(String change) {
        YamlDocument.Parsed file = file(change);
        List<Rule> rules = NetworkRules.apply(
                rules(),
                Map.of(LAB, java.util.Objects.requireNonNull(file.root()).get("rules")));
        assertThat(file.document().problems()).isEmpty();
        return rules;
    }

    private static YamlDocument.Parsed file(String change) {
        return YamlDocument.parse(Path.of("lab.yml"), "id: lab\nrules:\n  " + change + "\n");
    }

    private static List<Rule> rules() {
        return RuleLoader.load(List.of(YamlDocument.parse(Path.of("rpc.yml"), RULES)), Set.of(new ProbeId("rpc.head")))
                .rules();
    }
}
