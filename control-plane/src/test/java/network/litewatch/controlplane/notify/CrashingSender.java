package network.litewatch.controlplane.notify;

import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;
import network.litewatch.controlplane.alert.incident.Digest;
import network.litewatch.controlplane.alert.incident.IncidentMessage;
import network.litewatch.controlplane.alert.incident.Note;

/** Dies at some calls, before they reach Slack or after they did: the two places where a killed process leaves a doubt. */
record CrashingSender(Notifier notifier, Random random, double share) implements Notifier {
    /** The process is no more. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1L;
    }

    @Override
    public Delivery post(IncidentMessage message) {
        return perhaps(() -> notifier.post(message));
    }

    @Override
    public Delivery update(Posted posted, IncidentMessage message) {
        return perhaps(() -> notifier.update(posted, message));
    }

    @Override
    public Delivery post(UUID id, Digest digest) {
        return perhaps(() -> notifier.post(id, digest));
    }

    @Override
    public Delivery update(Posted posted, Digest digest) {
        return perhaps(() -> notifier.update(posted, digest));
    }

    @Override
    public Delivery reply(Posted root, Note note) {
        return perhaps(() -> notifier.reply(root, note));
    }

    @Override
    public Lookup find(UUID incident, Instant since) {
        return perhaps(() -> notifier.find(incident, since));
    }

    @Override
    public Lookup findDigest(UUID id, Instant since) {
        return perhaps(() -> notifier.findDigest(id, since));
    }

    @Override
    public Lookup findReply(Posted root, UUID note) {
        return perhaps(() -> notifier.findReply(root, note));
    }

    private <T> T perhaps(Supplier<T> call) {
        if (random.nextDouble() < share) {
            throw new Died();
        }
        T result = call.get();
        if (random.nextDouble() < share) {
            throw new Died();
        }
        return result;
    }
}
