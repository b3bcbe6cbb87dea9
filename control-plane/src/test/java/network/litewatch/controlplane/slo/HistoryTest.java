package network.litewatch.controlplane.slo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HistoryTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:30Z");
    private static final Duration FIVE = Duration.ofMinutes(5);
    private static final Budgeting SLICES = new Budgeting.Timeslices(0.9, Duration.ofMinutes(1));

    private static Instant at(String time) {
        return Instant.parse("2026-11-21T" + time + "Z");
    }

    @Test
    void aWindowStartsWithTheMinuteThatItStartsIn() {
        History history = new History(
                Map.of(
                        at("11:54:00"), new Counts(1, 1),
                        at("11:55:00"), new Counts(0, 10),
                        at("12:00:00"), new Counts(100, 100),
                        at("12:01:00"), new Counts(0, 1_000)),
                Map.of());

        assertThat(history.within(FIVE, Promises.RUNS, NOW)).isEqualTo(new Counts(100, 110));
        assertThat(history.within(FIVE, Promises.RUNS, NOW.plusSeconds(30))).isEqualTo(new Counts(100, 1_100));
        assertThat(history.within(FIVE, Promises.RUNS, at("11:59:59.999"))).isEqualTo(new Counts(1, 11));
    }

    @Test
    void aLongWindowStartsWithTheHour() {
        History history = new History(
                Map.of(at("12:00:00"), new Counts(1, 1)),
                Map.of(
                        NOW.minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.HOURS), new Counts(10, 10),
                        NOW.minus(Duration.ofHours(25)).truncatedTo(ChronoUnit.HOURS), new Counts(100, 100)));

        assertThat(history.within(Duration.ofDays(1), Promises.RUNS, NOW)).isEqualTo(new Counts(11, 11));
        assertThat(history.within(Duration.ofDays(3), Promises.RUNS, NOW)).isEqualTo(new Counts(111, 111));
    }

    @Test
    void aSliceCountsOnceWhateverIsInIt() {
        History history = new History(
                Map.of(
                        at("11:56:00"), new Counts(9, 10),
                        at("11:57:00"), new Counts(8, 10),
                        at("11:58:00"), new Counts(1, 1),
                        at("11:59:00"), new Counts(0, 1_000)),
                Map.of());

        assertThat(history.within(FIVE, SLICES, NOW)).isEqualTo(new Counts(2, 4));
    }

    @Test
    void aSliceWithoutDataAndOneThatIsNotOverSayNothing() {
        History history = new History(
                Map.of(
                        at("11:57:00"),
                        new Counts(10, 10),
                        at("11:58:00"),
                        Counts.NONE,
                        at("12:00:00"),
                        new Counts(0, 5)),
                Map.of());

        assertThat(history.within(FIVE, SLICES, NOW)).isEqualTo(new Counts(1, 1));
        assertThat(history.within(FIVE, SLICES, at("12:01:00"))).isEqualTo(new Counts(1, 2));
    }

    @Test
    void minutesOfOneSliceAreJudgedTogether() {
        Budgeting slices = new Budgeting.Timeslices(0.95, FIVE);
        History history = new History(
                Map.of(
                        at("11:50:00"), new Counts(10, 10),
                        at("11:54:00"), new Counts(9, 10),
                        at("11:55:00"), new Counts(8, 10)),
                Map.of());

        // 19 of 20 are 95 %.
        assertThat(history.within(Duration.ofMinutes(30), slices, NOW)).isEqualTo(new Counts(1, 2));
    }

    @Test
    void summerTimeEndsAndNoHourIsMissingOrTwice() {
        Instant end = ZonedDateTime.of(2026, 10, 25, 12, 0, 0, 0, ZoneId.of("Europe/Berlin"))
                .toInstant();
        Map<Instant, Counts> hours = new HashMap<>();
        for (int i = 1; i <= 48; i++) {
            hours.put(end.minus(Duration.ofHours(i)), new Counts(1, 1));
        }

        assertThat(new History(Map.of(), hours).within(Duration.ofDays(1), Promises.RUNS, end))
                .isEqualTo(new Counts(24, 24));
    }

    @Property(tries = 100)
    void foldingChangesNoWindow(@ForAll Random random, @ForAll @IntRange(min = 0, max = 3_600) int second) {
        Instant now = NOW.plusSeconds(second);
        for (Budgeting budgeting : new Budgeting[] {Promises.RUNS, SLICES, new Budgeting.Timeslices(0.5, FIVE)}) {
            Map<Instant, Counts> minutes = new HashMap<>();
            for (int i = 0; i < 1_000; i++) {
                long total = random.nextInt(4);
                minutes.put(
                        now.truncatedTo(ChronoUnit.MINUTES).minus(Duration.ofMinutes(i)),
                        new Counts(total == 0 ? 0 : random.nextInt((int) total + 1), total));
            }
            History before = new History(minutes, Map.of());

            Map<Instant, Counts> left = new HashMap<>(minutes);
            left.keySet().removeIf(minute -> minute.isBefore(History.foldedBefore(now)));
            History after = new History(left, before.foldable(budgeting, now));

            assertThat(after.minutes()).hasSizeLessThanOrEqualTo(7 * 60 + 1);
            for (Duration window : BurnAlarm.WINDOWS) {
                assertThat(after.within(window, budgeting, now))
                        .as("%s of %s", window, budgeting)
                        .isEqualTo(before.within(window, budgeting, now));
            }
        }
    }

    @Test
    void slicesMustFitIntoHours() {
        assertThatThrownBy(() -> new Budgeting.Timeslices(0.9, Duration.ofMinutes(7)))
                .hasMessageContaining("divide an hour");
        assertThatThrownBy(() -> new Budgeting.Timeslices(0.9, Duration.ofSeconds(90)))
                .hasMessageContaining("divide an hour");
        assertThatThrownBy(() -> new Budgeting.Timeslices(0, FIVE)).hasMessageContaining("above 0");
        assertThatThrownBy(() -> new Budgeting.Timeslices(Double.NaN, FIVE)).hasMessageContaining("above 0");
    }
}
