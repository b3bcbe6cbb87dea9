package network.litewatch.controlplane.alert.incident;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is to be told of an incident.
 *
 * @param after the incident as it is to be stored before anything is sent
 * @param root what is to be done with the message
 * @param message what to send; empty when {@code root} is {@link Root#NONE}
 * @param notes lines for its thread
 * @param lookAgain when to decide again if nothing happens before
 * @param closed whether it is over: what fires from now on is another incident
 * @param steps why, for people
 */
public record Decision(
        Incident after,
        Root root,
        Optional<IncidentMessage> message,
        List<Note> notes,
        Instant lookAgain,
        boolean closed,
        List<String> steps) {
    public Decision {
        notes = List.copyOf(notes);
        steps = List.copyOf(steps);
    }

    /** What is done with the message. */
    public enum Root {
        NONE,
        /** The message for all that is not critical says something else of it. */
        DIGEST,
        POST,
        EDIT
    }
}
