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
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.NetworkId;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.Reason;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import org.junit.jupiter.api.Test;

/** The shipped rules over the chain's reading, fed with what its runs say. */
class ChainRulesTest {
    private static final Instant T0 = Instant.parse("2026-11-20T10:00:00Z");

    private final Fleet fleet = Fleet.of(List.of());
    private final AlertBook alerts = new AlertBook(
            RuleLoader.load(
                            List.of(YamlDocument.read(Path.of("../alert-rules/network/chain-events.yml")
                                    .toAbsolutePath()
                                    .normalize())),
                            Files.PROBES)
                    .rules(),
            List.of());

    @Test
    void aGapIsToldAlsoWhenNoRpcAnswers() {
        Outcome nobody = Outcome.inconclusive(Reason.TIMEOUT, "no answer");
        assertThat(see(0, nobody, Map.of(Measurement.CHAIN_GAP, 299.0))).isEmpty();
        assertThat(see(5, nobody, Map.of(Measurement.CHAIN_GAP, 304.0))).isEmpty();

        assertThat(see(20, nobody, Map.of(Measurement.CHAIN_GAP, 319.0))).containsExactly("ChainIndexBehind FIRED");
        assertThat(see(25, Outcome.ok(), Map.of(Measurement.CHAIN_GAP, 0.0))).isEmpty();
        assertThat(see(60, Outcome.ok(), Map.of(Measurement.CHAIN_GAP, 0.0)))
                .containsExactly("ChainIndexBehind RESOLVED");
    }

    @Test
    void aReorgOfOneBlockInOneRunIsToldOnceAndStandsForAWhile() {
        assertThat(see(0, Outcome.ok(), reorg(1, 2))).containsExactly("ChainReorg FIRED");
        assertThat(see(5, Outcome.ok(), reorg(0, 0))).isEmpty();
        assertThat(see(290, Outcome.ok(), reorg(0, 0))).isEmpty();
        assertThat(see(310, Outcome.ok(), reorg(0, 0))).containsExactly("ChainReorg RESOLVED");
    }

    @Test
    void onOneOperatorsWordItIsNotTheChainThatReplacedBlocks() {
        assertThat(see(0, Outcome.ok(), reorg(3, 1))).containsExactly("RpcReplacedBlocks FIRED");
        assertThat(see(310, Outcome.ok(), reorg(0, 0))).containsExactly("RpcReplacedBlocks RESOLVED");
    }

    private static Map<Measurement, Double> reorg(double depth, double witnesses) {
        return Map.of(Measurement.CHAIN_REORG_DEPTH, depth, Measurement.CHAIN_REORG_WITNESSES, witnesses);
    }

    @Test
    void oneEventThatWasLeftOutIsTold() {
        assertThat(see(0, Outcome.ok(), Map.of(Measurement.CHAIN_LOG_MISMATCHES, 0.0)))
                .isEmpty();
        assertThat(see(5, Outcome.ok(), Map.of(Measurement.CHAIN_LOG_MISMATCHES, 1.0)))
                .containsExactly("LogsIncomplete FIRED");
    }

    private List<String> see(int second, Outcome outcome, Map<Measurement, Double> measured) {
        Instant slot = T0.plusSeconds(second);
        Observation run = new Observation(
                new ProbeId("chain.events"),
                new TargetId("lab-chain"),
                TargetKind.CHAIN,
                new NetworkId("lab"),
                new Vantage("here"),
                Map.of(),
                slot,
                slot,
                Duration.ofMillis(50),
                new Finding(outcome, Map.of(), measured, Map.of()));
        Fleet.Batch batch = fleet.apply(List.of(run));
        AlertBook.Changes changes = alerts.evaluate(batch.assessments());
        fleet.commit(batch);
        alerts.commit(changes);
        List<String> told = new ArrayList<>();
        changes.transitions().forEach(transition -> told.add(transition.alert().rule() + " " + transition.kind()));
        return told;
    }
}
