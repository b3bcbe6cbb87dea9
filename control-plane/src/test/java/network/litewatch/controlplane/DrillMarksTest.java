package network.litewatch.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import network.litewatch.controlplane.assess.Assessment;
import network.litewatch.controlplane.assess.Fleet;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.drill.Blast;
import network.litewatch.controlplane.drill.Sight;
import network.litewatch.controlplane.reputation.EvidenceReader;
import network.litewatch.controlplane.reputation.Formula;
import network.litewatch.controlplane.slo.Counts;
import network.litewatch.controlplane.slo.Slo;
import network.litewatch.controlplane.slo.SloEvents;
import network.litewatch.controlplane.store.DrillStore.Marked;
import network.litewatch.probe.Finding;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

/** What is seen of a drill's targets while it runs moves neither a budget nor a reputation; all else does as ever. */
class DrillMarksTest {
    private static final Instant FROM = Instant.parse("2026-11-20T10:00:00Z");
    private static final Instant UNTIL = FROM.plusSeconds(60);
    private static final Outcome FAILED = Outcome.failed(Reason.TIMEOUT, "no answer");
    private static final List<Slo> SLOS = ShippedFiles.load().slos();
    private static final Formula FORMULA = ShippedFiles.load().formula();

    private final DrillMarks marks = new DrillMarks();

    DrillMarksTest() {
        marks.use(List.of(new Marked(
                "run-1",
                new Blast(Set.of("rpc-b", "miner-2"), Set.of("rpc-b", "miner-2", "lab"), "lab/rpc"),
                FROM,
                Optional.of(UNTIL))));
    }

    @Test
    void whatOverlapsTheRunIsMarkedWhereItTouchesAndNowhereElse() {
        assertThat(marked("rpc-b", FROM.minusSeconds(10), 5)).isFalse();
        assertThat(marked("rpc-b", FROM.minusSeconds(3), 5)).isTrue();
        assertThat(marked("rpc-b", FROM.plusSeconds(30), 1)).isTrue();
        assertThat(marked("rpc-b", UNTIL, 5)).isTrue();
        assertThat(marked("rpc-b", UNTIL.plusSeconds(1), 5)).isFalse();
        assertThat(marked("rpc-a", FROM.plusSeconds(30), 1)).isFalse();
    }

    @Test
    void aRunThatGoesOnMarksWithoutAnEnd() {
        marks.use(
                List.of(new Marked("run-1", new Blast(Set.of("rpc-b"), Set.of("rpc-b"), ""), FROM, Optional.empty())));

        assertThat(marked("rpc-b", FROM.plus(Duration.ofHours(2)), 1)).isTrue();
    }

    @Test
    void whatIsConcludedAcrossTargetsIsMarkedWhereTheDrillReachesIt() {
        Fleet fleet = Fleet.of(List.of());
        List<Assessment> assessments = marks.of(
                        fleet.apply(List.of(run("rpc.head", "rpc-a", TargetKind.RPC, Outcome.ok(), 30))))
                .assessments();

        assertThat(assessments)
                .filteredOn(a -> a.key().target().value().equals("lab"))
                .singleElement()
                .satisfies(chain -> assertThat(chain.labels()).containsEntry(Sight.LABEL, "run-1"));
        assertThat(assessments)
                .filteredOn(a -> a.key().target().value().equals("rpc-a"))
                .allSatisfy(rpc -> assertThat(rpc.labels()).doesNotContainKey(Sight.LABEL));
    }

    @Test
    void aDrillCannotMoveABudgetAndWhatIsNoDrillDoes() {
        assertThat(counted(run("rpc.head", "rpc-b", TargetKind.RPC, FAILED, 30)))
                .isEmpty();
        assertThat(counted(run("rpc.head", "rpc-b", TargetKind.RPC, Outcome.ok(), 30)))
                .isEmpty();
        assertThat(counted(run("rpc.head", "rpc-b", TargetKind.RPC, FAILED, 90)))
                .isNotEmpty()
                .allSatisfy(counts -> assertThat(counts.good()).isZero());
        assertThat(counted(run("rpc.head", "rpc-a", TargetKind.RPC, FAILED, 30)))
                .isNotEmpty();
    }

    @Test
    void aDrillCannotMoveAReputationAndWhatIsNoDrillDoes() {
        EvidenceReader reader = new EvidenceReader(FORMULA, SpeedTable.EMPTY, Set.of());
        Observation answered = run("miner.ping", "miner-2", TargetKind.MINER, Outcome.ok(), 30);
        Observation charged = run("miner.verdict", "miner-2", TargetKind.MINER, FAILED, 30);

        assertThat(reader.read(marks.of(answered))).isEmpty();
        assertThat(reader.read(marks.of(charged))).isEmpty();
        assertThat(reader.read(answered)).isNotEmpty();
        assertThat(reader.read(charged)).isNotEmpty();
    }

    private List<Counts> counted(Observation observation) {
        Fleet fleet = Fleet.of(List.of());
        return List.copyOf(SloEvents.of(SLOS, marks.of(fleet.apply(List.of(marks.of(observation)))))
                .values());
    }

    private boolean marked(String target, Instant slot, int seconds) {
        Observation observation = new Observation(
                new ProbeId("rpc.head"),
                new TargetId(target),
                TargetKind.RPC,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of(),
                slot,
                slot,
                Duration.ofSeconds(seconds),
                Finding.of(Outcome.ok()));
        return "run-1".equals(marks.of(observation).labels().get(Sight.LABEL));
    }

    private static Observation run(String probe, String target, TargetKind kind, Outcome outcome, int second) {
        Instant slot = FROM.plusSeconds(second);
        return new Observation(
                new ProbeId(probe),
                new TargetId(target),
                kind,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of("operator", target),
                slot,
                slot,
                Duration.ofMillis(100),
                Finding.of(outcome));
    }
}
