package network.litewatch.controlplane.alert.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.alert.Alert;
import network.litewatch.controlplane.alert.Transition;
import org.junit.jupiter.api.Test;

class ExternalAlertTest {
    private static final Instant T0 = IncidentSamples.T0;
    private static final Map<String, String> LABELS = Map.of("alertname", "DiskFull", "instance", "db-1");

    @Test
    void itFiresOnceHoweverOftenItIsSent() {
        Alert first = sent(T0, T0.plusSeconds(300)).after(null, T0).orElseThrow();
        Alert again =
                sent(T0, T0.plusSeconds(400)).after(first, T0.plusSeconds(60)).orElseThrow();

        assertThat(ExternalAlert.turn(null, first).orElseThrow().kind()).isEqualTo(Transition.Kind.FIRED);
        assertThat(ExternalAlert.turn(first, again)).isEmpty();
        assertThat(again.startsAt()).isEqualTo(T0);
        assertThat(again.firedAt()).isEqualTo(T0);
        assertThat(first.labels()).containsEntry("target", "db-1").containsEntry("kind", "external");
        assertThat(first.rule()).isEqualTo("DiskFull");
    }

    @Test
    void itEndsWhenItIsSentAsEndedAndWhatComesLateDoesNotBringItBack() {
        Alert firing = sent(T0, T0.plusSeconds(300)).after(null, T0).orElseThrow();
        Alert ended =
                sent(T0, T0.plusSeconds(50)).after(firing, T0.plusSeconds(60)).orElseThrow();

        assertThat(ExternalAlert.turn(firing, ended).orElseThrow().kind()).isEqualTo(Transition.Kind.RESOLVED);
        assertThat(ended.resolvedAt()).isEqualTo(T0.plusSeconds(50));
        assertThat(sent(T0, T0.plusSeconds(300)).after(ended, T0.plusSeconds(61)))
                .isEmpty();
        assertThat(sent(T0, T0.plusSeconds(50)).after(ended, T0.plusSeconds(61)))
                .isEmpty();
        Alert next = sent(T0.plusSeconds(70), T0.plusSeconds(400))
                .after(ended, T0.plusSeconds(70))
                .orElseThrow();
        assertThat(next.startsAt()).isEqualTo(T0.plusSeconds(70));
    }

    @Test
    void theEndOfAnEarlierLifeDoesNotEndThisOne() {
        Alert firing = sent(T0.plusSeconds(100), T0.plusSeconds(400))
                .after(null, T0.plusSeconds(100))
                .orElseThrow();

        assertThat(sent(T0, T0.plusSeconds(50)).after(firing, T0.plusSeconds(110)))
                .isEmpty();
    }

    @Test
    void whatEndedBecauseNobodySentItComesBackWhenItIsSentAgain() {
        Alert firing = sent(T0, T0.plusSeconds(300)).after(null, T0).orElseThrow();
        Alert forgotten = firing.resolved(T0.plusSeconds(300), List.of("nobody has sent it again"));

        assertThat(sent(T0, T0.plusSeconds(900)).after(forgotten, T0.plusSeconds(500)))
                .hasValueSatisfying(alert -> assertThat(alert.state()).isEqualTo(Alert.State.FIRING));
    }

    @Test
    void anEndOfWhatNeverFiredIsNothing() {
        assertThat(sent(T0, T0).after(null, T0)).isEmpty();
    }

    @Test
    void theFingerprintIsOfTheLabelsAloneAndOfAllOfThem() {
        String one = sent(T0, T0.plusSeconds(1)).fingerprint();

        assertThat(one).startsWith("x-").hasSize(18);
        assertThat(new ExternalAlert(LABELS, Map.of("a", "b"), T0, T0).fingerprint())
                .isEqualTo(one);
        assertThat(new ExternalAlert(Map.of("alertname", "DiskFull", "instance", "db-2"), Map.of(), T0, T0)
                        .fingerprint())
                .isNotEqualTo(one);
        assertThat(new ExternalAlert(Map.of("alertname", "a", "b", "cd"), Map.of(), T0, T0).fingerprint())
                .isNotEqualTo(new ExternalAlert(Map.of("alertname", "a", "bc", "d"), Map.of(), T0, T0).fingerprint());
    }

    @Test
    void whatCannotBeIsRefused() {
        refused("alertname", Map.of("instance", "x"));
        refused("alertname", Map.of("alertname", " "));
        refused("U+0000", Map.of("alertname", "a\0"));
        refused("characters", Map.of("alertname", "a".repeat(4_001)));
        assertThatThrownBy(() -> sent(T0, Instant.MAX)).hasMessageContaining("10000");
        assertThatThrownBy(() -> sent(T0, T0.minusSeconds(1))).hasMessageContaining("end before");
    }

    private static void refused(String says, Map<String, String> labels) {
        assertThatThrownBy(() -> new ExternalAlert(labels, Map.of(), T0, T0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(says);
    }

    private static ExternalAlert sent(Instant starts, Instant ends) {
        return new ExternalAlert(LABELS, Map.of("summary", "disk full"), starts, ends);
    }
}
