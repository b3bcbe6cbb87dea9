package network.litewatch.controlplane.notify;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log, where no Slack is configured. */
public final class LogNotifier implements Notifier {
    private static final Logger LOG = LoggerFactory.getLogger(LogNotifier.class);

    @Override
    public Delivery post(Notification notification) {
        LOG.warn(
                "no Slack configured; alert {}: {} ({})",
                notification.kind().label(),
                notification.message().summary(),
                notification.fingerprint());
        return new Delivery.Delivered(new Posted("log", notification.id().toString()));
    }

    @Override
    public Delivery update(Posted posted, Notification notification) {
        return post(notification);
    }

    @Override
    public Lookup find(Notification notification) {
        return Lookup.of(Optional.empty());
    }
}
