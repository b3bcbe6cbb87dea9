package network.litewatch.controlplane.notify;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import network.litewatch.controlplane.alert.incident.Decision;
import network.litewatch.controlplane.alert.incident.Digest;
import network.litewatch.controlplane.alert.incident.IncidentMessage;
import network.litewatch.controlplane.alert.incident.Note;
import network.litewatch.controlplane.notify.Notifier.Posted;

/** What is to be sent, and is nobody else's until its lease ends. */
sealed interface Due {
    /** Tries before this one. */
    int attempts();

    /** Whether an earlier try began and its end was never recorded, so that it may be out already. */
    boolean interrupted();

    /** When it was first to be sent. */
    Instant waitingSince();

    /**
     * The message of an incident.
     *
     * @param version of the incident's alerts that {@code message} speaks of
     * @param posted where it is; empty while it is not out
     * @param lookAgain when to decide again once it is out
     */
    record Root(
            UUID incident,
            long version,
            Decision.Root what,
            IncidentMessage message,
            Optional<Posted> posted,
            boolean interrupted,
            int attempts,
            Instant lookAgain,
            Instant waitingSince)
            implements Due {}

    /**
     * The message for all that is not critical.
     *
     * @param posted where it is; empty while it is not out
     */
    record Summary(
            UUID id, Digest digest, Optional<Posted> posted, boolean interrupted, int attempts, Instant waitingSince)
            implements Due {}

    /** A line in the thread of the message at {@code root}. */
    record Line(Note note, Posted root, boolean interrupted, int attempts, Instant waitingSince) implements Due {}
}
