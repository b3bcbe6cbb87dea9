package network.litewatch.controlplane.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import network.litewatch.controlplane.reputation.Eligibility.Answer;
import network.litewatch.controlplane.reputation.Eligibility.Known;
import network.litewatch.probe.NetworkId;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EligibilityTest {
    private static final Instant NOW = Pieces.T0.plus(Duration.ofHours(1));
    private static final Formula FORMULA = new Formula(
            "test",
            1.96,
            Map.of(
                    Component.AVAILABILITY, new Formula.Part(1, Duration.ofDays(7), 1, 1, 5),
                    Component.PRECOMMITS, new Formula.Part(0, Duration.ofDays(7), 1, 1, 5)),
            Formula.DEADLINES,
            List.of());
    private static final Eligibility.Terms TERMS =
            new Eligibility.Terms(10_000, 0.6, 0.9, List.of("a", "b"), Duration.ofDays(1));
    private static final Map<String, Optional<Instant>> SEEN = Map.of("a", Optional.of(NOW), "b", Optional.of(NOW));

    @Test
    void whoFulfilsEverythingIsEligible() {
        Eligibility yes = of(10_000.0, score(95, 5), SEEN, List.of(), List.of());

        assertThat(yes.answer()).isEqualTo(Answer.YES);
        assertThat(yes.checks()).extracting(Eligibility.Check::answer).containsOnly(Answer.YES);
        assertThat(yes.checks()).extracting(Eligibility.Check::why).contains("10000.00 COR staked, 10000 needed");
    }

    @Test
    void oneNoIsEnoughWhateverIsUnknown() {
        assertThat(of(9_999.99, score(95, 5), SEEN, List.of(), List.of()).answer())
                .isEqualTo(Answer.NO);
        assertThat(of(null, score(20, 80), SEEN, null, List.of()).answer()).isEqualTo(Answer.NO);
        assertThat(of(10_000.0, score(95, 5), SEEN, List.of("tokens"), List.of())
                        .answer())
                .isEqualTo(Answer.NO);
        assertThat(of(
                                10_000.0,
                                score(95, 5),
                                Map.of("a", Optional.of(NOW), "b", Optional.empty()),
                                List.of(),
                                List.of())
                        .answer())
                .isEqualTo(Answer.NO);
    }

    @Test
    void whatIsNotKnownIsNotRefused() {
        assertThat(of(null, score(95, 5), SEEN, List.of(), List.of()).answer()).isEqualTo(Answer.UNKNOWN);
        assertThat(of(10_000.0, Optional.empty(), SEEN, List.of(), List.of()).answer())
                .isEqualTo(Answer.UNKNOWN);
        assertThat(of(10_000.0, score(95, 5), SEEN, null, List.of()).answer()).isEqualTo(Answer.UNKNOWN);
        assertThat(of(10_000.0, score(95, 5), SEEN, List.of(), List.of("a store"))
                        .answer())
                .isEqualTo(Answer.UNKNOWN);
        assertThat(of(10_000.0, score(95, 5), Map.of("a", Optional.of(NOW)), List.of(), List.of())
                        .answer())
                .as("no node of its address is configured in b")
                .isEqualTo(Answer.UNKNOWN);
    }

    @Test
    void aShareThatCouldBeOnEitherSideIsUnknown() {
        Eligibility close = of(10_000.0, score(62, 38), SEEN, List.of(), List.of());

        assertThat(close.checks())
                .filteredOn(check -> check.name().equals("precommit"))
                .singleElement()
                .satisfies(check -> {
                    assertThat(check.answer()).isEqualTo(Answer.UNKNOWN);
                    assertThat(check.why()).contains("of network tasks precommitted, 60 % needed");
                });
    }

    private static Eligibility of(
            @Nullable Double stake,
            Optional<Score> score,
            Map<String, Optional<Instant>> seen,
            @Nullable List<String> differences,
            List<String> suspicions) {
        return Eligibility.of(
                new Known(
                        Pieces.NODE,
                        "a",
                        stake == null ? OptionalDouble.empty() : OptionalDouble.of(stake),
                        score,
                        seen,
                        differences,
                        suspicions),
                TERMS,
                NOW);
    }

    /** Always up, and precommits of so many network tasks. */
    private static Optional<Score> score(int good, int bad) {
        NodeRecord record = NodeRecord.before(Pieces.piece(Component.AVAILABILITY, true, 0));
        for (int i = 0; i < 100; i++) {
            record = record.step(Pieces.piece(Component.AVAILABILITY, true, i % 60), FORMULA);
        }
        for (int i = 0; i < 10; i++) {
            record = record.step(
                    new Evidence(
                            Pieces.NODE,
                            new NetworkId("a"),
                            "",
                            Component.PRECOMMITS,
                            good / 10.0,
                            bad / 10.0,
                            Pieces.T0,
                            "p" + i,
                            "test"),
                    FORMULA);
        }
        return Optional.of(Score.of(record.tallies(), FORMULA, NOW));
    }
}
