package network.litewatch.controlplane.alert.ruletest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.OptionalDouble;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SeriesValuesTest {
    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(
            delimiter = '|',
            value = {
                "1 2 3 | 1.0 2.0 3.0",
                "5x3 | 5.0 5.0 5.0 5.0",
                "5x0 | 5.0",
                "0+5x3 | 0.0 5.0 10.0 15.0",
                "9-1x2 | 9.0 8.0 7.0",
                "-2+1x2 | -2.0 -1.0 0.0",
                "-2-1x2 | -2.0 -3.0 -4.0",
                "1.5+0.25x1 | 1.5 1.75",
                "1e3 -1.5e-1 .5 | 1000.0 -0.15 0.5",
                "_ | _",
                "1 _x2 stale 2 | 1.0 _ _ _ 2.0",
                "'  1   2 ' | 1.0 2.0",
            })
    void valuesAreReadAsPromtoolReadsThem(String text, String expected) {
        assertThat(SeriesValues.parse(text).stream()
                        .map(v -> v.isPresent() ? String.valueOf(v.getAsDouble()) : "_")
                        .collect(Collectors.joining(" ")))
                .isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "one",
                "1+",
                "1+2",
                "1x",
                "x3",
                "_x",
                "__",
                "1+2y3",
                "1x-2",
                "NaN",
                "1,2",
                "--1",
                "1x99999999"
            })
    void whatIsNoValueIsNamedWithTheShapes(String text) {
        assertThatThrownBy(() -> SeriesValues.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\" is no value: write 1.5, 1x3 (four times 1)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1x8640", "_x8641", "1x999999", "1+1x999999", "_x8000 1x8000"})
    void tooManyAreRefusedBeforeTheyAreMade(String text) {
        assertThatThrownBy(() -> SeriesValues.parse(text)).hasMessageContaining("more than 8640");
        assertThat(SeriesValues.parse("1x8639")).hasSize(8640).containsOnly(OptionalDouble.of(1));
    }
}
