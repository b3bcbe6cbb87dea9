package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RangeTest {
    private static final Pattern AT_MOST = Pattern.compile("at most (\\d+)$");

    @ParameterizedTest
    @EnumSource(Signal.class)
    void aSignalHasTheRangeThatItsDefinitionSays(Signal signal) {
        Range range = Range.of(signal);
        String definition = signal.definition();

        if (definition.startsWith("1 when ") || definition.startsWith("1 while ")) {
            assertThat(range.ends()).containsExactly(0.0, 1.0);
            assertThat(range.has(0.5)).isFalse();
        }
        Matcher m = AT_MOST.matcher(definition);
        if (m.find()) {
            assertThat(range.high()).isEqualTo(Double.parseDouble(m.group(1)));
        }
        if (definition.startsWith("Share of ") && !definition.contains("budget")) {
            assertThat(range.ends()).containsExactly(0.0, 1.0);
        }
    }

    @Test
    void failuresInARowAreAmongTheRunsThatCount() {
        assertThat(together(1, 1)).isTrue();
        assertThat(together(1, 2)).isFalse();
        assertThat(together(10, 50)).isTrue();
        assertThat(together(9, 50)).isFalse();
        assertThat(Range.together(Map.of(Signal.PROBE_SAMPLES, 1.0))).isTrue();
    }

    private static boolean together(double samples, double failures) {
        return Range.together(Map.of(Signal.PROBE_SAMPLES, samples, Signal.PROBE_CONSECUTIVE_FAILURES, failures));
    }
}
