package network.litewatch.probe.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {
    private static final String DATE = "Fri, 20 Nov 2026 10:00:00 GMT";

    @Test
    void secondsAreSeconds() {
        assertThat(of(429, "120")).contains(Duration.ofMinutes(2));
        assertThat(of(503, " 0 ")).contains(Duration.ZERO);
    }

    @Test
    void aDateCountsFromTheAnswersOwn() {
        assertThat(of(429, "Fri, 20 Nov 2026 10:01:30 GMT")).contains(Duration.ofSeconds(90));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1e9", "soon", "99999999999999999999", "Fri, 20 Nov 2026 09:59:59 GMT", "1.5"})
    void whatCannotBeReadIsAsIfItWereNotThere(String text) {
        assertThat(of(429, text)).isEmpty();
    }

    @Test
    void onlyAnAnswerThatRefusesIsListenedTo() {
        assertThat(of(200, "120")).isEmpty();
        assertThat(RetryAfter.of(new HttpResponse(429, Map.of(), new byte[0], WireTrace.NONE)))
                .isEmpty();
    }

    private static Optional<Duration> of(int status, String text) {
        return RetryAfter.of(
                new HttpResponse(status, Map.of("retry-after", text, "date", DATE), new byte[0], WireTrace.NONE));
    }
}
