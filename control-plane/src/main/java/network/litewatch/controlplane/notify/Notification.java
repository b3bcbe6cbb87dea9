package network.litewatch.controlplane.notify;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;

/**
 * Something to be told once.
 *
 * @param id travels with the message, so that it can be found again after a crash
 * @param episode start of the alert's life; with fingerprint and kind it is unique
 */
public record Notification(UUID id, String fingerprint, Instant episode, Kind kind, AlertMessage message) {
    /** Firing makes a message; resolved edits it. */
    public enum Kind {
        FIRING,
        RESOLVED;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
