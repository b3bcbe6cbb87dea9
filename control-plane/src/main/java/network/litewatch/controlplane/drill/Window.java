package network.litewatch.controlplane.drill;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Hours of some days of the week, in UTC, in which a drill may begin.
 *
 * @param days on which it opens
 * @param to not part of it; at or before {@code from} it is on the next day
 */
public record Window(Set<DayOfWeek> days, LocalTime from, LocalTime to) {
    private static final int LETTERS = 3;

    public Window {
        days = Set.copyOf(days);
    }

    /** Reads {@code Tue,Thu 10:00-12:00 UTC}, or {@code 22:00-02:00 UTC} for every day. Throws {@link IllegalArgumentException}. */
    public static Window parse(String text) {
        String[] parts = text.split(" ", -1);
        boolean every = parts.length == 2;
        String[] hours = parts[every ? 0 : 1].split("-", -1);
        try {
            Set<DayOfWeek> days = every
                    ? EnumSet.allOf(DayOfWeek.class)
                    : Arrays.stream(parts[0].split(",", -1)).map(Window::day).collect(Collectors.toSet());
            return new Window(days, LocalTime.parse(hours[0]), LocalTime.parse(hours[1]));
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("has no such time of the day: " + text, e);
        }
    }

    private static DayOfWeek day(String name) {
        return Arrays.stream(DayOfWeek.values())
                .filter(day -> day.name().substring(0, LETTERS).equalsIgnoreCase(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("has no such day: " + name));
    }

    /** Whether it is open at {@code now}. */
    public boolean isOpen(Instant now) {
        LocalDateTime at = LocalDateTime.ofInstant(now, ZoneOffset.UTC);
        LocalTime time = at.toLocalTime();
        if (from.isBefore(to)) {
            return days.contains(at.getDayOfWeek()) && !time.isBefore(from) && time.isBefore(to);
        }
        boolean begun = days.contains(at.getDayOfWeek()) && !time.isBefore(from);
        boolean goesOn = days.contains(at.getDayOfWeek().minus(1)) && time.isBefore(to);
        return begun || goesOn;
    }
}
