package network.litewatch.controlplane.canary.classes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.canary.SpeedTable.Verdict;
import network.litewatch.controlplane.canary.SpeedTablePage;
import network.litewatch.controlplane.config.Problem;
import network.litewatch.controlplane.config.YamlDocument;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SpeedTableTest {
    private static final SpeedTable SHIPPED =
            load(YamlDocument.read(Path.of("config/gpu-classes.yml"))).table().orElseThrow();

    @ParameterizedTest
    @CsvSource({
        "8b-q4, 26-49, 29-55, 76-143, 82-154, 166-312, 273-513, 392-735",
        "8b-fp16, 8-15, 9-17, 23-44, 25-47, 51-95, 83-156, 119-224",
        "14b-q4, 14-27, 16-30, 42-78, 45-84, 91-170, 149-279, 213-400",
        "32b-q4, 6-12, 7-14, 19-35, 20-38, 41-77, 67-126, 96-181",
    })
    void floorsAndGoodSpeedsAreThoseOfTheTable(
            String model, String t4, String r3060, String r3090, String r4090, String a100, String h100, String h200) {
        assertThat(range("t4", model)).isEqualTo(t4);
        assertThat(range("rtx-3060", model)).isEqualTo(r3060);
        assertThat(range("rtx-3090", model)).isEqualTo(r3090);
        assertThat(range("rtx-4090", model)).isEqualTo(r4090);
        assertThat(range("a100-80", model)).isEqualTo(a100);
        assertThat(range("h100", model)).isEqualTo(h100);
        assertThat(range("h200", model)).isEqualTo(h200);
    }

    @Test
    void whatOneCardCannotHoldTakesTwo() {
        assertThat(range("rtx-4090", "70b-q4")).isEqualTo("9-18");
        assertThat(SHIPPED.expected("rtx-4090", "70b-q4").orElseThrow().cards()).isEqualTo(2);
        assertThat(range("h200", "70b-q4")).isEqualTo("45-85");
        // Two cards that share every layer are faster than the roof of one, and honest.
        assertThat(SHIPPED.judge("rtx-4090", "70b-q4", 30)).isEqualTo(Verdict.AS_EXPECTED);
        assertThat(SHIPPED.judge("rtx-4090", "70b-q4", 60)).isEqualTo(Verdict.SUSPECT);
    }

    @Test
    void belowTheFloorIsSlowAndAboveTheRoofSuspect() {
        assertThat(SHIPPED.judge("rtx-4090", "8b-q4", 81)).isEqualTo(Verdict.SLOW);
        assertThat(SHIPPED.judge("rtx-4090", "8b-q4", 83)).isEqualTo(Verdict.AS_EXPECTED);
        assertThat(SHIPPED.judge("rtx-4090", "8b-q4", 205)).isEqualTo(Verdict.AS_EXPECTED);
        assertThat(SHIPPED.judge("rtx-4090", "8b-q4", 206)).isEqualTo(Verdict.SUSPECT);
    }

    @Test
    void ofWhatIsNotInTheTableNothingIsSaid() {
        assertThat(SHIPPED.judge("cpu", "8b-q4", 1)).isEqualTo(Verdict.UNKNOWN);
        assertThat(SHIPPED.judge("t4", "other", 1e6)).isEqualTo(Verdict.UNKNOWN);
        assertThat(SHIPPED.judge(null, null, 50)).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void whatIsNoSpeedIsRefused() {
        assertThatThrownBy(() -> SHIPPED.judge("t4", "8b-q4", Double.NaN)).hasMessageContaining("no speed");
        assertThatThrownBy(() -> SHIPPED.judge("t4", "8b-q4", 0)).hasMessageContaining("no speed");
    }

    @Test
    void thePageHasEverySource() {
        String page = SpeedTablePage.of(SHIPPED);

        assertThat(page).contains("| 8b-q4 | 26 - 49 - 65 |", "(2x)", "- h200: 4,800 GB/s, 141 GB. https://");
        SHIPPED.cards().values().forEach(card -> assertThat(page).contains(card.source()));
        SHIPPED.models().values().forEach(model -> assertThat(page).contains(model.source()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gpu_classes.x.bandwidth_gbs|{bandwidth_gbs: -1, memory_gb: 1, source: s}",
                "gpu_classes.x.memory_gb|{bandwidth_gbs: 1, source: s}",
                "gpu_classes.x.source|{bandwidth_gbs: 1, memory_gb: 1}",
                "gpu_classes.x.bandwith|{bandwith: 1, bandwidth_gbs: 1, memory_gb: 1, source: s}",
            })
    void whatIsWrongIsNamedWithItsLineAndGivesNoTable(String caseText) {
        String[] parts = caseText.split("\\|", 2);
        String text = "shares: {floor: 0.4, good: 0.75, source: s}\nmodels: {}\ngpu_classes:\n  x: " + parts[1] + "\n";

        SpeedTableLoader.Loaded loaded = load(YamlDocument.parse(Path.of("gpu.yml"), text));

        assertThat(loaded.table()).isEmpty();
        assertThat(loaded.problems()).extracting(Problem::field).containsExactly(parts[0]);
        assertThat(loaded.problems()).extracting(Problem::line).containsExactly(4);
    }

    @Test
    void sharesOutOfOrderAreAProblem() {
        String text = "shares: {floor: 0.8, good: 0.75, source: s}\nmodels: {}\ngpu_classes: {}\n";

        assertThat(load(YamlDocument.parse(Path.of("gpu.yml"), text)).problems())
                .singleElement()
                .satisfies(problem -> assertThat(problem.message()).contains("floor must be less than good"));
    }

    private static SpeedTableLoader.Loaded load(YamlDocument.Parsed file) {
        return SpeedTableLoader.load(file);
    }

    private static String range(String card, String model) {
        SpeedTable.Expected speed = SHIPPED.expected(card, model).orElseThrow();
        return Math.round(speed.floor()) + "-" + Math.round(speed.good());
    }
}
