package network.litewatch.controlplane.network;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** The single values of a network file. Each throws IllegalArgumentException that says what should stand there. */
final class Literals {
    private Literals() {}

    static String address(String text) {
        if (text.matches("0x[0-9a-fA-F]{40}")) {
            return text;
        }
        throw new IllegalArgumentException("must be 0x and 40 hex digits: \"" + text + "\"");
    }

    static String ether(String text) {
        if (text.matches("[0-9]{1,9}(\\.[0-9]{1,18})?")) {
            return text;
        }
        throw new IllegalArgumentException("must be an amount in ether, as 0.1: \"" + text + "\"");
    }

    static String hash(String text) {
        if (text.matches("0x[0-9a-fA-F]{64}")) {
            return text;
        }
        throw new IllegalArgumentException("must be 0x and 64 hex digits: \"" + text + "\"");
    }

    static Long whole(String text) {
        if (text.matches("[0-9]{1,18}")) {
            return Long.valueOf(text);
        }
        throw new IllegalArgumentException("must be a whole number, 0 or more: \"" + text + "\"");
    }

    static Long positive(String text) {
        try {
            long value = Long.parseLong(text);
            if (value > 0) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for zero and negative numbers.
        }
        throw new IllegalArgumentException("must be a positive whole number: \"" + text + "\"");
    }

    /** A day stands for its beginning. */
    static Instant instant(String text) {
        try {
            return text.length() == 10
                    ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "must be a day or a time in UTC, as 2026-11-30 or 2026-11-30T14:00:00Z: \"" + text + "\"", e);
        }
    }
}
