package network.litewatch.controlplane.alert;

import static org.assertj.core.api.Assertions.assertThat;

import network.litewatch.probe.ProbeId;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PossibleTest {
    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiterString = " => ",
            value = {
                // Five failures in the last run.
                "probe_consecutive_failures >= 5 && probe_samples <= 1 => can never be true: probe_consecutive_failures is 0 or more,"
                        + " probe_samples is 0 to 10",
                "probe_samples >= 11 => can never be true: probe_samples is 0 to 10",
                "probe_samples > 10 => can never be true",
                "probe_success_ratio > 1 => can never be true: probe_success_ratio is 0 to 1",
                "probe_success_ratio < 0 => can never be true",
                "rpc_wrong_chain >= 2 => can never be true: rpc_wrong_chain is 0 to 1",
                "rpc_wrong_chain > 0 && rpc_wrong_chain < 1 => can never be true",
                "probe_consecutive_failures > 2 && probe_consecutive_failures < 3 => can never be true",
                "rpc_head_lag_seconds > 10 && rpc_head_lag_seconds < 5 => can never be true: its comparisons leave nothing over",
                "10 < rpc_head_lag_seconds && !(rpc_head_lag_seconds > 5) => can never be true",
                "probe_samples >= 0 => is always true, so it would always fire: probe_samples is 0 to 10",
                "rpc_head_lag_seconds > 5 || rpc_head_lag_seconds < 10 => is always true",
            })
    void aConditionThatIsAlwaysTheSameIsNamed(String expression, String says) {
        assertThat(Possible.flaw(compile(expression)))
                .hasValueSatisfying(flaw -> assertThat(flaw).startsWith(says));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "probe_consecutive_failures >= 5 && probe_samples <= 5",
                "probe_consecutive_failures >= 50 && probe_samples >= 10",
                "probe_samples >= 10",
                "probe_success_ratio < 0.1",
                "probe_success_ratio == 0.0",
                "rpc_wrong_chain > 0",
                "rpc_head_lag_seconds > 2 && rpc_head_lag_seconds < 3",
                "rpc_head_lag_seconds > 5 && rpc_head_lag_seconds <= 5.5 && probe_samples > 3",
                // What hangs on more than signals and numbers cannot be told from the rule alone.
                "rpc_head_lag_seconds > rpc_head_age_seconds",
                "probe_samples >= 11 && target == 'a'",
                "probe_samples >= 11 || labels.operator == 'x'",
            })
    void anyOtherIsNot(String expression) {
        assertThat(Possible.flaw(compile(expression))).isEmpty();
    }

    private static Condition compile(String expression) {
        return Condition.compile(expression, new ProbeId("rpc.head"))
                .condition()
                .orElseThrow();
    }
}
