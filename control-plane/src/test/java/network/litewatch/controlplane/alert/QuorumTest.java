package network.litewatch.controlplane.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuorumTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
    private static final ProbeId PROBE = new ProbeId("http");

    private final List<String> told = new ArrayList<>();
    private AlertBook book = new AlertBook(List.of(rule("2 of 3")), List.of());

    @ParameterizedTest
    @CsvSource({
        "2 of 3, 5, 2",
        "2 of 3, 3, 2",
        "2 of 3, 2, 2",
        "2 of 3, 1, 1",
        "3 of 5, 3, 2",
        "1 of 3, 2, 1",
        "3 of 3, 1, 1"
    })
    void fewerVantagesThanThereShouldBeDecideByTheSameShare(String quorum, int reporting, int needed) {
        assertThat(Quorum.parse(quorum).among(reporting)).isEqualTo(needed);
    }

    @ParameterizedTest
    @CsvSource({"0 of 3", "3 of 2", "2", "2/3", "two of three", "2 of 300"})
    void anythingElseIsRefused(String text) {
        assertThatThrownBy(() -> Quorum.parse(text)).hasMessageContaining("2 of 3");
    }

    @Test
    void oneVantageThatSeesABreachIsNotEnough() {
        for (int second = 0; second < 60; second += 5) {
            see(second, "here", 5);
            see(second, "east", 0);
            see(second, "west", 0);
        }

        assertThat(told).isEmpty();
        assertThat(book.alive()).isEmpty();
    }

    @Test
    void twoOfThreeMakeOneAlertOfAllWhichEndsWithTheSecond() {
        for (int second = 0; second < 60; second += 5) {
            see(second, "here", second >= 10 && second < 30 ? 5 : 0);
            see(second, "east", second >= 15 ? 7 : 0);
            see(second, "west", 0);
        }

        assertThat(told).containsExactly("FIRED at 15", "RESOLVED at 30");
        assertThat(book.alive()).isEmpty();
    }

    @Test
    void theReasonNamesTheVantagesAndTheAlertNoneOfThem() {
        see(0, "west", 0);
        see(0, "east", 7);
        see(1, "here", 5);

        assertThat(book.alive()).singleElement().satisfies(alert -> {
            assertThat(alert.state()).isEqualTo(Alert.State.FIRING);
            assertThat(alert.reason())
                    .containsExactly(
                            "2 of 3 vantages",
                            "east: probe_consecutive_failures 7 >= 3",
                            "here: probe_consecutive_failures 5 >= 3");
            assertThat(alert.labels()).containsEntry("vantages", "2 of 3").doesNotContainKey("vantage");
            assertThat(alert.annotations()).containsEntry("summary", "5 failures");
        });
    }

    @Test
    void aVantageThatFellSilentCountsNoMoreAfterThreeIntervals() {
        for (int second = 0; second <= 10; second += 5) {
            see(second, "here", 5);
            see(second, "east", 0);
            see(second, "west", 0);
        }
        for (int second = 15; second <= 40; second += 5) {
            see(second, "here", 5);
        }

        // Their last words are of second 10: three intervals of 5 s later nobody but here reports.
        assertThat(told).containsExactly("FIRED at 30");
    }

    @Test
    void alonePagesAfterThreeWordsRatherThanNever() {
        see(0, "here", 5);
        see(5, "here", 5);
        assertThat(told).isEmpty();

        see(10, "here", 5);

        assertThat(told).containsExactly("FIRED at 10");
    }

    @Test
    void afterARestartAnAlertDoesNotEndBeforeTheOthersHaveSpoken() {
        see(0, "here", 0);
        see(0, "east", 7);
        see(0, "west", 7);
        assertThat(told).containsExactly("FIRED at 0");

        book = new AlertBook(List.of(rule("2 of 3")), book.alive());
        see(5, "here", 0);
        see(5, "east", 7);
        see(5, "west", 7);

        assertThat(told).containsExactly("FIRED at 0");
        assertThat(book.alive()).hasSize(1);
    }

    @Test
    void whatIsOlderThanAVantagesLastWordChangesNothing() {
        see(20, "here", 0);
        see(20, "east", 0);
        see(20, "west", 7);
        see(10, "east", 7);

        assertThat(told).isEmpty();
    }

    @Test
    void votesOfABatchThatWasNotCommittedAreForgotten() {
        see(0, "here", 0);
        see(0, "east", 0);
        book.evaluate(List.of(assessment(1, "east", 7), assessment(1, "here", 7)));

        see(2, "west", 7);

        assertThat(told).isEmpty();
    }

    private void see(int second, String vantage, double failures) {
        AlertBook.Changes changes = book.evaluate(List.of(assessment(second, vantage, failures)));
        book.commit(changes);
        changes.transitions().forEach(t -> told.add(t.kind() + " at " + second));
    }

    private static Assessment assessment(int second, String vantage, double failures) {
        return new Assessment(
                new SeriesKey(PROBE, new TargetId("site"), new Vantage(vantage)),
                TargetKind.ENDPOINT,
                new NetworkId("lab"),
                Map.of(),
                T0.plusSeconds(second),
                Outcome.ok(),
                Map.of(Signal.PROBE_CONSECUTIVE_FAILURES, failures));
    }

    private static Rule rule(String quorum) {
        return new Rule(
                "EndpointDown",
                "edge",
                PROBE,
                Condition.compile("probe_consecutive_failures >= 3", PROBE)
                        .condition()
                        .orElseThrow(),
                Duration.ZERO,
                Duration.ZERO,
                Map.of("severity", "critical"),
                Map.of("summary", new Template("{{ signals.probe_consecutive_failures }} failures")),
                Optional.of(Quorum.parse(quorum)),
                NoData.KEEP,
                Scope.EVERYWHERE);
    }
}
