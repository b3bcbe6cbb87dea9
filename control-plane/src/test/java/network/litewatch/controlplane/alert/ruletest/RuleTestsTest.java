package network.litewatch.controlplane.alert.ruletest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.probe.ProbeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleTestsTest {
    private static final String RULES = """
            groups:
              - name: rpc
                rules:
                  - alert: RpcHeadStalled
                    probe: rpc.head
                    expr: rpc_head_lag_seconds > 10
                    for: 4s
                    keep_firing_for: 5s
                    no_data: keep
                    labels:
                      severity: critical
                    annotations:
                      summary: "{{ target }} is {{ signals.rpc_head_lag_seconds }} behind"
                      runbook: rpc-head-stalled
            """;
    private static final String TESTS = """
            rule_files: [../network/rpc.yml]
            evaluation_interval: 2s
            tests:
              - name: stalled
                input_series:
                  - {series: 'rpc_head_lag_seconds{target="over"}', values: "11x2 _ 11 10x2"}
                  - {series: 'rpc_head_lag_seconds{target="short"}', values: "10x6"}
                alert_rule_test:
                  - eval_time: 2s
                    alertname: RpcHeadStalled
                    exp_alerts: [{exp_state: pending, exp_labels: {target: over}}]
                  - eval_time: 4s
                    alertname: RpcHeadStalled
                    exp_alerts:
                      - exp_labels: {target: over, severity: critical, network: lab, vantage: here, kind: rpc}
                        exp_annotations: {summary: "over is 11 s behind"}
                  - {eval_time: 6s, alertname: RpcHeadStalled, exp_alerts: [{exp_labels: {target: over}}]}
                  - {eval_time: 10s, alertname: RpcHeadStalled, exp_alerts: [{exp_labels: {target: over}}]}
                  - {eval_time: 14s, alertname: RpcHeadStalled}
            """;

    @Test
    void aRuleThatIsTestedOnEverySidePasses() {
        assertThat(run(RULES, TESTS)).isEqualTo(new RuleTests.Result(1, 1, List.of()));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "rule_files: [../network/rpc.yml] | rule_files: [../network/rcp.yml] | 1 | none of the rule files that are checked: rpc.yml",
                "rule_files: [../network/rpc.yml] | {} | 0 | ",
                "evaluation_interval: 2s | evaluation_interval: 0s | 2 | must be longer than zero",
                "evaluation_interval: 2s | evaluation_interval: two | 2 | must be a duration",
                "evaluation_interval: 2s | group_eval_order: [rpc] | 2 | is not a known field",
                "name: stalled | nme: stalled | 4 | is not a known field; did you mean name?",
                "input_series: | input_serie: | 6 | did you mean input_series?",
                "rpc_head_lag_seconds{target=\"over\"} | rpc_head_lag_second{} | 6 | \"rpc_head_lag_second\" is no signal; did you mean rpc_head_lag_seconds?",
                "rpc_head_lag_seconds{target=\"over\"} | canary_tokens | 6 | no probe of the alerts of this test gives canary_tokens",
                "target=\"over\" | target=over | 6 | labels must be as {target=\"a\"",
                "target=\"over\" | target=\"over\" network=\"lab\" | 6 | labels must be as",
                "target=\"over\" | target=\"over\", target=\"x\" | 6 | has the label target twice",
                "target=\"over\" | target=\"Over\" | 6 | target id must be",
                "target=\"over\" | target=\"over\", kind=\"rpcs\" | 6 | the label kind must be one of rpc, chain",
                "target=\"over\" | target=\"over\", probe=\"rpc.tail\" | 6 | the label probe must be one of rpc.head",
                "target=\"over\" | target=\"short\" | 7 | is there twice: rpc_head_lag_seconds of short",
                "target=\"over\" | target=\"short\", network=\"other\" | 7 | otherwise than an earlier series",
                "11x2 _ 11 10x2 | 11x2 - 11 | 6 | \"-\" is no value",
                "eval_time: 2s | eval_time: soon | 9 | must be a duration",
                "alertname: RpcHeadStalled | alertname: RpcHeadStaled | 10 | did you mean RpcHeadStalled?",
                "exp_state: pending | exp_state: resolved | 11 | must be firing or pending",
                "exp_annotations | annotations | 16 | is not a known field; did you mean exp_annotations?",
            })
    void whatIsWrongWithATestIsNamedWithItsLine(String good, String bad, int line, String says) {
        String text = TESTS.replace(good, bad);
        assertThat(text).isNotEqualTo(TESTS);

        assertThat(run(RULES, text).problems()).isNotEmpty().anySatisfy(problem -> {
            assertThat(problem.file()).isEqualTo(Path.of("tests/rpc.yml"));
            assertThat(line == 0 || problem.line() == line).isTrue();
            assertThat(problem.field() + ": " + problem.message()).contains(says == null ? "" : says);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tests: [",
                "[]",
                "rule_files: ../network/rpc.yml",
                "{rule_files: [[]], tests: [{}]}",
                "{rule_files: [../network/rpc.yml], tests: []}",
                "{rule_files: [../network/rpc.yml], tests: [{input_series: [], alert_rule_test: []}]}",
                "{rule_files: [../network/rpc.yml], tests: [{input_series: [1], alert_rule_test: [{alertname: {}}]}]}",
            })
    void aFileOfAnotherShapeIsAProblemAndNoException(String text) {
        assertThat(run(RULES, text).problems()).isNotEmpty();
    }

    @Test
    void whatComesOtherwiseThanExpectedIsToldWithBoth() {
        assertThat(messages(RULES, TESTS.replace("eval_time: 4s", "eval_time: 3s")))
                .singleElement()
                .asString()
                .startsWith(
                        "tests/rpc.yml:15: tests[0].alert_rule_test[1].exp_alerts[0]: \"stalled\": RpcHeadStalled at 3s:"
                                + " expected firing {kind=rpc, network=lab, severity=critical, target=over, vantage=here} that says"
                                + " {summary=over is 11 s behind}; got pending {alertname=RpcHeadStalled,")
                .contains("(rpc_head_lag_seconds 11 s > 10 s) that says");
        assertThat(messages(RULES, TESTS.replace("over is 11 s behind", "over is late")))
                .singleElement()
                .asString()
                .contains("that says {summary=over is late}; got firing")
                .contains("summary=over is 11 s behind");
        assertThat(messages(RULES, TESTS.replace("exp_labels: {target: over, sev", "exp_labels: {target: under, sev")))
                .hasSize(1);
        assertThat(messages(RULES, TESTS.replace("eval_time: 14s", "eval_time: 12s")))
                .singleElement()
                .asString()
                .contains("RpcHeadStalled at 12s: expected none that fires; got firing {");
        assertThat(messages(RULES, TESTS.replace("\"short\"}', values: \"10x6", "\"short\"}', values: \"11x6")))
                .isNotEmpty()
                .allSatisfy(m -> assertThat(m).contains("that fires; got firing"))
                .anySatisfy(m -> assertThat(m).contains("target=short"));
    }

    @ParameterizedTest(name = "without {0}")
    @CsvSource(
            delimiter = '|',
            value = {
                // The tests pass, and show less.
                "values: \"10x6\" | values: \"8x6\" | a target of which it never fires, of which everything is met but rpc_head_lag_seconds > 10 s",
                "values: \"10x6\" | values: \"10x1\" | a target of which it never fires",
                "\"11x2 _ 11 10x2\" | \"13x2 _ 13 10x2\" | a target of which it fires at the edge of rpc_head_lag_seconds > 10 s",
                "_ 11 10x2 | 11 11 10x2 | a time right after a missing value",
                "- eval_time: 2s | - eval_time: 4s | a time at which it has waited, but not for 4s",
                "eval_time: 10s | eval_time: 8s | a time at which its condition is gone, but not for 5s",
                "eval_time: 14s | eval_time: 0s | a time at which it has fired and resolved",
            })
    void whatTheTestsDoNotShowIsAskedFor(String good, String less, String lacks) {
        String text = TESTS.replace(good, less)
                .replace(
                        "{exp_state: pending, exp_labels: {target: over}}",
                        less.contains("- eval_time: 4s") ? "{}" : "{exp_state: pending}")
                .replace("exp_annotations: {summary: \"over is 11 s behind\"}", "exp_annotations: {}");

        assertThat(messages(RULES, text))
                .singleElement()
                .asString()
                .startsWith(
                        "network/rpc.yml:4: groups[0].rules[0]: the tests of the rule RpcHeadStalled lack " + lacks);
    }

    @Test
    void aRuleWithoutAnyTestLacksThemAll() {
        String other = RULES.substring(RULES.indexOf("      - alert")).replace("RpcHeadStalled", "RpcUntested");

        assertThat(messages(RULES + other, TESTS))
                .hasSize(7)
                .allSatisfy(m -> assertThat(m)
                        .startsWith(
                                "network/rpc.yml:15: groups[0].rules[1]: the tests of the rule RpcUntested lack a t"));
    }

    @Test
    void whatAMissingSignalMeansMustBeSaid() {
        assertThat(messages(RULES.replace("        no_data: keep\n", ""), TESTS))
                .containsExactly(
                        "network/rpc.yml:4: groups[0].rules[0]: the rule RpcHeadStalled does not say what a missing"
                                + " signal means; write no_data: keep, resolve or fire");
    }

    @Test
    void aMissingSignalMeansWhatTheRuleSays() {
        String head = """
                rule_files: [../network/rpc.yml]
                tests:
                  - interval: 2s
                    input_series:
                      - {series: 'rpc_head_lag_seconds{target="a"}', values: "11x2 _x4 "}
                      - {series: 'rpc_head_lag_seconds{target="b"}', values: "_x7"}
                    alert_rule_test:
                """;
        String a = "exp_alerts: [{exp_labels: {target: a}}]";
        String b = "exp_alerts: [{exp_labels: {target: a}}, {exp_labels: {target: b}}]";
        String none = "exp_alerts: []";

        assertThat(failures(RULES, head + at("4s", a) + at("12s", a))).isEmpty();
        String resolving = RULES.replace("no_data: keep", "no_data: resolve");
        assertThat(failures(resolving, head + at("4s", a) + at("8s", a) + at("10s", none)))
                .isEmpty();
        String firing = RULES.replace("no_data: keep", "no_data: fire");
        assertThat(failures(firing, head + at("2s", none) + at("4s", b) + at("12s", b)))
                .isEmpty();
        assertThat(failures(firing, head + at("12s", none)))
                .singleElement()
                .asString()
                .contains("target=b, vantage=here} (rpc_head_lag_seconds is not known)");
    }

    @Test
    void afterItsLastValueATargetIsNotAskedAnyMore() {
        String head = """
                rule_files: [../network/rpc.yml]
                tests:
                  - interval: 2s
                    input_series:
                      - {series: 'rpc_head_lag_seconds{target="a"}', values: "11x2"}
                    alert_rule_test:
                """;

        assertThat(failures(
                        RULES.replace("no_data: keep", "no_data: resolve"),
                        head + at("1h", "exp_alerts: [{exp_labels: {target: a}}]")))
                .isEmpty();
    }

    @Test
    void vantagesDecideTogetherAsTheyDoInTheService() {
        String text = """
                rule_files: [../network/rpc.yml]
                tests:
                  - interval: 2s
                    input_series:
                      - {series: 'rpc_head_lag_seconds{target="a", vantage="east"}', values: "11x9"}
                      - {series: 'rpc_head_lag_seconds{target="a", vantage="west"}', values: "11x9"}
                      - {series: 'rpc_head_lag_seconds{target="a", vantage="north"}', values: "0x9"}
                      - {series: 'rpc_head_lag_seconds{target="b", vantage="east"}', values: "11x9"}
                      - {series: 'rpc_head_lag_seconds{target="b", vantage="west"}', values: "0x9"}
                      - {series: 'rpc_head_lag_seconds{target="b", vantage="north"}', values: "0x9"}
                    alert_rule_test:
                      - eval_time: 10s
                        alertname: RpcHeadStalled
                        exp_alerts: [{exp_labels: {target: a, vantages: 2 of 3}}]
                """;

        assertThat(failures(RULES.replace("for: 4s", "vantages: 2 of 3"), text)).isEmpty();
        assertThat(failures(RULES.replace("for: 4s", "vantages: 1 of 3"), text)).isNotEmpty();
    }

    private static String at(String time, String expected) {
        return "      - {eval_time: %s, alertname: RpcHeadStalled, %s}%n".formatted(time, expected);
    }

    /** What comes otherwise than expected, whatever else the tests do not show. */
    private static List<String> failures(String rules, String tests) {
        return messages(rules, tests).stream()
                .filter(m -> !m.contains(" lack "))
                .toList();
    }

    private static List<String> messages(String rules, String tests) {
        return run(rules, tests).problems().stream().map(Problem::toString).toList();
    }

    private static RuleTests.Result run(String rules, String tests) {
        return RuleTests.run(
                List.of(YamlDocument.parse(Path.of("tests/rpc.yml"), tests)),
                List.of(YamlDocument.parse(Path.of("network/rpc.yml"), rules)),
                Set.of(new ProbeId("rpc.head")));
    }
}
