package network.litewatch.controlplane.runbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import network.litewatch.controlplane.alert.rules.RuleLoader;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.notify.Panel;
import network.litewatch.probe.ProbeId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunbookLoaderTest {
    private static final String GOOD = """
            ---
            schema: runbook/v1
            id: stalled
            title: An RPC shows an old head
            alerts: [Stalled]
            severity: critical
            owner: {team: chain-ops}
            reviewed: 2026-11-20
            ---
            ## Meaning
            One.

            ```sh
            ## no heading
            ```

            ## Impact
            Two.

            ## Diagnosis
            Three.

            ## Mitigation
            Four.

            ## Escalation
            Five.

            ## After
            Six.
            """;
    private static final String RULES = """
            groups:
              - name: rpc
                rules:
                  - alert: Stalled
                    probe: rpc.head
                    expr: rpc_head_lag_seconds > 10
                    labels: {severity: critical}
                    annotations: {summary: old, runbook: stalled}
            """;

    private static final String DASHBOARD = """
            {"uid": "chains", "templating": {"list": [{"name": "network"}, {"name": "target"}]},
             "panels": [{"type": "row", "title": "Chains", "id": 1}, {"type": "timeseries", "title": "Heads", "id": 2}]}
            """;

    @TempDir
    private Path folder;

    @TempDir
    private Path dashboards;

    @Test
    void aGoodRunbookIsLoaded() throws IOException {
        RunbookLoader.Loaded loaded = load(GOOD, RULES);

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.runbooks()).containsOnlyKeys("stalled");
    }

    @Test
    void panelsAreFoundInTheDashboards() throws IOException {
        RunbookLoader.Loaded loaded = load(naming("[{uid: chains, panel: Heads}]"), RULES);

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.runbooks().values())
                .singleElement()
                .satisfies(runbook -> assertThat(runbook.panels()).containsExactly(new Panel("chains", 2, "Heads")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[{uid: chans, panel: Heads}] | no dashboard has this uid: \"chans\"; there are chains",
                "[{uid: chains, panel: Tails}] | no panel of chains has this title: \"Tails\"; there are Heads",
                "[{uid: chains, panel: Chains}] | no panel of chains has this title",
                "[{uid: chains}] | the title of a panel in it",
                "[{uid: chains, panel: Heads, id: 2}] | is not a known field",
                "[Heads] | must be",
            })
    void aPanelThatIsNotThereIsNamedWithItsLine(String named, String says) throws IOException {
        assertThat(load(naming(named), RULES).problems()).anySatisfy(problem -> {
            assertThat(problem.line()).isEqualTo(6);
            assertThat(problem.message()).contains(says);
        });
    }

    @Test
    void whereNoDashboardsAreKnownPanelsAreNotLookedUp() throws IOException {
        Files.writeString(folder.resolve("stalled.md"), naming("[{uid: chains, panel: Heads}]"));
        RunbookLoader.Loaded loaded = RunbookLoader.load(folder, rules(RULES), DashboardFiles.NONE);

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.runbooks().values())
                .allSatisfy(runbook -> assertThat(runbook.panels()).isEmpty());
    }

    @Test
    void aDashboardThatALinkCannotFillInIsNamed() throws IOException {
        Files.writeString(dashboards.resolve("bare.json"), "{\"uid\": \"bare\", \"panels\": []}");
        Files.writeString(dashboards.resolve("broken.json"), "{");

        assertThat(DashboardFiles.load(dashboards).problems())
                .extracting(problem -> String.valueOf(problem.file().getFileName()))
                .containsExactly("bare.json", "broken.json");
        assertThat(DashboardFiles.load(dashboards.resolve("nowhere")).problems())
                .hasSize(1);
    }

    private static String naming(String panels) {
        return GOOD.replace("severity: critical", "dashboards: " + panels + "\nseverity: critical");
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "schema: runbook/v1 | schema: runbook/v2 | 2 | must be runbook/v1",
                "id: stalled | id: halted | 3 | must be the file's name",
                "title: | headline: | 4 | is not a known field",
                "alerts: [Stalled] | alerts: [] | 5 | at least one alert",
                "alerts: [Stalled] | alerts: [Stalled, Gone] | 5 | no rule is named Gone",
                "severity: critical | severity: urgent | 6 | must be critical, warning or info",
                "severity: critical | severity: warning | 6 | must be critical, the highest of its rules",
                "reviewed: 2026-11-20 | reviewed: last week | 8 | must be a date",
                "## Impact | ## Effect | 10 | must have the headings",
                "## Diagnosis | # Diagnosis | 10 | must have the headings",
                "Four. |  | 23 | ## Mitigation has no text",
                "Six. |  | 29 | ## After has no text",
            })
    void aFlawIsNamedWithItsLine(String good, String bad, int line, String says) throws IOException {
        List<Problem> problems =
                load(GOOD.replace(good, bad == null ? "" : bad), RULES).problems();

        assertThat(problems).anySatisfy(problem -> {
            assertThat(problem.file()).isEqualTo(folder.resolve("stalled.md"));
            assertThat(problem.line()).isEqualTo(line);
            assertThat(problem.message()).contains(says);
        });
    }

    @Test
    void aRuleWhoseRunbookIsMissingIsNamedWithItsLine() throws IOException {
        assertThat(load(GOOD, RULES.replace("runbook: stalled", "runbook: nowhere"))
                        .problems())
                .anySatisfy(problem -> {
                    assertThat(problem.file()).isEqualTo(Path.of("rpc.yml"));
                    assertThat(problem.line()).isEqualTo(8);
                    assertThat(problem.message()).contains("nowhere.md");
                });
    }

    @ParameterizedTest
    @CsvSource({"''", "no front matter", "'---\n[\n---\n'", "'---\n- a\n---\n'"})
    void aFileOfAnotherShapeIsAProblemAndNoException(String text) throws IOException {
        assertThat(load(text, RULES).problems()).isNotEmpty();
    }

    private RunbookLoader.Loaded load(String runbook, String rules) throws IOException {
        Files.writeString(folder.resolve("stalled.md"), runbook);
        Files.writeString(dashboards.resolve("chains.json"), DASHBOARD);
        return RunbookLoader.load(folder, rules(rules), DashboardFiles.load(dashboards));
    }

    private static RuleLoader.RuleSet rules(String text) {
        return RuleLoader.load(
                List.of(YamlDocument.parse(Path.of("rpc.yml"), text, 1)), Set.of(new ProbeId("rpc.head")));
    }
}
