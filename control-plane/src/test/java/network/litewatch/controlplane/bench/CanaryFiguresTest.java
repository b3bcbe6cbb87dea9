package network.litewatch.controlplane.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Random;
import network.litewatch.controlplane.bench.CanaryFigures.Difference;
import network.litewatch.controlplane.bench.CanaryFigures.Stamps;
import network.litewatch.probe.Finding;
import network.litewatch.probe.Measurement;
import network.litewatch.probe.Outcome;
import network.litewatch.probe.Reason;
import org.junit.jupiter.api.Test;

class CanaryFiguresTest {
    @Test
    void stampsAreReadFromTheStartOfTheTextAndNowhereElse() {
        assertThat(Stamps.parse("1000:251000 token token")).contains(new Stamps(1_000, 251_000));
        assertThat(Stamps.parse("token 1000:251000")).isEmpty();
        assertThat(Stamps.parse("1000:999 sent before it was asked for")).isEmpty();
        assertThat(Stamps.parse("1000:9999999999999999999")).as("no long").isEmpty();
        assertThat(Stamps.parse("")).isEmpty();
    }

    @Test
    void whatTheServerTookIsNotTheClients() {
        assertThat(new Stamps(5_000_000, 1_205_000_000).addedMillis(1_200_400_000.0))
                .isCloseTo(0.4, within(1e-9));
    }

    @Test
    void theFirstEventsTextIsFoundBetweenChunksOnceItIsWhole() {
        String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5c\r\n";
        String event = "data: {\"choices\":[{\"index\":0,\"text\":\"1:2 \",\"finish_reason\":null}]}";
        assertThat(BareClient.firstText(head)).isEmpty();
        assertThat(BareClient.firstText(head + event)).as("not whole").isEmpty();
        assertThat(BareClient.firstText(head + event + "\n\n\r\n")).contains("1:2 ");
        assertThat(BareClient.firstText(head + "data: {}\n\n" + event + "\n\n"))
                .as("the first event has none")
                .isEmpty();
    }

    @Test
    void theDifferenceIsThatOfTheMediansAndItsIntervalComesOfTheRounds() {
        List<double[]> bare = List.of(new double[] {0.1, 0.2, 0.3}, new double[] {0.2, 0.2, 0.2});
        List<double[]> same = List.of(new double[] {0.7, 0.7}, new double[] {0.7, 0.7});
        Difference steady = CanaryFigures.difference(bare, same, 500, new Random(1));
        assertThat(steady.value()).isCloseTo(0.5, within(1e-9));
        assertThat(steady.low()).isCloseTo(0.5, within(1e-9));
        assertThat(steady.high()).isCloseTo(0.5, within(1e-9));

        List<double[]> disturbed = List.of(new double[] {0.4, 0.4}, new double[] {0.4, 0.4}, new double[] {9, 9});
        Difference wide = CanaryFigures.difference(bare, disturbed, 500, new Random(1));
        assertThat(wide.value()).isCloseTo(0.2, within(1e-9));
        assertThat(wide.high()).as("one round in three was disturbed").isGreaterThan(8);
    }

    @Test
    void percentilesGoBetweenNeighbours() {
        List<double[]> rounds = List.of(new double[] {4, 1}, new double[] {3, 2});
        assertThat(CanaryFigures.median(rounds)).isEqualTo(2.5);
        assertThat(CanaryFigures.percentile(rounds, 1)).isEqualTo(4);
        assertThat(CanaryFigures.percentile(rounds, 0)).isEqualTo(1);
    }

    @Test
    void aCanaryThatFailedIsNoFigure() {
        Map<Measurement, Double> measured = Map.of(Measurement.CANARY_TTFT, 1.5);
        Map<String, String> evidence = Map.of("text", "0:1000000000 token");
        assertThat(CanaryBench.added(new Finding(Outcome.ok(), Map.of(), measured, evidence)))
                .hasValueSatisfying(added -> assertThat(added).isCloseTo(500, within(1e-6)));
        assertThat(CanaryBench.added(
                        new Finding(Outcome.failed(Reason.TRUNCATED, "cut"), Map.of(), measured, evidence)))
                .isEmpty();
        assertThat(CanaryBench.added(new Finding(Outcome.ok(), Map.of(), Map.of(), evidence)))
                .isEmpty();
    }
}
