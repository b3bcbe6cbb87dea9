package network.litewatch.controlplane.alert.incident;

import static network.litewatch.controlplane.alert.incident.IncidentSamples.T0;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import network.litewatch.controlplane.alert.Alert;
import org.junit.jupiter.api.Test;

/** Which incidents one message for all that is not critical names, and when another one begins; sent in DispatcherIT. */
class DigestTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void whatFiresComesFirstThenWhatEndedSinceItWasBegun() {
        Digest.Entry warning = fires("a", "warning", T0.minusSeconds(60));
        Digest.Entry info = fires("b", "info", T0.minusSeconds(120));
        Digest.Entry ended = ended("c", T0.plusSeconds(5));
        Digest.Entry before = ended("d", T0.minusSeconds(1));

        Digest digest = Digest.of(T0, List.of(ended, info, before, warning));

        assertThat(targets(digest)).containsExactly("a", "b", "c");
        assertThat(digest.firing()).isEqualTo(2);
        assertThat(digest.ended()).isEqualTo(1);
        assertThat(digest.more()).isZero();
    }

    @Test
    void ofTheSameSeverityTheOldestIsFirst() {
        Digest digest = Digest.of(
                T0, List.of(fires("young", "warning", T0.plusSeconds(2)), fires("old", "warning", T0.plusSeconds(1))));

        assertThat(targets(digest)).containsExactly("old", "young");
    }

    @Test
    void whatEndedWhenItWasBegunBelongsToIt() {
        assertThat(Digest.of(T0, List.of(ended("a", T0))).ended()).isEqualTo(1);
    }

    @Test
    void beyondTheFirstTwentyTheyAreCounted() {
        Digest digest = Digest.of(
                T0,
                IntStream.range(0, Digest.MOST + 3)
                        .mapToObj(i -> fires("t" + i, "warning", T0.plusSeconds(i)))
                        .toList());

        assertThat(digest.incidents()).hasSize(Digest.MOST);
        assertThat(digest.firing()).isEqualTo(Digest.MOST + 3);
        assertThat(digest.more()).isEqualTo(3);
    }

    @Test
    void anotherOneIsBegunByWhatChangesAfterAnHour() {
        Instant end = T0.plus(HOUR);
        List<Digest.Entry> later = List.of(fires("a", "warning", end));

        assertThat(Digest.isOver(T0, later, end.minusMillis(1), HOUR)).isFalse();
        assertThat(Digest.isOver(T0, later, end, HOUR)).isTrue();
        assertThat(Digest.isOver(T0, List.of(fires("a", "warning", end.minusMillis(1))), end, HOUR))
                .isFalse();
    }

    @Test
    void aDayLaterAnotherOneReminds() {
        Instant day = T0.plus(Duration.ofDays(1));

        assertThat(Digest.isOver(T0, List.of(fires("a", "warning", T0)), day.minusMillis(1), HOUR))
                .isFalse();
        assertThat(Digest.isOver(T0, List.of(fires("a", "warning", T0)), day, HOUR))
                .isTrue();
        assertThat(Digest.isOver(T0, List.of(ended("a", T0)), day, HOUR)).isFalse();
    }

    private static List<String> targets(Digest digest) {
        return digest.incidents().stream()
                .map(message -> message.first().labels().get("target"))
                .toList();
    }

    private static Digest.Entry fires(String target, String severity, Instant at) {
        return new Digest.Entry(message(IncidentSamples.firing(target, severity, at)), at);
    }

    private static Digest.Entry ended(String target, Instant at) {
        Alert alert = IncidentSamples.firing(target, "warning", T0.minusSeconds(600));
        return new Digest.Entry(message(IncidentSamples.resolved(alert, at)), at);
    }

    private static IncidentMessage message(Alert alert) {
        return IncidentSamples.message(alert, false);
    }
}
