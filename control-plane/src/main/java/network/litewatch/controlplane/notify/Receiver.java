package network.litewatch.controlplane.notify;

import network.litewatch.controlplane.alert.incident.Bulletin;
import network.litewatch.controlplane.alert.incident.ReceiverPolicy;

/** A system besides Slack that is told of incidents. Never throws for anything the other side does. */
public interface Receiver {
    /** Unique among receivers; the key of what it was told. */
    String name();

    ReceiverPolicy.Subscription wants();

    /**
     * Tells it, waiting for its answer.
     *
     * @param delivery names this bulletin, the same each time that it is sent
     */
    Notifier.Delivery deliver(Bulletin bulletin, String delivery);
}
