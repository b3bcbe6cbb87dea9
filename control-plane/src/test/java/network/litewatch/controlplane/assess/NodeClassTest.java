package network.litewatch.controlplane.assess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.canary.SpeedPrior;
import network.litewatch.controlplane.canary.SpeedTable;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Observation;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.ProbeId;
import network.litewatch.probe.TargetId;
import network.litewatch.probe.TargetKind;
import network.litewatch.probe.Vantage;
import network.litewatch.probe.miner.MinerCanaryProbe;
import org.junit.jupiter.api.Test;

/** What a miner borrows from others of its class. */
class NodeClassTest {
    private static final SpeedTable TABLE = new SpeedTable(
            0.4,
            0.75,
            Map.of("rtx-4090", new SpeedTable.Card(1_000, 24, "here")),
            Map.of("m", new SpeedTable.Model(10, "here")));
    private static final Map<String, String> CLASS = Map.of("gpu_class", "rtx-4090", "model", "m");

    private final List<SeriesState> others = new ArrayList<>();

    @Test
    void theUsualSpeedIsThatOfTheMiddleOneOfItsClass() {
        miner("a", "miner.canary", 30, CLASS);
        miner("b", "miner.canary", 60, CLASS);
        miner("c", "miner.canary", 120, CLASS);
        assertThat(known(CLASS).usual()).isCloseTo(60, within(0.5));

        // None of these is of its class, asked the same, or another.
        miner("own", "miner.canary", 500, CLASS);
        miner("d", "miner.ping", 500, CLASS);
        miner("e", "miner.canary", 500, Map.of("gpu_class", "h100", "model", "m"));
        miner("f", "miner.canary", 500, Map.of("gpu_class", "rtx-4090", "model", "n"));
        miner("g", "miner.canary", 500, Map.of());
        assertThat(known(CLASS).usual()).isCloseTo(60, within(0.5));
        assertThat(known(CLASS).roof()).isEqualTo(100);
        assertThat(known(CLASS).prior().centre()).isLessThan(Math.log(100));
    }

    @Test
    void aClassThatNobodyKnowsSaysNothing() {
        miner("a", "miner.canary", 30, Map.of());

        NodeClass known = known(Map.of());

        assertThat(known.usual()).isInfinite();
        assertThat(known.roof()).isInfinite();
        assertThat(known.prior()).isEqualTo(SpeedPrior.NONE);
        assertThat(known.trusted()).isEmpty();
    }

    @Test
    void trustedAreThoseOfTheSameModelThatHaveAnswered() {
        miner("a", "miner.identity", 30, Map.of("model", "m", "trusted", "true"));
        miner("b", "miner.identity", 30, Map.of("model", "m", "trusted", "no"));
        miner("c", "miner.identity", 30, Map.of("model", "n", "trusted", "true"));
        miner("d", "miner.canary", 30, Map.of("model", "m", "trusted", "true"));
        silent("e", Map.of("model", "m", "trusted", "true"));

        NodeClass known = NodeClass.of(TABLE, key("own", "miner.identity"), Map.of("model", "m"), others);

        assertThat(known.trusted())
                .singleElement()
                .satisfies(memory -> assertThat(memory.said())
                        .extracting(IdentityMemory.Said::text)
                        .containsOnly("a"));
    }

    private NodeClass known(Map<String, String> labels) {
        return NodeClass.of(TABLE, key("own", "miner.canary"), labels, others);
    }

    private static SeriesKey key(String target, String probe) {
        return new SeriesKey(new ProbeId(probe), new TargetId(target), new Vantage("here"));
    }

    /** After ten runs at that speed. */
    private void miner(String name, String probe, double rate, Map<String, String> labels) {
        Observation run = Runs.run(probe, name, TargetKind.MINER, 0, Outcome.ok(), Map.of());
        SeriesState state = SeriesState.before(run);
        for (int second = 1; second <= 10; second++) {
            run = Runs.run(
                    probe,
                    name,
                    TargetKind.MINER,
                    second,
                    Outcome.ok(),
                    Map.of(Measurement.CANARY_DECODE_RATE, rate, Measurement.CANARY_TOKENS, 32.0));
            state = state.step(Runs.labelled(saying(run, name), labels));
        }
        others.add(state);
    }

    private void silent(String name, Map<String, String> labels) {
        Observation run =
                Runs.labelled(Runs.run("miner.identity", name, TargetKind.MINER, 1, Outcome.ok(), Map.of()), labels);
        others.add(SeriesState.before(run).step(run));
    }

    private static Observation saying(Observation run, String text) {
        return new Observation(
                run.probe(),
                run.target(),
                run.kind(),
                run.network(),
                run.vantage(),
                run.labels(),
                run.slot(),
                run.startedAt(),
                run.elapsed(),
                new Finding(
                        run.outcome(),
                        Map.of(),
                        run.finding().measurements(),
                        Map.of(
                                MinerCanaryProbe.PROMPT,
                                "r/" + run.slot().getEpochSecond(),
                                MinerCanaryProbe.TEXT,
                                text)));
    }
}
