package network.litewatch.controlplane.reputation.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.reputation.Component;
import network.litewatch.controlplane.reputation.Formula;
import org.junit.jupiter.api.Test;

class FormulaLoaderTest {
    private static final String GOOD = """
            version: "1"
            z: 1.96
            components:
              availability: {weight: 1, half_life: 7d, prior: {good: 1, bad: 1}, minimum: 20}
            """;

    @Test
    void theShippedFormulaIsRead() {
        FormulaLoader.Loaded loaded = FormulaLoader.load(YamlDocument.read(Path.of("config", FormulaLoader.FILE)));

        assertThat(loaded.problems()).isEmpty();
        assertThat(loaded.formula()).hasValueSatisfying(formula -> {
            assertThat(formula.parts()).containsOnlyKeys(Component.values());
            assertThat(formula.parts())
                    .containsEntry(Component.SPEED, new Formula.Part(0.25, Duration.ofDays(7), 1, 1, 10));
        });
    }

    @Test
    void mistakesAreToldWithLineAndField() {
        assertThat(problems(GOOD + "half: 1\n"))
                .containsExactly(
                        "f.yml:5: half: is not a known field; known here: version, z, components, deadlines, away");
        assertThat(problems(GOOD.replace("weight: 1,", "weight: -1,")))
                .containsExactly(
                        "f.yml:4: components.availability.weight: must be a number of 0 or more, as 0.5: \"-1\"");
        assertThat(problems(GOOD.replace("availability", "charm")))
                .containsExactly("f.yml:4: components.charm: is no component: availability, deadlines, precommits,"
                        + " correctness, speed, identity");
        assertThat(problems(GOOD.replace("7d", "never")))
                .singleElement()
                .asString()
                .contains(":4:", "half_life");
        assertThat(problems(GOOD + "away: [{node: a, from: 2026-11-21T10:00:00Z, to: 2026-11-21T10:00:00Z, why: x}]\n"))
                .containsExactly("f.yml:5: away[0]: to must be after from");
        assertThat(problems(GOOD.replace("version: \"1\"\n", "")))
                .singleElement()
                .asString()
                .contains("version");
    }

    private static List<String> problems(String text) {
        FormulaLoader.Loaded loaded = FormulaLoader.load(YamlDocument.parse(Path.of("f.yml"), text));
        assertThat(loaded.formula()).isEmpty();
        return loaded.problems().stream().map(Problem::toString).toList();
    }
}
