package network.litewatch.controlplane.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import network.litewatch.controlplane.drift.Ratio;
import network.litewatch.controlplane.slo.Promises.Course;
import org.junit.jupiter.api.Test;

class BurnTest {
    private static final Instant NOW = Promises.T0;

    /** 120 runs a minute over the last 30 days, of which the last {@code minutes} were bad at {@code share}. */
    private static SloStatus status(double target, int minutes, double share) {
        Map<Instant, Counts> recent = new HashMap<>();
        Map<Instant, Counts> old = new HashMap<>();
        for (int i = 1; i <= 360; i++) {
            recent.put(NOW.minus(Duration.ofMinutes(i)), of(120, i <= minutes ? share : 0));
        }
        for (int i = 7; i <= 30 * 24; i++) {
            old.put(NOW.minus(Duration.ofHours(i)), of(7_200, i * 60 <= minutes ? share : 0));
        }
        return SloStatus.of(Promises.series(target), new History(recent, old), NOW);
    }

    private static Counts of(long total, double bad) {
        return new Counts(total - Math.round(total * bad), total);
    }

    private static List<BurnAlarm> firing(SloStatus status) {
        return status.burns().stream().filter(Burn::firing).map(Burn::alarm).toList();
    }

    @Test
    void eachPairOfWindowsHasItsBurn() {
        assertThat(firing(status(0.99, 0, 0))).isEmpty();
        // Six minutes of nothing but failures are a tenth of the hour: ten times the budget. Thirteen are 22 times.
        assertThat(firing(status(0.99, 6, 1))).isEmpty();
        assertThat(firing(status(0.99, 13, 1))).containsExactly(BurnAlarm.PAGE_1H);
        // A tenth for six hours.
        assertThat(firing(status(0.99, 360, 1.0 / 12)))
                .contains(BurnAlarm.PAGE_6H)
                .doesNotContain(BurnAlarm.PAGE_1H);
        // A twentieth for a day, and a fortieth for three.
        assertThat(firing(status(0.99, 1_440, 1.0 / 24)))
                .contains(BurnAlarm.TICKET_1D)
                .doesNotContain(BurnAlarm.PAGE_6H);
        assertThat(firing(status(0.99, 4_320, 1.0 / 60))).doesNotContain(BurnAlarm.TICKET_1D);
    }

    @Test
    void whatIsOverDoesNotFire() {
        Map<Instant, Counts> minutes = new HashMap<>();
        for (int i = 1; i <= 360; i++) {
            minutes.put(NOW.minus(Duration.ofMinutes(i)), of(12, i > 35 && i <= 55 ? 1 : 0));
        }
        SloStatus status = SloStatus.of(
                Promises.series(0.99),
                new History(minutes, Map.of(NOW.minus(Duration.ofDays(30)), new Counts(1, 1))),
                NOW);

        assertThat(status.firing(BurnAlarm.Severity.PAGE)).isFalse();
        Burn hour = status.burns().get(0);
        assertThat(hour.burning().value()).isCloseTo(20.0 / 60 / 0.01, within(0.6));
        assertThat(hour.now().value()).isZero();
    }

    @Test
    void tooFewSamplesSayNothing() {
        Course course = new Course(0.99);
        for (int i = 0; i < Burn.LEAST - 1; i++) {
            course.add(Duration.ofHours(1), false);
        }
        assertThat(course.status().burns()).isEmpty();
        assertThat(course.status().samples()).isEqualTo(Burn.LEAST - 1);
    }

    @Test
    void aWindowWithFewSamplesGivesWayToALongerOne() {
        Course course = new Course(0.99).good(2, Duration.ofHours(1));

        assertThat(course.status().burns())
                .extracting(Burn::longWindow)
                .containsExactly(Duration.ofHours(6), Duration.ofHours(6), Duration.ofDays(1), Duration.ofDays(3));
        assertThat(course.status().burns()).allMatch(burn -> burn.shortWindow().equals(Duration.ofHours(6)));
    }

    @Test
    void whatIsNotKnownYetIsTakenAsGood() {
        Course young = new Course(0.99);
        for (int i = 0; i < 10; i++) {
            young.add(Duration.ofMinutes(1), i % 2 == 0);
        }
        SloStatus status = young.status();

        // Half of nine minutes is bad: that would be 50 times the budget of an hour, and it is 7 times.
        assertThat(status.burns().get(0).burning().value()).isCloseTo(50, within(0.1));
        assertThat(status.burns().get(0).covered()).isCloseTo(0.15, within(1e-9));
        assertThat(firing(status)).isEmpty();
        assertThat(status.budgetLeft().orElseThrow().value()).isBetween(0.98, 1.0);
    }

    @Test
    void budgetLeftIsWhatIsPromisedLessWhatWasBad() {
        Map<Instant, Counts> hours = new HashMap<>();
        for (int i = 1; i <= 30 * 24; i++) {
            hours.put(NOW.minus(Duration.ofHours(i)), of(1_000, 0.004));
        }
        SloStatus status = SloStatus.of(Promises.series(0.99), new History(Map.of(), hours), NOW);

        assertThat(status.samples()).isEqualTo(720_000);
        assertThat(status.good().orElseThrow().value()).isCloseTo(0.996, within(1e-9));
        Ratio left = status.budgetLeft().orElseThrow();
        assertThat(left.value()).isCloseTo(0.6, within(1e-9));
        assertThat(left.low()).isBetween(0.5, 0.6);
        assertThat(left.high()).isBetween(0.6, 0.7);

        Ratio overdrawn = SloStatus.of(Promises.series(0.999), new History(Map.of(), hours), NOW)
                .budgetLeft()
                .orElseThrow();
        assertThat(overdrawn.value()).isCloseTo(-3, within(1e-6));
    }

    @Test
    void nothingCountedIsNotZero() {
        SloStatus status = SloStatus.of(Promises.series(0.99), History.EMPTY, NOW);

        assertThat(status.samples()).isZero();
        assertThat(status.good()).isEmpty();
        assertThat(status.budgetLeft()).isEmpty();
        assertThat(status.burns()).isEmpty();
    }
}
