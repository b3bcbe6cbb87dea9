package network.litewatch.controlplane.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class WindowTest {
    private static boolean open(String window, String at) {
        return Window.parse(window).isOpen(Instant.parse(at));
    }

    @Test
    void itIsOpenFromItsStartToBeforeItsEndOnItsDays() {
        // 2026-11-24 is a Tuesday.
        assertThat(open("Tue 10:00-12:00 UTC", "2026-11-24T09:59:59Z")).isFalse();
        assertThat(open("Tue 10:00-12:00 UTC", "2026-11-24T10:00:00Z")).isTrue();
        assertThat(open("Tue 10:00-12:00 UTC", "2026-11-24T11:59:59Z")).isTrue();
        assertThat(open("Tue 10:00-12:00 UTC", "2026-11-24T12:00:00Z")).isFalse();
        assertThat(open("Tue 10:00-12:00 UTC", "2026-11-25T11:00:00Z")).isFalse();
        assertThat(open("Mon,Wed 10:00-12:00 UTC", "2026-11-25T11:00:00Z")).isTrue();
        assertThat(open("10:00-12:00 UTC", "2026-11-29T11:00:00Z")).isTrue();
    }

    @Test
    void overMidnightItBelongsToTheDayOnWhichItOpens() {
        assertThat(open("Tue 22:00-02:00 UTC", "2026-11-24T23:00:00Z")).isTrue();
        assertThat(open("Tue 22:00-02:00 UTC", "2026-11-25T01:59:59Z")).isTrue();
        assertThat(open("Tue 22:00-02:00 UTC", "2026-11-24T01:00:00Z")).isFalse();
        assertThat(open("Tue 22:00-02:00 UTC", "2026-11-25T02:00:00Z")).isFalse();
    }

    @Test
    void aTimeThatNoDayHasIsRefused() {
        assertThatThrownBy(() -> Window.parse("Tue 29:00-12:00 UTC")).isInstanceOf(IllegalArgumentException.class);
    }
}
