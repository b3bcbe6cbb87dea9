package network.litewatch.controlplane.noise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NoiseTest {
    private static final Duration MONTH = Duration.ofDays(30);

    @ParameterizedTest
    @CsvSource({
        "<= 1/week per RPC, 4.2857, TARGET",
        "<= 2/month per network, 2, NETWORK",
        "<= 1/quarter, 0.3297, ALL",
        "<= 2/week per fleet, 8.5714, NETWORK",
        "<= 3/day per miner, 90, TARGET",
        "<= 2/year per SLO, 0.1644, TARGET"
    })
    void aRateIsReadAsItStandsInRunbooks(String text, double inAMonth, ExpectedRate.Per per) {
        assertThat(ExpectedRate.parse(text)).hasValueSatisfying(rate -> {
            assertThat(rate.within(MONTH)).isCloseTo(inAMonth, within(1e-4));
            assertThat(rate.per()).isEqualTo(per);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "never after a router's first day",
                "<= 1/week per 100 nodes",
                "<= 1/month per indexer, more when a phase begins",
                "<= 0/week",
                "<= 1/week per provider",
                "1/week",
                ""
            })
    void whatIsWrittenForPeopleIsNoRate(String text) {
        assertThat(ExpectedRate.parse(text)).isEmpty();
    }

    @Test
    void theChanceIsThatOfAPoissonProcess() {
        ExpectedRate monthly = ExpectedRate.parse("<= 1/month").orElseThrow();

        assertThat(monthly.chance(0, MONTH)).isEqualTo(1);
        assertThat(monthly.chance(1, MONTH)).isCloseTo(1 - Math.exp(-1), within(1e-9));
        assertThat(monthly.chance(5, MONTH)).isCloseTo(0.00366, within(1e-5));
    }

    @Test
    void onceInAQuarterIsNoNoiseInItsMonthAndFourTimesIs() {
        Optional<ExpectedRate> rate = ExpectedRate.parse("<= 1/quarter per endpoint");

        assertThat(Noise.of(rate, List.of(new Fired("Down", "lab", "a", 1)), MONTH)
                        .isNoisy())
                .hasValue(false);
        assertThat(Noise.of(rate, List.of(new Fired("Down", "lab", "a", 4)), MONTH)
                        .isNoisy())
                .hasValue(true);
    }

    @Test
    void onceIsNeverNoiseHoweverShortTheHistory() {
        Optional<ExpectedRate> rate = ExpectedRate.parse("<= 1/year per endpoint");
        Duration hour = Duration.ofHours(1);

        assertThat(Noise.of(rate, List.of(new Fired("Down", "lab", "a", 1)), hour))
                .satisfies(noise -> {
                    assertThat(noise.chance().orElseThrow()).isLessThan(Noise.ALPHA);
                    assertThat(noise.isNoisy()).hasValue(false);
                });
        assertThat(Noise.of(rate, List.of(new Fired("Down", "lab", "a", 2)), hour)
                        .isNoisy())
                .hasValue(true);
    }

    @Test
    void itIsCountedWhereTheRateIsOf() {
        List<Fired> fired = List.of(
                new Fired("Down", "lab", "a", 3), new Fired("Down", "lab", "b", 3), new Fired("Down", "main", "c", 4));

        assertThat(Noise.of(ExpectedRate.parse("<= 1/month per RPC"), fired, MONTH)
                        .most())
                .hasValue(new Noise.Place("c", 4));
        assertThat(Noise.of(ExpectedRate.parse("<= 1/month per network"), fired, MONTH)
                        .most())
                .hasValue(new Noise.Place("lab", 6));
        assertThat(Noise.of(ExpectedRate.parse("<= 1/month"), fired, MONTH)).satisfies(noise -> {
            assertThat(noise.fired()).isEqualTo(10);
            assertThat(noise.most()).hasValue(new Noise.Place("all", 10));
        });
    }

    @Test
    void theWorstOfManyIsNotTakenForOneThatWasPickedBeforehand() {
        Optional<ExpectedRate> rate = ExpectedRate.parse("<= 1/month per miner");
        List<Fired> one = List.of(new Fired("Slow", "lab", "m-0", 5));
        List<Fired> many = java.util.stream.IntStream.range(0, 10)
                .mapToObj(i -> new Fired("Slow", "lab", "m-" + i, i == 0 ? 5 : 1))
                .toList();

        assertThat(Noise.of(rate, one, MONTH).isNoisy()).hasValue(true);
        assertThat(Noise.of(rate, many, MONTH).isNoisy()).hasValue(false);
    }

    @Test
    void withoutARateNobodyCanTell() {
        Noise noise = Noise.of(Optional.empty(), List.of(new Fired("Odd", "lab", "", 7)), MONTH);

        assertThat(noise.isNoisy()).isEmpty();
        assertThat(noise.most()).hasValue(new Noise.Place("lab", 7));
        assertThat(Noise.of(ExpectedRate.parse("<= 1/month"), List.of(), MONTH).isNoisy())
                .hasValue(false);
    }
}
