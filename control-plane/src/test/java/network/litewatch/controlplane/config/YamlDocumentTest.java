package network.litewatch.controlplane.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class YamlDocumentTest {
    private static final Path FILE = Path.of("rules.yml");

    @Test
    void knowsTheLineOfEveryField() {
        YamlDocument.Parsed parsed = YamlDocument.parse(FILE, "a: 1\nb:\n  - c: x\n  - c: y\n");
        YamlDocument.Field second = Objects.requireNonNull(
                        Objects.requireNonNull(parsed.root()).get("b"))
                .items()
                .get(1);

        second.problem("is wrong");

        assertThat(parsed.document().problems()).hasToString("[rules.yml:4: b[1]: is wrong]");
    }

    @Test
    void brokenYamlIsAProblemWithItsLine() {
        YamlDocument.Parsed parsed = YamlDocument.parse(FILE, "a: 1\nb: [\n");

        assertThat(parsed.root()).isNull();
        assertThat(parsed.document().problems()).singleElement().satisfies(p -> {
            assertThat(p.line()).isEqualTo(3);
            assertThat(p.message()).startsWith("is not valid YAML");
        });
    }

    @Test
    void duplicateKeysAreRefused() {
        assertThat(YamlDocument.parse(FILE, "a: 1\na: 2\n").document().problems())
                .singleElement()
                .satisfies(p -> assertThat(p.message()).contains("duplicate key a"));
    }

    @Test
    void missingAndMisspelledFieldsAreNamed() {
        YamlDocument.Parsed parsed = YamlDocument.parse(FILE, "alrt: X\n");
        YamlDocument.Field root = Objects.requireNonNull(parsed.root());

        root.require("alert", "the alert's name");
        root.allowOnly("alert");

        assertThat(parsed.document().problems())
                .extracting(Problem::toString)
                .containsExactly(
                        "rules.yml:1: alert: is required: the alert's name",
                        "rules.yml:1: alrt: is not a known field; did you mean alert? known here: alert");
    }

    @Test
    void durationsReadBackAsWritten() {
        for (String text : new String[] {"0s", "250ms", "5s", "1m30s", "2h", "7d", "1d2h3m4s5ms"}) {
            assertThat(Durations.format(Durations.parse(text))).isEqualTo(text);
        }
        assertThat(Durations.parse("90s")).isEqualTo(Duration.ofSeconds(90));
        assertThatThrownBy(() -> Durations.parse("5 minutes")).hasMessageContaining("5 minutes");
    }
}
