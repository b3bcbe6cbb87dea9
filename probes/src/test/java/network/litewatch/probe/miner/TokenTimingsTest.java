package network.litewatch.probe.miner;

import static network.litewatch.probe.Measurement.CANARY_DECODE_RATE;
import static network.litewatch.probe.Measurement.CANARY_END_TO_END;
import static network.litewatch.probe.Measurement.CANARY_ITL_MAX;
import static network.litewatch.probe.Measurement.CANARY_ITL_P50;
import static network.litewatch.probe.Measurement.CANARY_ITL_P99;
import static network.litewatch.probe.Measurement.CANARY_TOKENS;
import static network.litewatch.probe.Measurement.CANARY_TPOT;
import static network.litewatch.probe.Measurement.CANARY_TTFT;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TokenTimingsTest {
    private static final long MS = 1_000_000;

    @Test
    void noTokensAreCountedAndNothingElse() {
        assertThat(new TokenTimings(0, new long[0]).measurements()).containsExactly(Map.entry(CANARY_TOKENS, 0.0));
    }

    @Test
    void gapsAndRatesAreUndefinedBelowTwoTokens() {
        assertThat(new TokenTimings(100 * MS, new long[] {350 * MS}).measurements())
                .containsOnly(
                        Map.entry(CANARY_TOKENS, 1.0),
                        Map.entry(CANARY_TTFT, 0.25),
                        Map.entry(CANARY_END_TO_END, 0.25));
    }

    @Test
    void followsTheDefinitions() {
        long[] arrivals = {200 * MS, 300 * MS, 400 * MS, 900 * MS, 1200 * MS};
        assertThat(new TokenTimings(0, arrivals).measurements())
                .containsOnly(
                        Map.entry(CANARY_TOKENS, 5.0),
                        Map.entry(CANARY_TTFT, 0.2),
                        Map.entry(CANARY_END_TO_END, 1.2),
                        Map.entry(CANARY_ITL_P50, 0.1),
                        Map.entry(CANARY_ITL_P99, 0.5),
                        Map.entry(CANARY_ITL_MAX, 0.5),
                        Map.entry(CANARY_TPOT, 0.25),
                        Map.entry(CANARY_DECODE_RATE, 4.0));
    }

    @Test
    void aRateOverNoTimeIsAbsent() {
        assertThat(new TokenTimings(0, new long[] {5, 5, 5}).measurements())
                .doesNotContainKey(CANARY_DECODE_RATE)
                .containsEntry(CANARY_TPOT, 0.0);
    }

    @Test
    void survivesAClockThatPassesItsLargestValue() {
        long sent = Long.MAX_VALUE - 100 * MS;
        assertThat(new TokenTimings(sent, new long[] {sent + 200 * MS}).measurements())
                .containsEntry(CANARY_TTFT, 0.2);
    }

    @ParameterizedTest
    @CsvSource({"1,1,1", "1,99,1", "4,50,2", "5,50,3", "100,99,99", "100,100,100", "101,99,100", "200,1,2", "3,34,2"})
    void percentilesAreNearestRank(int size, int percent, long expected) {
        assertThat(TokenTimings.nearestRank(LongStream.rangeClosed(1, size).toArray(), percent))
                .isEqualTo(expected);
    }
}
