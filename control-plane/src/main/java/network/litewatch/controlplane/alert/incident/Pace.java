package network.litewatch.controlplane.alert.incident;

import java.time.Duration;

/**
 * How long people are left alone.
 *
 * @param edits between edits of a message, when nothing but its details changed
 * @param settle for how long it must have ceased to fire before the thread is told
 * @param reopen for how long after its end alerts still belong to it; six turns within it are flapping
 * @param escalate after which a critical one that nobody took is put to people again
 * @param remindCritical between reminders of a critical one
 * @param remindOthers between reminders of others
 */
public record Pace(
        Duration edits,
        Duration settle,
        Duration reopen,
        Duration escalate,
        Duration remindCritical,
        Duration remindOthers) {
    public static final Pace DEFAULT = new Pace(
            Duration.ofSeconds(15),
            Duration.ofMinutes(1),
            Duration.ofMinutes(10),
            Duration.ofMinutes(10),
            Duration.ofHours(4),
            Duration.ofHours(24));

    Duration remind(String severity) {
        return Severity.isCritical(severity) ? remindCritical : remindOthers;
    }
}
