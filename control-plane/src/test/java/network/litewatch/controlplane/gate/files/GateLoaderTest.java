package network.litewatch.controlplane.gate.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.gate.GatePlan;
import network.litewatch.controlplane.gate.Measure;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GateLoaderTest {
    private static final String GOOD = """
            schema: gate/v1
            id: short
            title: A short plan
            load:
              max_tokens: 8
              timeout: 5s
              stages:
                - {name: steady, sessions: [1, 2], per_second: 2, lasts: 20s}
              under_drills: {sessions: [1], per_second: 1}
            drills: [freeze-head]
            limits:
              - {id: ttft, measure: ttft_seconds, quantile: 0.5, stages: [steady], at_most: 1}
              - {id: errors, measure: error_share, error: any, stages: [steady, drills], at_most: 0.01}
              - {id: recovery, measure: recovery_seconds, drill: freeze-head, at_most: 60}
            """;

    @TempDir
    Path folder;

    private GateLoader.Loaded load(String text) throws IOException {
        Path file = folder.resolve("short.yml");
        Files.writeString(file, text);
        return GateLoader.load(file, Set.of("freeze-head", "lag-head"));
    }

    private List<String> problems(String text) throws IOException {
        return load(text).problems().stream().map(Problem::toString).toList();
    }

    @Test
    void aGoodPlanIsRead() throws IOException {
        GatePlan plan = load(GOOD).plan().orElseThrow();
        assertThat(plan.load().stages().get(0).interval()).hasMillis(500);
        assertThat(plan.limits()).hasSize(3);
        assertThat(plan.digest()).hasSize(64);
        assertThat(plan.digest())
                .isNotEqualTo(load(GOOD + "\n").plan().orElseThrow().digest());
    }

    @Test
    void theShippedPlanIsRightAndBoundsEveryKindOfPromise() {
        Path shipped = Path.of(System.getProperty("litewatch.root", ".."), "runbooks", "gates", "phase-4.yml");
        GatePlan plan = GateLoader.load(shipped, Set.of("wrong-chain", "freeze-head", "hanging-miner"))
                .plan()
                .orElseThrow();
        assertThat(plan.limits()).extracting(limit -> limit.measure().group()).contains(Measure.Group.values());
    }

    @Test
    void eachErrorNamesItsLineAndField() throws IOException {
        assertThat(problems(GOOD.replace("at_most: 1}", "at_mots: 1}")))
                .anyMatch(p -> p.contains("short.yml:12:") && p.contains("at_mots"));
        assertThat(problems(GOOD.replace("stages: [steady], at", "stages: [stedy], at")))
                .singleElement()
                .asString()
                .contains("short.yml:12: limits[0].stages[0]", "no such stage", "steady");
        assertThat(problems(GOOD.replace("drill: freeze-head", "drill: lag-head")))
                .singleElement()
                .asString()
                .contains("short.yml:14: limits[2].drill", "not among drills");
        assertThat(problems(GOOD.replace("[freeze-head]", "[freeze-head, thaw-head]")))
                .singleElement()
                .asString()
                .contains("short.yml:10: drills[1]", "no runbook has a drill thaw-head");
        assertThat(problems(GOOD.replace("id: short", "id: long-one")))
                .singleElement()
                .asString()
                .contains("short.yml:2: id", "must be the file's name");
    }

    @Test
    void aLimitSaysWhatItsMeasureNeedsAndNoMore() throws IOException {
        assertThat(problems(GOOD.replace("quantile: 0.5, ", "")))
                .singleElement()
                .asString()
                .contains("ttft_seconds needs quantile");
        assertThat(problems(GOOD.replace("drill: freeze-head, at_most", "drill: freeze-head, quantile: 0.5, at_most")))
                .singleElement()
                .asString()
                .contains("limits[2].quantile", "leave it out");
        assertThat(problems(GOOD.replace("at_most: 60", "at_most: 60, at_least: 1")))
                .isNotEmpty();
    }

    @Test
    void namesAreTheirOwn() throws IOException {
        assertThat(problems(GOOD.replace("id: errors", "id: ttft")))
                .singleElement()
                .asString()
                .contains("another limit is named ttft");
        assertThat(problems(GOOD.replace("name: steady", "name: drills")))
                .anyMatch(p -> p.contains("load.stages[0].name"));
    }

    @Test
    void aFileThatIsNoPlanIsAProblemAndNoException() throws IOException {
        assertThat(problems("- a list")).singleElement().asString().contains("must be a YAML mapping");
        assertThat(GateLoader.load(folder.resolve("none.yml"), Set.of()).problems())
                .singleElement()
                .asString()
                .contains("cannot be read");
    }
}
