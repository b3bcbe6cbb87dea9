package network.litewatch.controlplane.alert.incident;

import java.time.Duration;
import java.util.Optional;

/**
 * How long people are left alone.
 *
 * @param edits between edits of a message, when nothing but its details changed
 * @param settle for how long it must have ceased to fire before the thread is told
 * @param reopen for how long after its end alerts still belong to it; six turns within it are flapping
 * @param escalate after which a critical one that nobody took is put to people again
 * @param remindCritical between reminders of a critical one
 * @param remindOthers between reminders of others
 * @param digest for how long one message tells of all that is not critical; empty tells of each by its own
 */
public record Pace(
        Duration edits,
        Duration settle,
        Duration reopen,
        Duration escalate,
        Duration remindCritical,
        Duration remindOthers,
        Optional<Duration> digest) {
    public static final Pace DEFAULT = new Pace(
            Duration.ofSeconds(15),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ofHours(4),
            Duration.ofHours(24),
            Optional.empty());

    /** This one, with all that is not critical told in one message for {@code every}. */
    public Pace withDigest(Duration every) {
        return new Pace(edits, settle, reopen, escalate, remindCritical, remindOthers, Optional.of(every));
    }

    Duration remind(String severity) {
        return Severity.isCritical(severity) ? remindCritical : remindOthers;
    }
}
