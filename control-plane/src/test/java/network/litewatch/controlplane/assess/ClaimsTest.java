package network.litewatch.controlplane.assess;

import static network.litewatch.controlplane.assess.Runs.T0;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetKind;
import org.junit.jupiter.api.Test;

class ClaimsTest {
    private final Fleet fleet = Fleet.of(List.of());

    @Test
    void theClaimIsComparedWithTheChainOfTheSameMoment() {
        assertThat(claim(0, 10, 10)).containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE, 0.0);
        assertThat(claim(5, 110, 10))
                .containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE, 100.0)
                .containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE_RATIO, 10.0)
                .doesNotContainKey(Signal.INDEXER_SINCE_RESET_SECONDS);
        assertThat(indexer(10, Outcome.ok(), Map.of(Measurement.INDEXER_SESSIONS, 10.0)))
                .as("without the chain there is nothing to compare")
                .doesNotContainKey(Signal.INDEXER_SESSIONS_DIFFERENCE);
    }

    @Test
    void aFallIsAResetAndWhatItTookIsNotMissed() {
        claim(0, 50, 50);
        Map<Signal, Double> reset = claim(10, 0, 51);
        assertThat(reset)
                .containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE, 0.0)
                .containsEntry(Signal.INDEXER_SINCE_RESET_SECONDS, 0.0);
        assertThat(claim(20, 4, 55))
                .containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE, 0.0)
                .containsEntry(Signal.INDEXER_SINCE_RESET_SECONDS, 10.0);
        assertThat(claim(30, 4, 65)).containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE, 10.0);
    }

    @Test
    void afterAFallThatWasTakenBackTheWholeClaimCountsAgain() {
        claim(0, 50, 50);
        claim(10, 0, 50);
        assertThat(claim(20, 50, 50)).containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE, 0.0);
        assertThat(claim(30, 50, 60)).containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE, 10.0);
    }

    @Test
    void whatAResetTookIsRememberedWhileTheChainIsNotRead() {
        claim(0, 50, 50);
        claim(10, 0, 51);
        indexer(20, Outcome.ok(), Map.of(Measurement.INDEXER_SESSIONS, 1.0));

        assertThat(claim(30, 2, 53)).containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE, 0.0);
    }

    @Test
    void aLieThatEndsIsNoLoss() {
        claim(0, 50, 50);
        claim(10, 150, 50);
        assertThat(claim(20, 50, 50)).containsEntry(Signal.INDEXER_SESSIONS_DIFFERENCE, 0.0);
    }

    @Test
    void aClaimThatStandsStillIsStaleOnlyWhileTheChainGoesOn() {
        claim(0, 50, 50);
        chain(10, 0);
        assertThat(claim(20, 50, 50)).as("a quiet chain").containsEntry(Signal.INDEXER_STALE_SECONDS, 0.0);
        chain(25, 2);
        assertThat(claim(30, 50, 50)).containsEntry(Signal.INDEXER_STALE_SECONDS, 0.0);
        chain(35, 0);
        assertThat(claim(90, 50, 50)).containsEntry(Signal.INDEXER_STALE_SECONDS, 60.0);
        assertThat(claim(100, 52, 52)).containsEntry(Signal.INDEXER_STALE_SECONDS, 0.0);
        assertThat(claim(110, 52, 52))
                .as("what was opened before the change is counted")
                .containsEntry(Signal.INDEXER_STALE_SECONDS, 0.0);
    }

    @Test
    void theContractsAreWitnessesToo() {
        claim(0, 50, 50);
        assertThat(claim(10, 50, 51)).containsEntry(Signal.INDEXER_STALE_SECONDS, 0.0);
        assertThat(claim(40, 50, 51)).containsEntry(Signal.INDEXER_STALE_SECONDS, 30.0);
    }

    @Test
    void aRunThatFailedSaysNothingOfTheClaim() {
        claim(0, 50, 50);
        assertThat(indexer(10, Outcome.failed(Reason.SHAPE_CHANGED, "x"), Map.of(Measurement.INDEXER_SESSIONS, 0.0)))
                .doesNotContainKeys(Signal.INDEXER_STALE_SECONDS, Signal.INDEXER_SESSIONS);
        assertThat(claim(20, 50, 50)).doesNotContainKey(Signal.INDEXER_SINCE_RESET_SECONDS);
    }

    @Test
    void aCheckpointReadsBackAsItWas() throws IOException {
        ObjectMapper json = new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS);
        Claims claims = Claims.NONE
                .step(Map.of(Measurement.INDEXER_SESSIONS, 9.0, Measurement.INDEXER_CHAIN_SESSIONS, 9.0), T0)
                .step(Map.of(Measurement.INDEXER_SESSIONS, 3.0), T0.plusSeconds(5))
                .opened(T0.plusSeconds(6), T0.plusSeconds(7));
        assertThat(claims.lost()).isEqualTo(6);
        assertThat(json.readValue(json.writeValueAsString(claims), Claims.class))
                .isEqualTo(claims);
    }

    private Map<Signal, Double> claim(int second, double claimed, double onChain) {
        return indexer(
                second,
                Outcome.ok(),
                Map.of(Measurement.INDEXER_SESSIONS, claimed, Measurement.INDEXER_CHAIN_SESSIONS, onChain));
    }

    private Map<Signal, Double> indexer(int second, Outcome outcome, Map<Measurement, Double> measured) {
        return apply(Runs.run("indexer.claims", "indexer-1", TargetKind.INDEXER, second, outcome, measured));
    }

    private void chain(int second, double opened) {
        var unused = apply(Runs.run(
                "chain.events",
                "lab-chain",
                TargetKind.CHAIN,
                second,
                Outcome.ok(),
                Map.of(Measurement.CHAIN_OPENED, opened)));
    }

    private Map<Signal, Double> apply(Observation observation) {
        Fleet.Batch batch = fleet.apply(List.of(observation));
        fleet.commit(batch);
        return batch.assessments().get(0).signals();
    }
}
