package network.litewatch.controlplane.slo.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.slo.Budgeting;
import network.litewatch.controlplane.slo.Limit;
import network.litewatch.controlplane.slo.Sli;
import network.litewatch.controlplane.slo.Slo;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SloLoaderTest {
    private static final Set<ProbeId> PROBES = Set.of(new ProbeId("rpc.head"), new ProbeId("miner.canary"));
    private static final Path FILE = Path.of("slo.yml");
    private static final String RATIO = """
            apiVersion: openslo/v1
            kind: SLO
            metadata:
              name: rpc-availability
              displayName: RPC answers
              annotations: {origin: ours}
            spec:
              service: rpc
              indicator:
                spec:
                  ratioMetric:
                    counter: true
                    good: {metricSource: {type: litewatch, spec: {outcome: ok}}}
                    total:
                      metricSource:
                        type: litewatch
                        spec:
                          probe: rpc.head
                          by: target
                          networks: [lab]
                          targets: [a, b]
                          labels: {tier: paid}
              timeWindow:
                - duration: 30d
                  isRolling: true
              budgetingMethod: Occurrences
              objectives:
                - target: 0.99
            """;
    private static final String THRESHOLD = """
            apiVersion: openslo/v1
            kind: SLO
            metadata:
              name: canary-goodput
            spec:
              service: miner
              indicator:
                spec:
                  thresholdMetric:
                    metricSource:
                      type: litewatch
                      spec:
                        probe: miner.canary
                        signal: canary_ttft_seconds
              timeWindow: [{duration: 28d, isRolling: true}]
              budgetingMethod: Timeslices
              objectives:
                - op: lte
                  value: 2.5
                  target: 0.95
                  timeSliceTarget: 0.9
                  timeSliceWindow: 5m
            """;

    private static SloLoader.Loaded load(String... texts) {
        return SloLoader.load(
                List.of(texts).stream()
                        .map(text -> YamlDocument.parse(FILE, text))
                        .toList(),
                PROBES);
    }

    @Test
    void aRatioIsRead() {
        SloLoader.Loaded loaded = load(RATIO);

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.slos()).singleElement().satisfies(slo -> {
            assertThat(slo.name()).isEqualTo("rpc-availability");
            assertThat(slo.title()).isEqualTo("RPC answers");
            assertThat(slo.service()).isEqualTo("rpc");
            assertThat(slo.origin()).isEqualTo("ours");
            assertThat(slo.target()).isEqualTo(0.99);
            assertThat(slo.window()).isEqualTo(Duration.ofDays(30));
            assertThat(slo.budgeting()).isEqualTo(new Budgeting.Occurrences());
            Sli sli = slo.sli();
            assertThat(sli.probe()).isEqualTo(new ProbeId("rpc.head"));
            assertThat(sli.by()).isEqualTo(Sli.By.TARGET);
            assertThat(sli.networks()).containsExactly(new NetworkId("lab"));
            assertThat(sli.targets()).containsExactlyInAnyOrder(new TargetId("a"), new TargetId("b"));
            assertThat(sli.labels()).isEqualTo(Map.of("tier", "paid"));
            assertThat(sli.limit()).isEmpty();
        });
    }

    @Test
    void aThresholdInSlicesIsRead() {
        SloLoader.Loaded loaded = load(THRESHOLD);

        assertThat(loaded.problems()).isEmpty();
        Slo slo = loaded.slos().get(0);
        assertThat(slo.title()).isEqualTo("canary-goodput");
        assertThat(slo.budgeting()).isEqualTo(new Budgeting.Timeslices(0.9, Duration.ofMinutes(5)));
        assertThat(slo.sli().limit()).contains(new Limit(Signal.CANARY_TTFT_SECONDS, Limit.Op.LTE, 2.5));
        assertThat(slo.sli().by()).isEqualTo(Sli.By.NETWORK);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "openslo/v1 | openslo/v2alpha | 1 | apiVersion | must be openslo/v1",
                "kind: SLO | kind: Service | 2 | kind | must be SLO",
                "name: rpc-availability | name: RPC | 4 | metadata.name | must be 1-48 characters",
                "service: rpc | servise: rpc | 8 | spec.servise | did you mean service?",
                "ratioMetric: | ratioMetrics: | 12 | spec.indicator.spec.ratioMetrics | did you mean ratioMetric?",
                "type: litewatch, | type: prometheus, | 13 | good.metricSource.type | must be litewatch",
                "outcome: ok | outcome: failed | 13 | good.metricSource.spec.outcome | must be ok",
                "probe: rpc.head | probe: rpc.heads | 18 | total.metricSource.spec.probe | did you mean rpc.head?",
                "by: target | by: miner | 19 | total.metricSource.spec.by | must be network or target",
                "networks: [lab] | networks: [] | 20 | total.metricSource.spec.networks | must name at least one",
                "targets: [a, b] | targets: [A] | 21 | total.metricSource.spec.targets[0] | must be 1-128 characters",
                "duration: 30d | duration: 1d | 24 | spec.timeWindow[0].duration | must be 7d to 90d",
                "duration: 30d | duration: 4w | 24 | spec.timeWindow[0].duration | must be a duration",
                "isRolling: true | isRolling: false | 25 | spec.timeWindow[0].isRolling | must be true",
                "Occurrences | RatioTimeslices | 26 | spec.budgetingMethod | must be Occurrences or Timeslices",
                "target: 0.99 | target: 99 | 28 | spec.objectives[0].target | 0.5 to less than 1",
                "target: 0.99 | target: NaN | 28 | spec.objectives[0].target | must be a finite number",
                "- target: 0.99 | - {target: 0.99, value: 3} | 28 | spec.objectives[0].value | thresholdMetric only",
                "- target: 0.99 | - {target: 0.99, timeSliceTarget: 1} | 28 | timeSliceTarget | Timeslices only",
            })
    void aWrongRatioIsRefusedByLineAndField(String right, String wrong, int line, String field, String message) {
        refused(RATIO, right, wrong, line, field, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "canary_ttft_seconds | canary_tft_seconds | 14 | spec.signal | did you mean canary_ttft_seconds?",
                "canary_ttft_seconds | rpc_head_lag_seconds | 14 | spec.signal | is no signal of miner.canary",
                "op: lte | op: below | 18 | spec.objectives[0].op | must be lte, lt, gte or gt",
                "value: 2.5 | value: fast | 19 | spec.objectives[0].value | must be a number",
                "timeSliceTarget: 0.9 | timeSliceTarget: 0 | 21 | timeSliceTarget | must be above 0",
                "timeSliceWindow: 5m | timeSliceWindow: 7m | 22 | timeSliceWindow | divide an hour",
            })
    void aWrongThresholdIsRefusedByLineAndField(String right, String wrong, int line, String field, String message) {
        refused(THRESHOLD, right, wrong, line, field, message);
    }

    private static void refused(String text, String right, String wrong, int line, String field, String message) {
        assertThat(text).contains(right);
        SloLoader.Loaded loaded = load(text.replace(right, wrong));

        assertThat(loaded.slos()).isEmpty();
        assertThat(loaded.problems()).anySatisfy(problem -> {
            assertThat(problem.line()).isEqualTo(line);
            assertThat(problem.field()).endsWith(field);
            assertThat(problem.message()).contains(message);
        });
    }

    @Test
    void whatIsLeftOutIsSaid() {
        assertThat(load("apiVersion: openslo/v1\nkind: SLO\n").problems())
                .extracting(problem -> problem.field() + " " + problem.message())
                .containsExactly("metadata is required: at least name", "spec is required: what is promised");
        assertThat(load(THRESHOLD.replace("      op: lte\n", "").replace("    - op: lte\n      value", "    - value"))
                        .problems())
                .extracting(problem -> problem.field() + " " + problem.message())
                .containsExactly("spec.objectives[0].op is required: lte, lt, gte or gt");
    }

    @Test
    void twoOfOneNameAreOneTooMany() {
        SloLoader.Loaded loaded = load(RATIO, RATIO);

        assertThat(loaded.slos()).isEmpty();
        assertThat(loaded.problems()).singleElement().satisfies(problem -> {
            assertThat(problem.field()).isEqualTo("metadata.name");
            assertThat(problem.message()).contains("is defined already: slo.yml:4");
        });
    }
}
