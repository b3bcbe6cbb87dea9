package network.litewatch.controlplane.notify;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import network.litewatch.controlplane.alert.incident.Digest;
import network.litewatch.controlplane.alert.incident.IncidentMessage;
import network.litewatch.controlplane.alert.incident.Note;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the log, where no Slack is configured. */
public final class LogNotifier implements Notifier {
    private static final Logger LOG = LoggerFactory.getLogger(LogNotifier.class);

    @Override
    public Delivery post(IncidentMessage message) {
        LOG.warn(
                "no Slack configured; incident {} {}: {} ({} alerts fire)",
                message.incident(),
                message.resolvedAt() == null ? "fires" : "resolved",
                message.first()
                        .annotations()
                        .getOrDefault("summary", message.first().rule()),
                message.firing());
        return new Delivery.Delivered(new Posted("log", message.incident().toString()));
    }

    @Override
    public Delivery update(Posted posted, IncidentMessage message) {
        return post(message);
    }

    @Override
    public Delivery post(UUID id, Digest digest) {
        LOG.warn("no Slack configured; digest: {} fire, {} ended", digest.firing(), digest.ended());
        return new Delivery.Delivered(new Posted("log", id.toString()));
    }

    @Override
    public Delivery update(Posted posted, Digest digest) {
        return post(UUID.fromString(posted.ts()), digest);
    }

    @Override
    public Delivery reply(Posted root, Note note) {
        LOG.warn("no Slack configured; incident {}: {}", root.ts(), note.text());
        return new Delivery.Delivered(new Posted("log", note.id().toString()));
    }

    @Override
    public Lookup find(UUID incident, Instant since) {
        return Lookup.of(Optional.empty());
    }

    @Override
    public Lookup findDigest(UUID id, Instant since) {
        return Lookup.of(Optional.empty());
    }

    @Override
    public Lookup findReply(Posted root, UUID note) {
        return Lookup.of(Optional.empty());
    }
}
