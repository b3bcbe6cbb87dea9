package network.litewatch.controlplane.drill.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.litewatch.controlplane.alert.rules.RuleLoader;
import network.litewatch.controlplane.config.Placeholders;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Drill;
import network.litewatch.controlplane.network.Network;
import network.litewatch.controlplane.network.NetworkLoader;
import network.litewatch.controlplane.runbook.DashboardFiles;
import network.litewatch.controlplane.runbook.RunbookLoader;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DrillLoaderTest {
    private static final String GOOD = """
            ---
            schema: runbook/v1
            id: stalled
            title: An RPC shows an old head
            alerts: [Stalled, Slow]
            severity: critical
            owner: {team: chain-ops}
            reviewed: 2026-11-20
            drills:
              - id: freeze
                proves: {alert: Stalled, labels: {target: rpc-b}}
                tier: ci
                targets: {selector: "network=lab,target=rpc-b", reach: [lab-indexer]}
                steady_state:
                  before:
                    hold: 5s
                    probes: [{signal: rpc_head_lag_seconds, tolerance: {type: range, range: [0, 4]}}]
                fault: {type: rpc.lag, at: rpc-b, args: {blocks: 100}, lease: 4m}
                expect:
                  - {alert: Stalled, severity: critical, fires_within: 60s, resolves_within: 2m}
                forbid: [Slow]
                abort: {other_alert: critical, max_runtime: 8m}
                rollback: [{action: undo}]
                schedule: {every: 7d, window: "Tue 10:00-12:00 UTC", skip_if: [open_incident]}
            undrilled:
              - {alert: Slow, reason: the lab has no slow answers, until: 2027-01-31}
            ---
            ## Meaning
            One.
            """;
    private static final String RULES = """
            groups:
              - name: rpc
                rules:
                  - alert: Stalled
                    probe: rpc.head
                    expr: rpc_head_lag_seconds > 10
                    for: 10s
                    labels: {severity: critical}
                    annotations: {summary: old, runbook: stalled}
                  - alert: Slow
                    probe: rpc.head
                    expr: rpc_head_lag_seconds > 10
                    labels: {severity: warning}
                    annotations: {summary: slow, runbook: stalled}
            """;
    private static final String LAB = """
            id: %s
            title: Network
            chain: {id: 31337, block_time: 1s}
            rpcs:
              - {id: rpc-a, url: "http://127.0.0.1:1", labels: {operator: a}}
              - {id: rpc-b, url: "http://127.0.0.1:2", labels: {operator: b}}
            probes:
              rpc.head: {interval: 30s, timeout: 5s}
            """;

    @TempDir
    private Path folder;

    @Test
    void aDrillIsReadWhole() throws IOException {
        DrillLoader.Loaded loaded = load(GOOD);

        assertThat(loaded.problems()).isEmpty();
        Drill drill = loaded.drills().get(0);
        assertThat(drill.runbook()).isEqualTo("stalled");
        assertThat(drill.tier()).isEqualTo(Drill.Tier.CI);
        assertThat(drill.fault().args()).isEqualTo(Map.of("blocks", 100L));
        assertThat(drill.fault().lease()).isEqualTo(Duration.ofMinutes(4));
        assertThat(drill.expects().get(0).alert().labels()).isEqualTo(Map.of("target", "rpc-b"));
        assertThat(drill.expects().get(0).messagesMax()).isEqualTo(1);
        assertThat(drill.expects().get(0).runbookLinked()).isTrue();
        assertThat(drill.before().probes()).hasSize(1);
        assertThat(drill.schedule().orElseThrow().every()).isEqualTo(Duration.ofDays(7));
        assertThat(loaded.undrilled().get(0).until()).isEqualTo(LocalDate.parse("2027-01-31"));
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "tier: ci | tier: lab | 12 | does not have a value in the enumeration",
                "tier: ci | teir: ci | 10 | teir",
                "type: rpc.lag | type: rpc.leg | 18 | does not have a value in the enumeration",
                "blocks: 100 | blocks: 500 | 18 | maximum value of 400",
                "blocks: 100 | block: 100 | 18 | block",
                "lease: 4m | lease: soon | 18 | does not match",
                "lease: 4m | lease: 9m | 18 | must not be longer than abort.max_runtime",
                "fires_within: 60s | fires_within: 4m | 20 | lease must be a quarter longer",
                "severity: critical, fires | severity: warning, fires | 20 | must be critical",
                "alert: Stalled, severity | alert: Gone, severity | 20 | no rule is named Gone",
                "forbid: [Slow] | forbid: [Stalled] | 21 | cannot be forbidden",
                "rollback: [{action: undo}] | rollback: [] | 23 | at least 1",
                "network=lab,target=rpc-b | target=rpc-b | 13 | must name the network",
                "rpc_head_lag_seconds | rpc_lag | 15 | is no signal",
                "proves: {alert: Stalled | proves: {alert: Slow | 11 | must be among expect",
                "every: 7d | every: 5s | 24 | must be at least 1m",
                "tier: ci | tier: production | 24 | no clock begins a drill of tier production",
                "until: 2027-01-31 | until: 2027-02-31 | 26 | must be a date",
            })
    void aFlawIsNamedWithItsLine(String good, String bad, int line, String says) throws IOException {
        assertThat(GOOD).contains(good);

        List<Problem> problems = load(GOOD.replace(good, bad)).problems();

        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem.file()).isEqualTo(folder.resolve("stalled.md"));
            assertThat(problem.line()).isEqualTo(line);
            assertThat(problem.message()).contains(says);
        });
    }

    @Test
    void whatIsBrokenBesidesEndsNoLater() throws IOException {
        String besides = GOOD.replace(
                "    expect:\n",
                "    besides: [{type: slack.slow, at: slack, args: {delay: 2s}, lease: 30s}]\n    expect:\n");
        DrillLoader.Loaded loaded = load(besides);

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.drills().get(0).besides())
                .containsExactly(new Drill.Fault("slack.slow", "slack", Map.of("delay", "2s"), Duration.ofSeconds(30)));
        assertThat(load(besides.replace("lease: 30s", "lease: 5m")).problems())
                .singleElement()
                .asString()
                .contains("stalled.md:19", "must not be longer than the lease of fault, 4m");
        assertThat(load(besides.replace(
                                "besides: [", "besides: [{type: rpc.lag, at: rpc-b, args: {blocks: 1}, lease: 9s}, "))
                        .problems())
                .singleElement()
                .asString()
                .contains("stalled.md:19", "is broken by this drill already: rpc.lag at rpc-b");
        assertThat(load(besides.replace("slack.slow", "slack.shy")).problems())
                .anySatisfy(problem -> assertThat(problem.toString())
                        .contains("stalled.md:19", "does not have a value in the enumeration"));
    }

    @Test
    void oneOfTierProductionSaysWhatElseEndsIt() throws IOException {
        String production = GOOD.replace("tier: ci", "tier: production")
                .replace("    schedule: {every: 7d, window: \"Tue 10:00-12:00 UTC\", skip_if: [open_incident]}\n", "");
        assertThat(load(production).problems()).isEmpty();

        assertThat(load(production.replace("other_alert: critical, ", "")).problems())
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.line()).isEqualTo(22);
                    assertThat(problem.message()).contains("needs other_alert");
                });
    }

    @Test
    void anAlertNeedsADrillOrAWaiverAndNotBoth() throws IOException {
        assertThat(coverage(GOOD)).isEmpty();
        assertThat(coverage(GOOD.replace(
                        "undrilled:\n  - {alert: Slow, reason: the lab has no slow answers, until: 2027-01-31}\n", "")))
                .singleElement()
                .asString()
                .contains("stalled.md:5: alerts: Slow has no drill of tier ci");
        assertThat(coverage(GOOD.replace("{alert: Slow, reason", "{alert: Stalled, reason")))
                .anySatisfy(p -> assertThat(p).contains("a drill proves Stalled"));
        assertThat(coverage(GOOD.replace("tier: ci", "tier: staging")))
                .anySatisfy(p -> assertThat(p).contains("Stalled has no drill of tier ci"));
    }

    @Test
    void aWaiverAndAReviewEndWithTheirDay() throws IOException {
        assertThat(dates("2027-01-31")).isEmpty();
        assertThat(dates("2027-02-01")).singleElement().asString().contains("stalled.md:26", "is over: drill Slow");
        assertThat(dates("2027-03-01")).anySatisfy(p -> assertThat(p).contains("stalled.md:8", "review_every"));
    }

    @Test
    void aBoundThatNobodyCouldKeepIsRefused() throws IOException {
        DrillLoader.Loaded loaded = load(GOOD.replace("fires_within: 60s", "fires_within: 40s"));

        assertThat(DrillChecks.bounds(loaded, rules().rules(), List.of(network("lab"))))
                .singleElement()
                .asString()
                .contains("stalled.md:20", "cannot be kept", "41s at least");
        assertThat(DrillChecks.bounds(load(GOOD), rules().rules(), List.of(network("lab"))))
                .isEmpty();
    }

    @Test
    void aDrillTouchesNoNetworkThatIsNoPlaceForDrills() throws IOException {
        List<Network> inventory = List.of(network("lab"));
        assertThat(DrillChecks.selectors(load(GOOD), inventory, Set.of("lab"))).isEmpty();
        assertThat(DrillChecks.selectors(load(GOOD), inventory, Set.of("testnet")))
                .singleElement()
                .asString()
                .contains("stalled.md:13", "[lab]", "only a drill of tier production");
        assertThat(DrillChecks.selectors(load(GOOD.replace("tier: ci", "tier: production")), inventory, Set.of()))
                .isEmpty();
        assertThat(DrillChecks.selectors(load(GOOD.replace(",target=rpc-b\"", "\"")), inventory, Set.of("lab")))
                .singleElement()
                .asString()
                .contains("finds 2 targets, and should find 1: [rpc-a, rpc-b]");
    }

    @Test
    void drillsThatFeelEachOtherAreInEachOthersWay() throws IOException {
        Network lab = network("lab");
        Drill b = load(GOOD).drills().get(0);
        Drill a = load(GOOD.replace("target=rpc-b", "target=rpc-a")).drills().get(0);
        Drill elsewhere = load(GOOD.replace("tier: ci", "tier: ci\n    domain: lab/alone")
                        .replace("target=rpc-b\"", "target=rpc-a\""))
                .drills()
                .get(0);
        Blast blast = Blast.of(b, lab.targets());

        assertThat(blast.broken()).containsExactly("rpc-b");
        assertThat(blast.touched()).containsExactlyInAnyOrder("rpc-b", "lab-indexer");
        assertThat(blast.domain()).isEqualTo("lab/rpc");
        assertThat(blast.isInTheWayOf(Blast.of(a, lab.targets()))).isTrue();
        assertThat(blast.isInTheWayOf(Blast.of(elsewhere, lab.targets()))).isFalse();

        Blast whole = Blast.of(
                load(GOOD.replace("tier: ci", "tier: ci\n    domain: lab").replace("target=rpc-b\"", "target=rpc-a\""))
                        .drills()
                        .get(0),
                lab.targets());
        assertThat(whole.isInTheWayOf(blast)).isTrue();
        assertThat(blast.isInTheWayOf(whole)).isTrue();
        assertThat(whole.isInTheWayOf(new Blast(Set.of("rpc-x"), Set.of("rpc-x"), "laboratory/rpc")))
                .isFalse();
    }

    @Test
    void whatIsAskedThroughATargetFeelsItUnlessTheDrillSaysOtherwise() throws IOException {
        List<Target> inventory = network("lab").targets().stream()
                .map(target -> target.id().value().equals("rpc-a") ? target.withLabel("rpc", "rpc-b") : target)
                .toList();
        Blast felt = Blast.of(load(GOOD).drills().get(0), inventory);
        Blast alone = Blast.of(
                load(GOOD.replace("reach:", "alone: true, reach:")).drills().get(0), inventory);

        assertThat(felt.touched()).containsExactlyInAnyOrder("rpc-a", "rpc-b", "lab-indexer");
        assertThat(alone.touched()).containsExactlyInAnyOrder("rpc-b", "lab-indexer");
    }

    private List<String> coverage(String runbook) throws IOException {
        RunbookLoader.Loaded runbooks = runbooks(runbook);
        return DrillChecks.coverage(load(runbook), runbooks.runbooks(), runbooks.fronts()).stream()
                .map(Problem::toString)
                .toList();
    }

    private List<String> dates(String today) throws IOException {
        return DrillChecks.dates(load(GOOD), runbooks(GOOD).fronts(), LocalDate.parse(today)).stream()
                .map(Problem::toString)
                .toList();
    }

    private Network network(String id) throws IOException {
        Path file = Files.writeString(folder.resolve(id + ".yml"), LAB.formatted(id));
        NetworkLoader.Loaded loaded =
                new NetworkLoader(new Placeholders(name -> null), Set.of(new ProbeId("rpc.head"))).load(file);
        assertThat(loaded.problems()).isEmpty();
        return loaded.network().orElseThrow();
    }

    private static RuleLoader.RuleSet rules() {
        RuleLoader.RuleSet rules = RuleLoader.load(
                List.of(YamlDocument.parse(Path.of("rpc.yml"), RULES, 1)), Set.of(new ProbeId("rpc.head")));
        assertThat(rules.problems()).isEmpty();
        return rules;
    }

    private RunbookLoader.Loaded runbooks(String runbook) throws IOException {
        Files.writeString(folder.resolve("stalled.md"), runbook);
        return RunbookLoader.load(folder, rules(), DashboardFiles.NONE);
    }

    private DrillLoader.Loaded load(String runbook) throws IOException {
        return DrillLoader.load(runbooks(runbook).fronts(), rules().rules());
    }
}
