package network.litewatch.controlplane.notify;

import io.dropwizard.lifecycle.Managed;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import network.litewatch.controlplane.notify.Notifier.Delivery;
import network.litewatch.controlplane.worker.Backoff;
import network.litewatch.controlplane.worker.Worker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells one receiver, one bulletin at a time, on a thread of its own: a receiver that is slow or down holds up neither Slack nor another
 * receiver. Any node may tell; rows and their leases keep them apart.
 */
public final class ReceiverWorker implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(ReceiverWorker.class);
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration REJECTED_PAUSE = Duration.ofSeconds(30);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
    // Longer than a delivery may take.
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final ReceiverLog log;
    private final Receiver receiver;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final BiConsumer<String, String> results;
    private final Worker worker;
    // Only the sending thread touches it.
    private Instant notBefore = Instant.MIN;

    /** Tells {@code receiver}; {@code results} hears of each try by the receiver's name: delivered, retry, throttled or rejected. */
    public ReceiverWorker(
            ReceiverLog log,
            Receiver receiver,
            InstantSource clock,
            RandomGenerator random,
            BiConsumer<String, String> results) {
        this.log = log;
        this.receiver = receiver;
        this.clock = clock;
        this.random = random;
        this.results = results;
        // The database may be away; bulletins wait.
        this.worker = new Worker(
                "receiver-" + receiver.name(),
                POLL,
                this::sendNext,
                e -> LOG.warn("bulletins for {} wait; next try in {}: {}", receiver.name(), POLL, e.getMessage()));
    }

    @Override
    public void start() {
        worker.start();
    }

    @Override
    public void stop() throws InterruptedException {
        worker.stop();
    }

    /** Sends what is due next; false when nothing is, or when the receiver must be left alone for now. */
    boolean sendNext() {
        if (clock.instant().isBefore(notBefore)) {
            return false;
        }
        Optional<ReceiverLog.Due> next = log.next(receiver, LEASE);
        next.ifPresent(due -> record(due, receiver.deliver(due.bulletin(), due.delivery())));
        return next.isPresent();
    }

    private void record(ReceiverLog.Due due, Delivery delivery) {
        if (delivery instanceof Delivery.Delivered) {
            log.delivered(due);
            results.accept(receiver.name(), "delivered");
        } else if (delivery instanceof Delivery.Throttled throttled) {
            Duration after = throttled.after().compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : throttled.after();
            notBefore = clock.instant().plus(after);
            again(due, "throttled", after, throttled.reason());
        } else if (delivery instanceof Delivery.Unknown unknown) {
            again(due, "retry", Backoff.DEFAULT.after(due.attempts(), random), unknown.reason());
        } else if (delivery instanceof Delivery.Missing missing) {
            again(due, "rejected", REJECTED_PAUSE, missing.reason());
        } else if (delivery instanceof Delivery.Rejected rejected) {
            again(due, "rejected", REJECTED_PAUSE, rejected.reason());
        }
    }

    private void again(ReceiverLog.Due due, String result, Duration after, String reason) {
        log.retry(due, after, reason);
        results.accept(receiver.name(), result);
        LOG.warn("a bulletin for {} waits: incident={} cause={}", receiver.name(), due.incident(), reason);
    }
}
