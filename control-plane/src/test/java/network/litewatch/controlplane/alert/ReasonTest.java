package network.litewatch.controlplane.alert;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.SeriesKey;
import network.litewatch.controlplane.assess.Signal;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

class ReasonTest {
    private static final ProbeId CANARY = new ProbeId("miner.canary");
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final String FAILING =
            "probe_consecutive_failures >= 3 || (probe_samples >= 10 && probe_success_ratio < 0.7)";

    @Test
    void theReasonOfAnAlternativeIsTheSideThatWasMet() {
        assertThat(condition(FAILING).reason(assessment(3, 4, 0.75)))
                .containsExactly("probe_consecutive_failures 3 >= 3");
    }

    @Test
    void underANegationEveryComparisonIsShownAsItStands() {
        assertThat(condition("!(probe_success_ratio >= 0.7)").reason(assessment(0, 10, 0.5)))
                .containsExactly("probe_success_ratio 0.50, not >= 0.70");
    }

    @Test
    void aConditionThatIsGoneIsNotShownAsIfItHeld() {
        AlertBook book = new AlertBook(List.of(rule(CANARY)), List.of());
        book.commit(book.evaluate(List.of(assessment(3, 12, 0.7))));

        AlertBook.Changes end = book.evaluate(List.of(assessment(0, 5, 0.4)));

        assertThat(end.transitions()).singleElement().satisfies(transition -> {
            assertThat(transition.kind()).isEqualTo(Transition.Kind.RESOLVED);
            assertThat(transition.alert().reason())
                    .containsExactly("probe_consecutive_failures 3 >= 3", "probe_samples 12 >= 10");
            assertThat(transition.alert().now()).contains("probe_consecutive_failures 0, not >= 3");
        });
    }

    @Test
    void anAlertWhoseRuleReadsAnotherProbeNowIsEnded() {
        AlertBook before = new AlertBook(List.of(rule(CANARY)), List.of());
        before.commit(before.evaluate(List.of(assessment(3, 4, 0.25))));

        AlertBook same = new AlertBook(List.of(rule(CANARY)), before.alive());
        AlertBook moved = new AlertBook(List.of(rule(new ProbeId("router.status"))), before.alive());

        assertThat(same.retire(T0, labels -> Optional.empty()).transitions()).isEmpty();
        assertThat(moved.retire(T0, labels -> Optional.empty()).transitions())
                .extracting(Transition::kind)
                .containsExactly(Transition.Kind.RESOLVED);
    }

    private static Rule rule(ProbeId probe) {
        Condition condition = Condition.compile(FAILING, probe).condition().orElseThrow();
        return new Rule(
                "MinerCanaryFailing",
                "miner",
                probe,
                condition,
                Duration.ZERO,
                Duration.ZERO,
                Map.of("severity", "warning"),
                Map.of(),
                Optional.empty(),
                NoData.KEEP,
                Scope.EVERYWHERE);
    }

    private static Condition condition(String text) {
        return Condition.compile(text, CANARY).condition().orElseThrow();
    }

    private static Assessment assessment(double failures, double samples, double ratio) {
        return new Assessment(
                new SeriesKey(CANARY, new TargetId("miner"), new Vantage("here")),
                TargetKind.MINER,
                new NetworkId("lab"),
                Map.of(),
                T0,
                Outcome.ok(),
                Map.of(
                        Signal.PROBE_CONSECUTIVE_FAILURES,
                        failures,
                        Signal.PROBE_SAMPLES,
                        samples,
                        Signal.PROBE_SUCCESS_RATIO,
                        ratio));
    }
}
