package network.litewatch.probe.http;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** {@code Retry-After} of an answer that wants to be left alone (RFC 9110, 10.2.3). */
public final class RetryAfter {
    private RetryAfter() {}

    /**
     * How long the server wants no more requests; not negative. A date counts from the answer's own {@code Date}, since clocks
     * differ. Empty where nothing is said, or nothing that can be read.
     */
    public static Optional<Duration> of(HttpResponse response) {
        if (response.status() != 429 && response.status() != 503) {
            return Optional.empty();
        }
        return response.header("Retry-After")
                .map(String::strip)
                .flatMap(text -> text.matches("\\d{1,9}")
                        ? Optional.of(Duration.ofSeconds(Long.parseLong(text)))
                        : date(text)
                                .flatMap(until -> response.header("Date")
                                        .flatMap(RetryAfter::date)
                                        .map(now -> Duration.between(now, until))
                                        .filter(wait -> !wait.isNegative())));
    }

    private static Optional<Instant> date(String text) {
        try {
            return Optional.of(Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text)));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
