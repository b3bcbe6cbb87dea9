package network.litewatch.controlplane.bench.paging;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PagingTableTest {
    private static final Planted LOOKED_AT_THRICE = Planted.INCIDENTS.get(0).get(0);
    private static final Planted LOOKED_AT_ONCE = Planted.INCIDENTS.get(1).get(0);

    @Test
    void aThirdAtTheMedianAndAtP99IsKept() {
        PagingTable table = new PagingTable(
                List.of(trial(LOOKED_AT_THRICE, 1.0, 3.0, 12.0), trial(LOOKED_AT_THRICE, 2.0, 6.0, 15.0)));

        assertThat(table.kept()).isTrue();
        assertThat(table.lines())
                .contains(
                        "| litewatch | 2 | 0 | 1.00 | 2.00 | 1.00 | 2.00 |",
                        "| Prometheus, for: 0s | 2 | 0 | 3.00 | 6.00 | 3.00 | 6.00 |",
                        "| Prometheus, for: 0s | 0.33 | 0.33 | at most 0.33 | yes |",
                        "| rpc.error at rpc-b | 2 | RpcFailing, 3 | 0.50 | 1.00 | 3.00 | 12.00 |");
    }

    @Test
    void oneSlowFaultOfMoreThanAThirdIsNotKept() {
        PagingTable table = new PagingTable(
                List.of(trial(LOOKED_AT_THRICE, 1.0, 3.0, 12.0), trial(LOOKED_AT_THRICE, 2.1, 6.0, 15.0)));

        assertThat(table.kept()).isFalse();
        assertThat(table.lines()).contains("| Prometheus, for: 0s | 0.33 | 0.35 | at most 0.33 | NO |");
    }

    @Test
    void aFaultThatWeMissIsNotKeptHoweverSlowTheyAre() {
        Trial missed = new Trial(
                LOOKED_AT_THRICE, Optional.empty(), Map.of(Side.ONCE, seconds(80), Side.THRICE, seconds(90)), Map.of());
        PagingTable table = new PagingTable(List.of(trial(LOOKED_AT_THRICE, 1.0, 30.0, 50.0), missed));

        assertThat(table.kept()).isFalse();
        assertThat(table.lines()).contains("| litewatch | 1 | 1 | 1.00 | 1.00 | 1.00 | 1.00 |");
    }

    @Test
    void prometheusIsAlsoComparedOnAsManyLooksAsTheRuleOfEachFaultTakes() {
        PagingTable table = new PagingTable(
                List.of(trial(LOOKED_AT_ONCE, 1.0, 4.0, 14.0), trial(LOOKED_AT_THRICE, 5.0, 4.0, 20.0)));

        assertThat(table.lines())
                .contains(
                        "| Prometheus, as many looks as our rule | 2 | 0 | 4.00 | 20.00 | 4.00 | 20.00 |",
                        "| Prometheus, as many looks as our rule | 0.25 | 0.25 | - | - |");
    }

    @Test
    void p99OfTwentyIsTheLongestAndTheMedianTheTenth() {
        Spread spread = Spread.of(IntStream.rangeClosed(1, 20).mapToObj(i -> Optional.of(seconds(i))))
                .orElseThrow();

        assertThat(spread).isEqualTo(new Spread(20, seconds(10), seconds(20), seconds(1), seconds(20)));
        assertThat(Spread.of(Stream.of(Optional.empty()))).isEmpty();
    }

    @Test
    void p99OfTwoHundredIsNotTheLongest() {
        Spread spread = Spread.of(IntStream.rangeClosed(1, 200).mapToObj(i -> Optional.of(seconds(i))))
                .orElseThrow();

        assertThat(spread.p99()).isEqualTo(seconds(198));
    }

    private static Trial trial(Planted fault, double litewatch, double once, double thrice) {
        Map<Side, Duration> told = new EnumMap<>(Side.class);
        told.put(Side.LITEWATCH, seconds(litewatch));
        told.put(Side.ONCE, seconds(once));
        told.put(Side.THRICE, seconds(thrice));
        return new Trial(fault, Optional.of(seconds(litewatch / 2)), told, told);
    }

    private static Duration seconds(double value) {
        return Duration.ofMillis(Math.round(value * 1_000));
    }
}
