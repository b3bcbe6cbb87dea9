package network.litewatch.controlplane.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import network.litewatch.controlplane.gate.LimitResult.Verdict;
import org.junit.jupiter.api.Test;

class LimitTest {
    private static Verdict atMost(double bound, double low, double high) {
        return limit(bound, true)
                .judge(new Measured((low + high) / 2, low, high, 100, ""))
                .verdict();
    }

    private static Verdict atLeast(double bound, double low, double high) {
        return limit(bound, false)
                .judge(new Measured((low + high) / 2, low, high, 100, ""))
                .verdict();
    }

    private static Limit limit(double bound, boolean most) {
        return new Limit(
                "one",
                Measure.TTFT_SECONDS,
                OptionalDouble.of(0.5),
                Set.of("steady"),
                Optional.empty(),
                Optional.empty(),
                bound,
                most);
    }

    @Test
    void theWholeIntervalDecidesAndNotTheValue() {
        assertThat(atMost(1, 0.5, 1)).isEqualTo(Verdict.PASSED);
        assertThat(atMost(1, 0.5, 1.1)).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(atMost(1, 1.1, 1.2)).isEqualTo(Verdict.FAILED);
        assertThat(atLeast(1, 1, 1.5)).isEqualTo(Verdict.PASSED);
        assertThat(atLeast(1, 0.9, 1.5)).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(atLeast(1, 0.5, 0.9)).isEqualTo(Verdict.FAILED);
    }

    @Test
    void anEndThatIsNotKnownIsInconclusiveOnItsSideOnly() {
        assertThat(atMost(1, 0.5, Double.POSITIVE_INFINITY)).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(atMost(1, Double.NEGATIVE_INFINITY, 0.9)).isEqualTo(Verdict.PASSED);
        assertThat(limit(1, true)
                        .judge(new Measured(0.6, 0.5, Double.POSITIVE_INFINITY, 4, ""))
                        .why())
                .contains("too few samples, 4");
    }

    @Test
    void whatWasNotMeasuredIsInconclusiveWithItsReason() {
        LimitResult judged = limit(1, true).judge(Measured.nothing("the drill was not run"));
        assertThat(judged.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(judged.why()).isEqualTo("the drill was not run");
    }

    @Test
    void aPlanPassesOnlyWhenAllDo() {
        LimitResult passed = limit(1, true).judge(new Measured(0, 0, 0, 1, ""));
        LimitResult failed = limit(1, true).judge(new Measured(2, 2, 2, 1, ""));
        LimitResult open = limit(1, true).judge(Measured.nothing(""));
        assertThat(LimitResult.of(List.of(passed, passed))).isEqualTo(Verdict.PASSED);
        assertThat(LimitResult.of(List.of(passed, open))).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(LimitResult.of(List.of(open, failed))).isEqualTo(Verdict.FAILED);
        assertThat(LimitResult.of(List.of())).isEqualTo(Verdict.INCONCLUSIVE);
    }
}
