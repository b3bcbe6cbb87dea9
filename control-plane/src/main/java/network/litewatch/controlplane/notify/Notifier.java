package network.litewatch.controlplane.notify;

import java.time.Duration;
import java.util.Optional;

/** Somewhere that messages go. Never throws for anything the other side does. */
public interface Notifier {
    /** Makes a message. */
    Delivery post(Notification notification);

    /** Brings the message at {@code posted} up to date, in place. */
    Delivery update(Posted posted, Notification notification);

    /**
     * Looks for the message of {@code notification}, which may have been posted before a crash. Empty when it is not
     * there; {@link Lookup#unknown} when that cannot be told now.
     */
    Lookup find(Notification notification);

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

        /** The message that was to be brought up to date is there no more. */
        record Missing(String reason) implements Delivery {}

        /** Not before somebody mends something: a revoked token, a missing channel. */
        record Rejected(String reason) implements Delivery {}
    }

    /** The answer of {@link #find}. */
    record Lookup(boolean certain, Optional<Posted> posted) {
        public static Lookup unknown() {
            return new Lookup(false, Optional.empty());
        }

        public static Lookup of(Optional<Posted> posted) {
            return new Lookup(true, posted);
        }
    }
}
