package network.litewatch.controlplane.reputation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.controlplane.ingest.ObservationDocuments;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

class EvidenceReaderTest {
    private static final Map<String, String> LABELS = Map.of("operator", "op", "gpu_class", "card", "model", "model");

    /** Floor 40, roof 100. */
    private static final SpeedTable SPEEDS = new SpeedTable(
            0.4,
            0.75,
            Map.of("card", new SpeedTable.Card(1_000, 24, "test")),
            Map.of("model", new SpeedTable.Model(10, "test")));

    private static final EvidenceReader READER = new EvidenceReader(Pieces.FORMULA, SPEEDS, Set.of());

    @Test
    void aCanaryThatWasAnsweredIsEvidenceAndNamesItsDocument() {
        Observation run = run("miner.ping", Outcome.ok(), Map.of(), LABELS);

        assertThat(READER.read(run)).singleElement().satisfies(one -> {
            assertThat(one.component()).isEqualTo(Component.AVAILABILITY);
            assertThat(one.good()).isEqualTo(1);
            assertThat(one.bad()).isZero();
            assertThat(one.operator()).isEqualTo("op");
            assertThat(one.id()).isEqualTo(ObservationDocuments.of(run).id());
        });
    }

    @Test
    void aFailedCanarySaysNothingUntilSomebodyIsCharged() {
        Outcome failed = Outcome.failed(Reason.TIMEOUT, "");

        assertThat(READER.read(run("miner.canary", failed, Map.of(), LABELS))).isEmpty();
        assertThat(READER.read(run("miner.verdict", failed, Map.of(), LABELS)))
                .singleElement()
                .matches(one -> one.component() == Component.AVAILABILITY && one.bad() == 1);
        assertThat(READER.read(run("miner.verdict", Outcome.inconclusive(Reason.PATH_UNHEALTHY, ""), Map.of(), LABELS)))
                .isEmpty();
    }

    @Test
    void aWrongAnswerIsChargedToCorrectnessAlone() {
        assertThat(READER.read(run("miner.verdict", Outcome.failed(Reason.WRONG_ANSWER, ""), Map.of(), LABELS)))
                .singleElement()
                .matches(one -> one.component() == Component.CORRECTNESS && one.bad() == 1);
        assertThat(shares(run("miner.ping", Outcome.ok(), Map.of(Measurement.CANARY_RIGHT, 0.0), LABELS)))
                .containsExactly("availability 1.0/0.0", "correctness 0.0/1.0");
    }

    @Test
    void aModelThatIsKnownToMiscountIsNotHeldAgainstTheNode() {
        Map<String, String> labels = Map.of("operator", "op", EvidenceReader.CHECKED, "false");
        assertThat(shares(run("miner.ping", Outcome.ok(), Map.of(Measurement.CANARY_RIGHT, 0.0), labels)))
                .containsExactly("availability 1.0/0.0");
    }

    @Test
    void speedIsSetAgainstTheFloorOfWhatTheNodeClaims() {
        assertThat(shares(rate(60, LABELS))).containsExactly("availability 1.0/0.0", "speed 1.0/0.0");
        assertThat(shares(rate(10, LABELS))).containsExactly("availability 1.0/0.0", "speed 0.25/0.75");
        // Above the roof, it came from elsewhere; of an unknown class, nothing is expected.
        assertThat(shares(rate(101, LABELS))).containsExactly("availability 1.0/0.0");
        assertThat(shares(rate(10, Map.of()))).containsExactly("availability 1.0/0.0");
    }

    @Test
    void identityAndDeadlinesAreTakenFromTheirVerdicts() {
        assertThat(shares(run("miner.identity_verdict", Outcome.ok(), Map.of(), LABELS)))
                .containsExactly("identity 1.0/0.0");
        assertThat(shares(run("miner.identity_verdict", Outcome.failed(Reason.WRONG_ANSWER, ""), Map.of(), LABELS)))
                .containsExactly("identity 0.0/1.0");
        assertThat(shares(run(
                        "miner.deadlines",
                        Outcome.ok(),
                        Map.of(Measurement.TASKS_KEPT, 5.0, Measurement.TASKS_MISSED, 1.0),
                        LABELS)))
                .containsExactly("deadlines 5.0/1.0");
        assertThat(shares(run(
                        "miner.deadlines",
                        Outcome.ok(),
                        Map.of(Measurement.TASKS_PRECOMMITTED, 2.0, Measurement.TASKS_ASSIGNED, 3.0),
                        LABELS)))
                .containsExactly("precommits 2.0/1.0");
        assertThat(shares(run("miner.deadlines", Outcome.ok(), Map.of(), LABELS)))
                .isEmpty();
    }

    @Test
    void whatAnAgentSawIsNoEvidence() {
        Observation run = run("miner.ping", Outcome.ok(), Map.of(), LABELS);

        assertThat(new EvidenceReader(Pieces.FORMULA, SPEEDS, Set.of(run.vantage())).read(run))
                .isEmpty();
    }

    @Test
    void neitherDrillsNorOtherProbesAreEvidence() {
        assertThat(READER.read(run("miner.ping", Outcome.ok(), Map.of(), Map.of("drill", "d-1"))))
                .isEmpty();
        assertThat(READER.read(run("rpc.head", Outcome.ok(), Map.of(), LABELS))).isEmpty();
    }

    @Test
    void whileItIsAnnouncedToBeAwayOnlyItsAnswersCount() {
        Formula away = new Formula(
                "away",
                1.96,
                Pieces.FORMULA.parts(),
                Formula.DEADLINES,
                List.of(new Formula.Away(Pieces.NODE, Pieces.T0, Pieces.T0.plusSeconds(60), "announced")));
        EvidenceReader reader = new EvidenceReader(away, SPEEDS, Set.of());
        Observation timeout = run("miner.verdict", Outcome.failed(Reason.TIMEOUT, ""), Map.of(), LABELS);
        Observation wrong = run("miner.ping", Outcome.ok(), Map.of(Measurement.CANARY_RIGHT, 0.0), LABELS);

        assertThat(reader.read(timeout)).isEmpty();
        assertThat(reader.read(wrong)).extracting(Evidence::component).containsExactly(Component.CORRECTNESS);
        assertThat(away.isAway(Pieces.NODE, Pieces.T0.plusSeconds(60))).isFalse();
        assertThat(away.isAway(Pieces.NODE, Pieces.T0.plusSeconds(59))).isTrue();
    }

    private static List<String> shares(Observation observation) {
        return READER.read(observation).stream()
                .map(one -> one.component().label() + " " + one.good() + "/" + one.bad())
                .toList();
    }

    private static Observation rate(double rate, Map<String, String> labels) {
        return run("miner.canary", Outcome.ok(), Map.of(Measurement.CANARY_DECODE_RATE, rate), labels);
    }

    private static Observation run(
            String probe, Outcome outcome, Map<Measurement, Double> measurements, Map<String, String> labels) {
        Instant at = Pieces.T0;
        return new Observation(
                new ProbeId(probe),
                Pieces.NODE,
                TargetKind.MINER,
                new NetworkId("lab"),
                new Vantage("here"),
                labels,
                at,
                at,
                Duration.ofSeconds(1),
                new Finding(outcome, Map.of(), measurements, Map.of()));
    }
}
