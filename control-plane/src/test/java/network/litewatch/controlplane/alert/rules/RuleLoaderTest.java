package network.litewatch.controlplane.alert.rules;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import network.litewatch.controlplane.alert.Rule;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.probe.ProbeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleLoaderTest {
    private static final String GOOD = """
            groups:
              - name: rpc
                rules:
                  - alert: RpcHeadStalled
                    probe: rpc.head
                    expr: rpc_head_lag_seconds > 10
                    for: 4s
                    keep_firing_for: 5s
                    labels:
                      severity: critical
                    annotations:
                      summary: "{{ target }} is {{ signals.rpc_head_lag_seconds }} behind"
                      runbook: rpc-head-stalled
            """;

    @Test
    void aGoodFileGivesItsRules() {
        RuleLoader.RuleSet set = load(GOOD);

        assertThat(set.problems()).isEmpty();
        assertThat(set.rules()).singleElement().satisfies(rule -> {
            assertThat(rule.alert()).isEqualTo("RpcHeadStalled");
            assertThat(rule.holdFor()).hasSeconds(4);
            assertThat(rule.runbook()).isEqualTo("rpc-head-stalled");
        });
        assertThat(set.sources())
                .hasEntrySatisfying("RpcHeadStalled", f -> assertThat(f.line()).isEqualTo(13));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "alert: RpcHeadStalled | alert: rpc_stalled | 4 | CamelCase",
                "for: 4s | vantages: 3 of 2 | 7 | must be as \"2 of 3\"",
                "for: 4s | vantages: most | 7 | must be as \"2 of 3\"",
                "probe: rpc.head | probe: rpc.heads | 5 | \"rpc.heads\" is no probe",
                "probe: rpc.head | probe: [] | 5 | must name at least one probe",
                "probe: rpc.head | probe: {all_but: [rpc.heads]} | 5 | \"rpc.heads\" is no probe",
                "probe: rpc.head | probe: {all_but: []} | 5 | must name at least one probe",
                "probe: rpc.head | probe: {but: [rpc.head]} | 5 | is not a known field",
                "probe: rpc.head | probe: [rpc.head, rpc.heads] | 5 | \"rpc.heads\" is no probe",
                "probe: rpc.head | probe: [rpc.head, rpc.head] | 5 | names rpc.head twice",
                "probe: rpc.head | probe: [rpc.head, miner.canary] | 6 | miner.canary does not give the signal",
                "expr: rpc_head_lag_seconds > 10 | expr: rpc_head_lag_second > 10 | 6 | did you mean rpc_head_lag_seconds?",
                "expr: rpc_head_lag_seconds > 10 | expr: rpc_head_lag_seconds | 6 | ",
                "expr: rpc_head_lag_seconds > 10 | expr: rpc_head_lag_seconds > | 6 | ",
                "expr: rpc_head_lag_seconds > 10 | expr: canary_tokens > 10 | 6 | does not give the signal",
                "expr: rpc_head_lag_seconds > 10 | exprs: rpc_head_lag_seconds > 10 | 6 | is not a known field",
                "expr: rpc_head_lag_seconds > 10 | expr: probe_samples >= 11 | 6 | can never be true: probe_samples is 0 to 10",
                "expr: rpc_head_lag_seconds > 10 | expr: probe_consecutive_failures > 4 && probe_samples < 2 | 6 | can never be true",
                "expr: rpc_head_lag_seconds > 10 | expr: probe_success_ratio <= 1 | 6 | is always true",
                "for: 4s | for: 8d | 7 | is longer than 7d",
                "keep_firing_for: 5s | keep_firing_for: 7d1s | 8 | is longer than 7d",
                "for: 4s | no_data: gone | 7 | must be keep, resolve or fire",
                "for: 4s | for: four | 7 | ",
                "for: 4s | for: -4s | 7 | ",
                "severity: critical | severity: urgent | 10 | must be critical, warning or info",
                "severity: critical | team: ops | 10 | severity",
                "summary: | sumary: | 12 | summary",
                "runbook: rpc-head-stalled | page: rpc-head-stalled | 12 | runbook",
                "signals.rpc_head_lag_seconds | signals.rpc_head_lag | 12 | ",
            })
    void aFlawIsNamedWithItsLine(String good, String bad, int line, String says) {
        RuleLoader.RuleSet set = load(GOOD.replace(good, bad));

        assertThat(set.rules()).isEmpty();
        assertThat(set.problems()).isNotEmpty().anySatisfy(problem -> {
            assertThat(problem.file()).isEqualTo(Path.of("rpc.yml"));
            assertThat(problem.line()).isEqualTo(line);
            assertThat(problem.field() + ": " + problem.message()).contains(says == null ? "" : says);
        });
    }

    @Test
    void aRuleForSeveralProbesIsARuleForEach() {
        RuleLoader.RuleSet set = load(GOOD.replace("probe: rpc.head", "probe: [rpc.head, miner.canary]")
                .replace("rpc_head_lag_seconds > 10", "probe_consecutive_failures >= 3")
                .replace("{{ signals.rpc_head_lag_seconds }}", "far"));

        assertThat(set.problems()).isEmpty();
        assertThat(set.rules()).extracting(Rule::alert).containsExactly("RpcHeadStalled", "RpcHeadStalled");
        assertThat(set.rules()).extracting(rule -> rule.probe().value()).containsExactly("rpc.head", "miner.canary");
    }

    @Test
    void aRuleForAllProbesButSomeIsARuleForEachOther() {
        RuleLoader.RuleSet set = load(GOOD.replace("probe: rpc.head", "probe: {all_but: [miner.canary]}")
                .replace("rpc_head_lag_seconds > 10", "probe_unknown_runs >= 3")
                .replace("{{ signals.rpc_head_lag_seconds }}", "far"));

        assertThat(set.problems()).isEmpty();
        assertThat(set.rules()).extracting(rule -> rule.probe().value()).containsExactly("rpc.head");
    }

    @Test
    void twoRulesOfOneNameAreRefused() {
        String rule = GOOD.substring(GOOD.indexOf("      - alert"));

        assertThat(load(GOOD + rule).problems())
                .singleElement()
                .satisfies(p -> assertThat(p.message()).contains("already defined at line 4"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "groups: [",
                "[]",
                "just text",
                "groups: {}",
                "groups: [{name: x}]",
                "groups: [{rules: [{}]}]",
                "groups: [{name: x, rules: [{alert: [Name], probe: {}, expr: [], labels: {severity: []}}]}]",
                "groups: [{name: x, rules: [{alert: Name, probe: Head, annotations: {summary: '{{'}}]}]",
            })
    void aFileOfAnotherShapeIsAProblemAndNoException(String text) {
        assertThat(load(text).problems()).isNotEmpty();
    }

    private static RuleLoader.RuleSet load(String text) {
        return RuleLoader.load(
                List.of(YamlDocument.parse(Path.of("rpc.yml"), text, 1)),
                Set.of(new ProbeId("rpc.head"), new ProbeId("miner.canary")));
    }
}
