package network.litewatch.controlplane.alert.incident;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MaintenanceWindowTest {
    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final List<Matcher> LAB = List.of(Matcher.equal("network", "lab"));

    @Test
    void isOpenFromItsStartUntilBeforeItsEnd() {
        MaintenanceWindow window =
                window(WindowStarts.once(LocalDateTime.parse("2026-12-01T02:00"), BERLIN), Duration.ofHours(3));
        Instant start = Instant.parse("2026-12-01T01:00:00Z");
        Instant end = start.plus(Duration.ofHours(3));

        assertThat(window.openUntil(start.minusMillis(1))).isEmpty();
        assertThat(window.nextChange(start.minusMillis(1))).hasValue(start);
        assertThat(window.openUntil(start)).hasValue(end);
        assertThat(window.openUntil(end.minusMillis(1))).hasValue(end);
        assertThat(window.nextChange(end.minusMillis(1))).hasValue(end);
        assertThat(window.openUntil(end)).isEmpty();
        assertThat(window.nextChange(end)).isEmpty();
    }

    @Test
    void opensByTheClocksOfItsZoneAlsoInTheNightInWhichTheyGoForward() {
        MaintenanceWindow window = window(WindowStarts.cron("0 30 2 * * ?", BERLIN), Duration.ofHours(2));

        // 02:30 does not exist on the 29th: it is 03:30 in summer time, which is the moment at which 02:30 would have
        // been.
        assertThat(starts(window, "2026-03-27T12:00:00Z", 4))
                .containsExactly(
                        "2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z");
        assertThat(window.openUntil(Instant.parse("2026-03-29T03:29:59Z"))).isPresent();
        assertThat(window.openUntil(Instant.parse("2026-03-29T03:30:00Z"))).isEmpty();
    }

    @Test
    void opensOnceInTheNightInWhichTheClocksGoBack() {
        MaintenanceWindow window = window(WindowStarts.cron("0 30 2 * * ?", BERLIN), Duration.ofMinutes(30));

        assertThat(starts(window, "2026-10-23T12:00:00Z", 3))
                .containsExactly("2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
        assertThat(window.openUntil(Instant.parse("2026-10-25T00:59:00Z"))).isPresent();
        // 02:30 for the second time.
        assertThat(window.openUntil(Instant.parse("2026-10-25T01:30:00Z"))).isEmpty();
    }

    @Test
    void anHourIsAnHourAcrossAChangeOfClocks() {
        MaintenanceWindow window =
                window(WindowStarts.cron("0 0 1 * * ?", ZoneId.of("America/New_York")), Duration.ofHours(4));

        assertThat(window.openUntil(Instant.parse("2026-03-08T06:00:00Z")))
                .hasValue(Instant.parse("2026-03-08T10:00:00Z"));
        assertThat(window.openUntil(Instant.parse("2026-11-01T05:00:00Z")))
                .hasValue(Instant.parse("2026-11-01T09:00:00Z"));
    }

    @Test
    void aWeeklyOneIsFoundFromAnywhereInTheWeek() {
        MaintenanceWindow window = window(WindowStarts.cron("0 0 22 ? * SUN", ZoneOffset.UTC), Duration.ofHours(6));
        Instant start = Instant.parse("2026-11-22T22:00:00Z");

        for (int hour = 0; hour < 7 * 24; hour++) {
            Instant at = start.plus(Duration.ofHours(hour));
            assertThat(window.openUntil(at).isPresent()).as("%s", at).isEqualTo(hour < 6);
            assertThat(window.nextChange(at))
                    .hasValue(hour < 6 ? start.plus(Duration.ofHours(6)) : start.plus(Duration.ofDays(7)));
        }
    }

    @Test
    void whatCannotBeMeantIsRefused() {
        assertThatThrownBy(() -> WindowStarts.once(LocalDateTime.parse("2026-03-29T02:30"), BERLIN))
                .hasMessageContaining("does not exist in Europe/Berlin: the clocks go forward then");
        assertThatThrownBy(() -> WindowStarts.cron("30 2 * * *", BERLIN))
                .hasMessageContaining("is no cron expression (seconds minutes hours");
        WindowStarts daily = WindowStarts.cron("0 30 2 * * ?", BERLIN);
        assertThatThrownBy(() -> window(daily, Duration.ofHours(25)))
                .hasMessageContaining("must end before it opens again");
        assertThatThrownBy(() -> window(daily, Duration.ZERO)).hasMessageContaining("lasts more than nothing");
        assertThatThrownBy(() -> new MaintenanceWindow("w", List.of(), daily, Duration.ofHours(1), "why"))
                .hasMessageContaining("needs a matcher");
        assertThatThrownBy(() -> new MaintenanceWindow("w", LAB, daily, Duration.ofHours(1), " "))
                .hasMessageContaining("needs a reason");
    }

    @Test
    void mutesWhatMatchesWhileItIsOpen() {
        MaintenanceWindow window = window(
                WindowStarts.once(LocalDateTime.parse("2026-11-20T10:00"), ZoneOffset.UTC), Duration.ofMinutes(5));
        Instant open = Instant.parse("2026-11-20T10:04:00Z");

        Mutes mutes = new Mutes(List.of(), List.of(window), Dependencies.NONE, open);
        assertThat(mutes.of(IncidentSamples.firing("a", "critical", open)).muted())
                .hasValue("maintenance \"upgrade\" until 2026-11-20T10:05:00Z (nitro)");
        assertThat(mutes.nextChange(List.of(IncidentSamples.firing("a", "critical", open))))
                .hasValue(Instant.parse("2026-11-20T10:05:00Z"));
        Mutes later = new Mutes(List.of(), List.of(window), Dependencies.NONE, open.plusSeconds(60));
        assertThat(later.of(IncidentSamples.firing("a", "critical", open)).muted())
                .isEmpty();
    }

    private static MaintenanceWindow window(WindowStarts starts, Duration lasts) {
        return new MaintenanceWindow("upgrade", LAB, starts, lasts, "nitro");
    }

    private static List<String> starts(MaintenanceWindow window, String from, int n) {
        List<String> starts = new ArrayList<>();
        Instant now = Instant.parse(from);
        for (int i = 0; i < n; i++) {
            now = window.starts().next(now).orElseThrow();
            starts.add(now.toString());
        }
        return starts;
    }
}
