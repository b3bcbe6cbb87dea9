package network.litewatch.controlplane.gate;

import static network.litewatch.controlplane.gate.Runs.answers;
import static network.litewatch.controlplane.gate.Runs.drill;
import static network.litewatch.controlplane.gate.Runs.facts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import network.litewatch.controlplane.gate.GateData.Node;
import org.junit.jupiter.api.Test;

class LimitEvaluatorTest {
    private static LimitResult judge(GateData facts, Measure measure, double bound, boolean most) {
        return new LimitEvaluator(facts)
                .judge(Runs.plan(Runs.limit(measure, bound, most)))
                .get(0);
    }

    private static Measured measure(GateData facts, Measure measure) {
        return judge(facts, measure, 1, true).measured();
    }

    @Test
    void whatIsNotAnsweredIsSlowerThanAllThatIs() {
        // Of 100 requests 60 time out: more than half had no first token, so that the median is without bound.
        GateData facts = facts(answers(40, 60), List.of(), List.of());
        assertThat(measure(facts, Measure.TTFT_SECONDS).value()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(judge(facts, Measure.TTFT_SECONDS, 0.5, true).verdict()).isNotEqualTo(LimitResult.Verdict.PASSED);
        assertThat(judge(facts, Measure.TOKENS_PER_SECOND, 60, false).verdict())
                .isNotEqualTo(LimitResult.Verdict.PASSED);
    }

    @Test
    void errorsAreCountedByClassAndTogether() {
        GateData facts = facts(answers(90, 10), List.of(), List.of());
        assertThat(measure(facts, Measure.ERROR_SHARE).value()).isEqualTo(0.1);
        Limit broken = new Limit(
                "broken",
                Measure.ERROR_SHARE,
                OptionalDouble.empty(),
                java.util.Set.of("steady"),
                Optional.of(ErrorClass.BROKEN),
                Optional.empty(),
                0.1,
                true);
        assertThat(new LimitEvaluator(facts)
                        .judge(Runs.plan(broken))
                        .get(0)
                        .measured()
                        .value())
                .isZero();
    }

    @Test
    void ofARunThatWasBrokenOffOnlyWhatWentOnToItsEndIsJudged() {
        Optional<String> why = Optional.of("no service answers");
        GateData early = facts(answers(10, 0), List.of(), List.of(), why);
        assertThat(judge(early, Measure.ERROR_SHARE, 0.5, true).verdict()).isEqualTo(LimitResult.Verdict.PASSED);
        assertThat(judge(early, Measure.DRILLS_PROVED, 1, false).verdict()).isEqualTo(LimitResult.Verdict.INCONCLUSIVE);
        assertThat(judge(early, Measure.REPUTATION_CHANGE, 1, true).why()).contains("it was not read");
        Limit later = new Limit(
                "later",
                Measure.ERROR_SHARE,
                OptionalDouble.empty(),
                java.util.Set.of("steady", "peak"),
                Optional.empty(),
                Optional.empty(),
                0.5,
                true);
        LimitResult unfinished =
                new LimitEvaluator(early).judge(Runs.plan(later)).get(0);
        assertThat(unfinished.verdict()).isEqualTo(LimitResult.Verdict.INCONCLUSIVE);
        assertThat(unfinished.why()).contains("broken off before the stage peak was over");
        GateData broken = facts(answers(10, 0), List.of(drill("freeze-head", false)), List.of(), why);
        assertThat(judge(broken, Measure.DRILLS_PROVED, 1, false).verdict()).isEqualTo(LimitResult.Verdict.FAILED);
    }

    @Test
    void throughputIsWholeAnswersASecondOfTheStage() {
        Measured measured = measure(facts(answers(90, 10), List.of(), List.of()), Measure.ANSWERS_PER_SECOND);
        assertThat(measured.value()).isCloseTo(9, within(1e-9));
        assertThat(measured.low()).isLessThan(9);
        assertThat(measured.high()).isBetween(9.0, 10.0);
    }

    @Test
    void recoveryIsTheDrillsAndOneThatDidNotResolveIsInconclusive() {
        GateData proved = facts(answers(4, 0), List.of(drill("freeze-head", true)), List.of());
        assertThat(measure(proved, Measure.RECOVERY_SECONDS).value()).isEqualTo(3.5);
        assertThat(measure(proved, Measure.RECOVERY_SECONDS).high()).isEqualTo(4.5);
        GateData late = facts(answers(4, 0), List.of(drill("freeze-head", false)), List.of());
        LimitResult judged = judge(late, Measure.RECOVERY_SECONDS, 60, true);
        assertThat(judged.verdict()).isEqualTo(LimitResult.Verdict.INCONCLUSIVE);
        assertThat(judged.why()).contains("late");
        assertThat(judge(late, Measure.DRILLS_PROVED, 1, false).verdict()).isEqualTo(LimitResult.Verdict.FAILED);
    }

    @Test
    void reputationIsOfNodesThatNoDrillTouchedAndWantsEvidenceOfAll() {
        Node still = new Node("a", OptionalDouble.of(0.9), OptionalDouble.of(0.88), false);
        Node broken = new Node("b", OptionalDouble.of(0.9), OptionalDouble.of(0.1), true);
        assertThat(measure(facts(answers(1, 0), List.of(), List.of(still, broken)), Measure.REPUTATION_CHANGE)
                        .value())
                .isCloseTo(0.02, within(1e-9));
        Node unknown = new Node("c", OptionalDouble.empty(), OptionalDouble.of(0.9), false);
        assertThat(measure(facts(answers(1, 0), List.of(), List.of(still, unknown)), Measure.REPUTATION_CHANGE)
                        .samples())
                .isZero();
    }

    @Test
    void answersAgreeWhenAllOfARoundSayTheSame() {
        List<Answer> answers = new ArrayList<>(answers(20, 0));
        assertThat(measure(facts(answers, List.of(), List.of()), Measure.ANSWERS_AGREE)
                        .value())
                .isEqualTo(1);
        Answer first = answers.get(0);
        answers.set(
                0,
                new Answer(
                        first.stage(),
                        first.session(),
                        first.round(),
                        first.slot(),
                        first.ttftSeconds(),
                        first.totalSeconds(),
                        first.tokensPerSecond(),
                        first.error(),
                        "another",
                        first.task()));
        Measured measured = measure(facts(answers, List.of(), List.of()), Measure.ANSWERS_AGREE);
        assertThat(measured.value()).isEqualTo(0.9);
        assertThat(measured.samples()).isEqualTo(10);
    }

    @Test
    void countsThatAreMissingAreInconclusive() {
        GateData facts = facts(answers(1, 0), List.of(), List.of());
        assertThat(judge(facts, Measure.OBSERVATIONS_TWICE, 0, true).verdict()).isEqualTo(LimitResult.Verdict.PASSED);
        assertThat(judge(facts, Measure.OBSERVATIONS_MISSING, 0, true).verdict())
                .isEqualTo(LimitResult.Verdict.INCONCLUSIVE);
    }
}
