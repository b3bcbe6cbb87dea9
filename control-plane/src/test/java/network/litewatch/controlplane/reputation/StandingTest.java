package network.litewatch.controlplane.reputation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import network.litewatch.controlplane.store.ReputationStore;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.TargetId;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static final Instant NOW = Pieces.T0.plus(Duration.ofDays(10));

    @Test
    void aNodeWithoutEvidenceHasNoStanding() {
        Finding none = Standing.of(Optional.empty(), Optional.empty(), Pieces.FORMULA, NOW);

        assertThat(none.outcome().kind()).isEqualTo(Outcome.Kind.INCONCLUSIVE);
        assertThat(none.measurements()).isEmpty();
    }

    @Test
    void aFallIsMeasuredAgainstAWeekAgoAndByWhatBothScoresLeaveOpen() {
        NodeRecord then = record("n", 300, 0, 3);
        NodeRecord now = add(then, 100, 100, 9.9);

        Map<Measurement, Double> fell = Standing.of(
                        Optional.of(now), Optional.of(snapshot(then, 3)), Pieces.FORMULA, NOW)
                .measurements();

        assertThat(fell.get(Measurement.REPUTATION_DROP)).isCloseTo(0.3, within(0.1));
        assertThat(fell.get(Measurement.REPUTATION_DRIFT)).isGreaterThan(4);
        assertThat(fell.get(Measurement.REPUTATION_LOWER)).isLessThan(fell.get(Measurement.REPUTATION_POINT));
        assertThat(Standing.of(Optional.of(now), Optional.empty(), Pieces.FORMULA, NOW)
                        .measurements())
                .doesNotContainKeys(Measurement.REPUTATION_DROP, Measurement.REPUTATION_DRIFT);
    }

    @Test
    void aNodeThatStaysAsItIsDoesNotDrift() {
        NodeRecord then = record("n", 290, 10, 3);
        NodeRecord now = add(then, 290, 10, 9.9);

        assertThat(Standing.of(Optional.of(now), Optional.of(snapshot(then, 3)), Pieces.FORMULA, NOW)
                        .measurements()
                        .get(Measurement.REPUTATION_DRIFT))
                .isBetween(-2.0, 2.0);
    }

    @Test
    void aFleetThatFallsTogetherDriftsAndOneThatStaysDoesNot() {
        List<NodeRecord> fallen = new ArrayList<>();
        List<NodeRecord> same = new ArrayList<>();
        List<Snapshot> then = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            NodeRecord before = record("n" + i, 200 + 5 * i, 4, 3);
            then.add(snapshot(before, 3));
            same.add(add(before, 200 + 5 * i, 4, 9.9));
            fallen.add(add(before, 100 + 5 * i, 60, 9.9));
        }

        Map<Measurement, Double> drifted =
                Standing.fleet(fallen, then, Pieces.FORMULA, NOW).measurements();
        Map<Measurement, Double> still =
                Standing.fleet(same, then, Pieces.FORMULA, NOW).measurements();

        assertThat(drifted).containsEntry(Measurement.REPUTATION_FLEET_NODES, 20.0);
        assertThat(drifted.get(Measurement.REPUTATION_FLEET_DRIFT)).isGreaterThan(1);
        assertThat(still.get(Measurement.REPUTATION_FLEET_DRIFT)).isLessThan(1);
        assertThat(Standing.fleet(same.subList(0, 7), then, Pieces.FORMULA, NOW).measurements())
                .containsOnlyKeys(Measurement.REPUTATION_FLEET_NODES);
    }

    @Test
    void theDistanceIsThatOfKolmogorovAndSmirnov() {
        assertThat(Standing.distance(new double[] {1, 2, 3, 4}, new double[] {3, 4, 5, 6}))
                .isEqualTo(0.5);
        assertThat(Standing.distance(new double[] {1, 1, 2}, new double[] {1, 1, 2}))
                .isZero();
        assertThat(Standing.distance(new double[] {2, 1}, new double[] {4, 3})).isEqualTo(1);
    }

    private static Snapshot snapshot(NodeRecord record, int days) {
        return new Snapshot(ReputationStore.day(Pieces.T0.plus(Duration.ofDays(days))), record);
    }

    private static NodeRecord record(String node, int good, int bad, double days) {
        return add(new NodeRecord(new TargetId(node), new NetworkId("lab"), "op", "test", Map.of()), good, bad, days);
    }

    private static NodeRecord add(NodeRecord before, int good, int bad, double days) {
        NodeRecord record = before;
        Instant at = Pieces.T0.plusSeconds((long) (days * 86_400));
        for (int i = 0; i < good + bad; i++) {
            record = record.step(
                    new Evidence(
                            before.node(),
                            before.network(),
                            "op",
                            Component.AVAILABILITY,
                            i < good ? 1 : 0,
                            i < good ? 0 : 1,
                            at,
                            days + "-" + i,
                            "test"),
                    Pieces.FORMULA);
        }
        return record;
    }
}
