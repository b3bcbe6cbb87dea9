package network.litewatch.controlplane.alert.incident;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Date;
import java.util.Optional;
import java.util.TimeZone;
import org.quartz.CronExpression;

/** When maintenance windows open. Times are those of people's clocks in a zone. */
public sealed interface WindowStarts {
    /** The latest start at or before {@code now}, if it is less than {@code within} ago. */
    Optional<Instant> latest(Instant now, Duration within);

    /** The first start after {@code now}. */
    Optional<Instant> next(Instant now);

    /**
     * Once. Throws {@link IllegalArgumentException} when {@code zone} leaves {@code local} out, as the clocks go forward then;
     * of a time that comes twice the first is meant.
     */
    static WindowStarts once(LocalDateTime local, ZoneId zone) {
        if (zone.getRules().getValidOffsets(local).isEmpty()) {
            throw new IllegalArgumentException(
                    local + " does not exist in " + zone + ": the clocks go forward then; write another time");
        }
        return new Once(local.atZone(zone).toInstant());
    }

    /**
     * By {@code cron}, in Quartz's writing: seconds, minutes, hours, day of the month, month, day of the week. Throws
     * {@link IllegalArgumentException} that says what is wrong.
     */
    static WindowStarts cron(String cron, ZoneId zone) {
        try {
            CronExpression expression = new CronExpression(cron);
            expression.setTimeZone(TimeZone.getTimeZone(ZoneOffset.UTC));
            return new Cron(expression, zone);
        } catch (ParseException e) {
            throw new IllegalArgumentException(
                    "is no cron expression (seconds minutes hours day-of-month month day-of-week, as 0 0 2 ? * SUN): "
                            + e.getMessage(),
                    e);
        }
    }

    /** A start that does not come again. */
    record Once(Instant at) implements WindowStarts {
        @Override
        public Optional<Instant> latest(Instant now, Duration within) {
            return Optional.of(at).filter(start -> !start.isAfter(now) && start.isAfter(now.minus(within)));
        }

        @Override
        public Optional<Instant> next(Instant now) {
            return Optional.of(at).filter(start -> start.isAfter(now));
        }
    }

    /**
     * Starts by a cron expression that is worked out on a clock without summer time, whose times are then read in {@code zone}:
     * what falls into the hour that is left out in spring comes as much later, and what comes twice in autumn counts once,
     * the first time. Quartz by itself leaves the first of them out.
     */
    record Cron(CronExpression expression, ZoneId zone) implements WindowStarts {
        // Further than any clock was ever put forward or back at once, but for a date line that moved.
        private static final Duration SHIFT = Duration.ofHours(3);

        @Override
        public Optional<Instant> latest(Instant now, Duration within) {
            Optional<Instant> latest = Optional.empty();
            Optional<LocalDateTime> local =
                    after(LocalDateTime.ofInstant(now.minus(within), zone).minus(SHIFT));
            while (local.isPresent() && !at(local.get()).isAfter(now)) {
                latest = local.map(this::at);
                local = after(local.get());
            }
            return latest.filter(start -> start.isAfter(now.minus(within)));
        }

        @Override
        public Optional<Instant> next(Instant now) {
            Optional<LocalDateTime> local =
                    after(LocalDateTime.ofInstant(now, zone).minus(SHIFT));
            while (local.isPresent() && !at(local.get()).isAfter(now)) {
                local = after(local.get());
            }
            return local.map(this::at);
        }

        /** The shortest time between its next {@code n} starts after {@code now}; empty when there is only one. */
        Optional<Duration> closest(Instant now, int n) {
            Optional<Duration> closest = Optional.empty();
            Optional<Instant> from = next(now);
            for (int i = 1; i < n && from.isPresent(); i++) {
                Optional<Instant> to = next(from.get());
                if (to.isPresent()) {
                    Duration gap = Duration.between(from.get(), to.get());
                    closest = closest.filter(best -> best.compareTo(gap) <= 0).or(() -> Optional.of(gap));
                }
                from = to;
            }
            return closest;
        }

        private Instant at(LocalDateTime local) {
            return local.atZone(zone).toInstant();
        }

        private Optional<LocalDateTime> after(LocalDateTime local) {
            Date next = expression.getNextValidTimeAfter(Date.from(local.toInstant(ZoneOffset.UTC)));
            return Optional.ofNullable(next).map(date -> LocalDateTime.ofInstant(date.toInstant(), ZoneOffset.UTC));
        }
    }
}
