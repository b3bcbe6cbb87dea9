package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.alert.AlertBook;
import network.litewatch.controlplane.alert.rules.RuleLoader;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.config.YamlDocument;
import network.litewatch.controlplane.reputation.Standing;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

/** The shipped rules over scores. */
class ReputationRulesTest {
    private static final Instant T0 = Instant.parse("2026-11-20T10:00:00Z");

    private final Fleet fleet = Fleet.of(List.of());
    private final AlertBook alerts = new AlertBook(
            RuleLoader.load(
                            List.of(YamlDocument.read(Path.of("../alert-rules/network/reputation.yml")
                                    .toAbsolutePath()
                                    .normalize())),
                            Files.PROBES)
                    .rules(),
            List.of());

    @Test
    void aScoreIsLowOnlyWhenAllOfItIs() {
        assertThat(score(0, 0.7, 0.81, 1)).isEmpty();
        assertThat(score(15, 0.7, 0.81, 1)).isEmpty();

        assertThat(score(20, 0.6, 0.79, 1)).isEmpty();
        assertThat(score(31, 0.6, 0.79, 1)).containsExactly("ReputationLow FIRED");
        assertThat(score(35, 0.9, 0.95, 1)).as("it may come back").isEmpty();
        assertThat(score(45, 0.9, 0.95, 1)).containsExactly("ReputationLow RESOLVED");
    }

    @Test
    void whatLittleOfTheFormulaSpeaksIsNotTold() {
        assertThat(score(0, 0.1, 0.2, 0.2)).isEmpty();
        assertThat(score(30, 0.1, 0.2, 0.2)).isEmpty();
    }

    @Test
    void aFallIsToldWhenItIsLargeAndMoreThanChance() {
        assertThat(fall(0, 0.04, 9)).isEmpty();
        assertThat(fall(15, 0.3, 3.9)).isEmpty();
        assertThat(fall(30, 0.06, 4.1)).isEmpty();
        assertThat(fall(45, 0.06, 4.1)).containsExactly("ReputationFalling FIRED");
    }

    @Test
    void allScoresThatMoveTogetherAreTold() {
        ProbeId fleetProbe = Standing.FLEET;
        Map<Measurement, Double> moved =
                Map.of(Measurement.REPUTATION_FLEET_NODES, 20.0, Measurement.REPUTATION_FLEET_DRIFT, 1.2);
        assertThat(see(fleetProbe, TargetKind.CHAIN, 0, Map.of(Measurement.REPUTATION_FLEET_NODES, 5.0)))
                .isEmpty();
        assertThat(see(fleetProbe, TargetKind.CHAIN, 5, moved)).isEmpty();
        assertThat(see(fleetProbe, TargetKind.CHAIN, 16, moved)).containsExactly("ReputationFleetDrift FIRED");
    }

    private List<String> score(int minute, double lower, double upper, double known) {
        return see(
                Standing.SCORE,
                TargetKind.MINER,
                minute,
                Map.of(
                        Measurement.REPUTATION_LOWER, lower,
                        Measurement.REPUTATION_POINT, (lower + upper) / 2,
                        Measurement.REPUTATION_UPPER, upper,
                        Measurement.REPUTATION_KNOWN, known));
    }

    private List<String> fall(int minute, double drop, double drift) {
        return see(
                Standing.SCORE,
                TargetKind.MINER,
                minute,
                Map.of(
                        Measurement.REPUTATION_UPPER,
                        0.95,
                        Measurement.REPUTATION_KNOWN,
                        1.0,
                        Measurement.REPUTATION_DROP,
                        drop,
                        Measurement.REPUTATION_DRIFT,
                        drift));
    }

    private List<String> see(ProbeId probe, TargetKind kind, int minute, Map<Measurement, Double> measured) {
        Instant slot = T0.plus(Duration.ofMinutes(minute));
        Observation run = new Observation(
                probe,
                new TargetId("node"),
                kind,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of(),
                slot,
                slot,
                Duration.ofMillis(50),
                new Finding(Outcome.ok(), Map.of(), measured, Map.of()));
        Fleet.Batch batch = fleet.apply(List.of(run));
        AlertBook.Changes changes = alerts.evaluate(batch.assessments());
        fleet.commit(batch);
        alerts.commit(changes);
        List<String> told = new ArrayList<>();
        changes.transitions().forEach(transition -> told.add(transition.alert().rule() + " " + transition.kind()));
        return told;
    }
}
