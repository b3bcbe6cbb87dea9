package network.litewatch.controlplane.reputation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScoreTest {
    private static final Instant NOW = Pieces.T0.plus(Duration.ofDays(1));

    /** Values of Abramowitz and Stegun, tables 6.1 and 6.3: psi(1) is minus Euler's constant, psi'(1) is pi squared over six. */
    @Test
    void theMomentsAreThoseOfTheTables() {
        assertThat(LogBeta.digamma(1)).isCloseTo(-0.5772156649015329, within(1e-12));
        assertThat(LogBeta.digamma(0.5)).isCloseTo(-1.9635100260214235, within(1e-12));
        assertThat(LogBeta.digamma(10)).isCloseTo(2.251752589066721, within(1e-12));
        assertThat(LogBeta.trigamma(1)).isCloseTo(Math.PI * Math.PI / 6, within(1e-12));
        assertThat(LogBeta.trigamma(0.5)).isCloseTo(Math.PI * Math.PI / 2, within(1e-11));
        assertThat(LogBeta.trigamma(10)).isCloseTo(0.10516633568168575, within(1e-12));
    }

    @Test
    void withoutEvidenceThereIsNoScore() {
        Score none = Score.of(Map.of(), Pieces.FORMULA, NOW);

        assertThat(none.interval()).isEmpty();
        assertThat(none.known()).isZero();
        assertThat(none.parts()).hasSize(5).noneMatch(Score.Part::counts);
    }

    @Test
    void aComponentWithTooLittleEvidenceIsLeftOut() {
        List<Evidence> evidence = many(Component.AVAILABILITY, true, 50);
        evidence.add(Pieces.piece(Component.CORRECTNESS, false, 10));

        Score score = Score.of(Pieces.record(evidence, Pieces.FORMULA).tallies(), Pieces.FORMULA, NOW);

        assertThat(score.parts())
                .filteredOn(Score.Part::counts)
                .extracting(Score.Part::component)
                .containsExactly(Component.AVAILABILITY);
        assertThat(score.known()).isCloseTo(1 / 3.25, within(1e-12));
        assertThat(score.interval().orElseThrow().point()).isGreaterThan(0.95);
    }

    @Test
    void evidenceCountsHalfAfterItsHalfLife() {
        NodeRecord record = Pieces.record(many(Component.AVAILABILITY, true, 1), Pieces.FORMULA);

        Tally week =
                record.tally(Component.AVAILABILITY).fadedTo(Pieces.T0.plus(Duration.ofDays(7)), Duration.ofDays(7));

        assertThat(week.good()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void aNodeOfWhichNothingIsSeenIsKnownLessAndLess() {
        NodeRecord record = Pieces.record(many(Component.AVAILABILITY, true, 100), Pieces.FORMULA);

        Interval now =
                Score.of(record.tallies(), Pieces.FORMULA, NOW).interval().orElseThrow();
        Interval later = Score.of(record.tallies(), Pieces.FORMULA, NOW.plus(Duration.ofDays(21)))
                .interval()
                .orElseThrow();

        assertThat(later.lower()).isLessThan(now.lower());
        assertThat(Score.of(record.tallies(), Pieces.FORMULA, NOW.plus(Duration.ofDays(60)))
                        .interval())
                .isEmpty();
    }

    @Test
    void whatSpeaksAgainstANodeIsNamedHoweverMuchSpeaksForIt() {
        List<Evidence> evidence = new ArrayList<>();
        evidence.add(Pieces.piece(Component.CORRECTNESS, false, 0));
        for (int i = 1; i < 200; i++) {
            evidence.add(Pieces.piece(Component.CORRECTNESS, true, i));
        }

        Tally tally = Pieces.record(evidence, Pieces.FORMULA).tally(Component.CORRECTNESS);

        assertThat(tally.newest()).hasSize(Tally.KEPT + 1).anyMatch(piece -> piece.bad() > 0);
        assertThat(tally.pieces()).isEqualTo(200);
    }

    @Test
    void aDocumentThatComesTwiceCountsOnce() {
        Evidence piece = Pieces.piece(Component.AVAILABILITY, true, 0);

        assertThat(Pieces.record(List.of(piece, piece), Pieces.FORMULA)
                        .tally(Component.AVAILABILITY)
                        .pieces())
                .isEqualTo(1);
    }

    @Test
    void aComponentThatTheFormulaLacksIsNotCounted() {
        Formula onlySpeed = new Formula(
                "speed",
                1.96,
                Map.of(Component.SPEED, new Formula.Part(1, Duration.ofDays(1), 1, 1, 1)),
                Formula.DEADLINES,
                List.of());

        assertThat(Pieces.record(many(Component.AVAILABILITY, true, 5), onlySpeed)
                        .tallies())
                .isEmpty();
    }

    private static List<Evidence> many(Component component, boolean good, int n) {
        List<Evidence> evidence = new ArrayList<>();
        for (int i = 0; i < n; i++) {
            evidence.add(Pieces.piece(component, good, i));
        }
        return evidence;
    }
}
