package network.litewatch.controlplane.notify;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import network.litewatch.controlplane.alert.incident.Digest;
import network.litewatch.controlplane.alert.incident.IncidentMessage;
import network.litewatch.controlplane.alert.incident.Note;

/** Somewhere that messages go. Never throws for anything the other side does. */
public interface Notifier {
    /** Makes a message, which carries the incident's id. */
    Delivery post(IncidentMessage message);

    /** Brings the message at {@code posted} up to date, in place. */
    Delivery update(Posted posted, IncidentMessage message);

    /** Makes the message for all that is not critical, which carries {@code id}. */
    Delivery post(UUID id, Digest digest);

    /** Brings the digest at {@code posted} up to date, in place. */
    Delivery update(Posted posted, Digest digest);

    /** Adds {@code note}, which carries its id, to the thread of the message at {@code root}. */
    Delivery reply(Posted root, Note note);

    /** Looks for the digest of that id, which may have been posted since {@code since}. */
    Lookup findDigest(UUID id, Instant since);

    /** Looks for the message of {@code incident}, which may have been posted since {@code since}. */
    Lookup find(UUID incident, Instant since);

    /** Looks for {@code note} in the thread of the message at {@code root}. */
    Lookup findReply(Posted root, UUID note);

    /** Where a message is: a channel's id and the message's timestamp in it. */
    record Posted(String channel, String ts) {}

    /** What became of a message. */
    sealed interface Delivery {
        /** It is there. */
        record Delivered(Posted posted) implements Delivery {}

        /** Whether it is there is not known: look before the next try. */
        record Unknown(String reason) implements Delivery {}

        /** It is not there; nothing is to be sent to this channel before {@code after} from now. */
        record Throttled(Duration after, String reason) implements Delivery {}

        /** The message that was to be brought up to date, or answered, is there no more. */
        record Missing(String reason) implements Delivery {}

        /** Not before somebody mends something: a revoked token, a missing channel. */
        record Rejected(String reason) implements Delivery {}
    }

    /** What was found; when it is not {@code certain}, that cannot be told now. */
    record Lookup(boolean certain, Optional<Posted> posted) {
        public static Lookup unknown() {
            return new Lookup(false, Optional.empty());
        }

        public static Lookup of(Optional<Posted> posted) {
            return new Lookup(true, posted);
        }
    }
}
