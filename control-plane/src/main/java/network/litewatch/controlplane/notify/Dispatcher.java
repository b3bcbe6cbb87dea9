package network.litewatch.controlplane.notify;

import io.dropwizard.lifecycle.Managed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import network.litewatch.controlplane.notify.Notifier.Delivery;
import network.litewatch.controlplane.notify.Notifier.Posted;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what the log holds, one at a time, on a thread of its own, at most one a second: what Slack allows in a channel.
 *
 * <p>Only the node that holds a session-level advisory lock sends. PostgreSQL gives the lock up when that node's connection
 * dies, which may be in the middle of a call: so what is being sent is nobody else's before its lease ends, and a message
 * whose sending was interrupted is looked for before it is sent again.
 */
public final class Dispatcher implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final long LOCK = 0x4C57_4E4F_5449_4659L;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(60);
    private static final Duration REJECTED_PAUSE = Duration.ofSeconds(30);
    private static final Duration PACE = Duration.ofSeconds(1);
    // A bot that may not read the channel is never certain.
    private static final Duration CERTAINTY_WITHIN = Duration.ofMinutes(5);
    // Longer than a call may take, and than the gap until a broken connection shows.
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final NotificationLog log;
    private final Notifier notifier;
    private final DataSource dataSource;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final BiConsumer<Notification.Kind, String> results;
    private final Semaphore committed = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopping;
    // Only the sending thread touches it.
    private Instant notBefore = Instant.MIN;

    /** Sends through {@code notifier}; {@code results} hears of each try: delivered, found, retry, throttled or rejected. */
    public Dispatcher(
            NotificationLog log,
            Notifier notifier,
            DataSource dataSource,
            InstantSource clock,
            RandomGenerator random,
            BiConsumer<Notification.Kind, String> results) {
        this.log = log;
        this.notifier = notifier;
        this.dataSource = dataSource;
        this.clock = clock;
        this.random = random;
        this.results = results;
        this.thread = new Thread(this::run, "dispatcher");
        thread.setDaemon(true);
    }

    @Override
    public void start() {
        thread.start();
    }

    @Override
    public void stop() throws InterruptedException {
        stopping = true;
        committed.release();
        thread.join(TimeUnit.SECONDS.toMillis(10));
    }

    /** Says that a notification was committed, so that it need not wait for the next poll. */
    public void wake() {
        committed.release();
    }

    private void run() {
        while (!stopping) {
            try (Connection connection = dataSource.getConnection()) {
                if (lock(connection)) {
                    sendWhile(connection);
                }
            } catch (SQLException | RuntimeException e) {
                // The database may be away; the thread must outlive that, notifications wait.
                LOG.warn("notifications wait; next try in {}: {}", POLL, e.getMessage());
            }
            pause();
        }
    }

    private void sendWhile(Connection lockHolder) throws SQLException {
        try {
            while (!stopping && lockHolder.isValid(2)) {
                if (!sendNext()) {
                    pause();
                }
            }
        } finally {
            if (!lockHolder.isClosed()) {
                try (var statement = lockHolder.createStatement()) {
                    statement.execute("SELECT pg_advisory_unlock_all()");
                }
            }
        }
    }

    private static boolean lock(Connection connection) throws SQLException {
        try (var statement = connection.prepareStatement("SELECT pg_try_advisory_lock(?)")) {
            statement.setLong(1, LOCK);
            try (var result = statement.executeQuery()) {
                return result.next() && result.getBoolean(1);
            }
        }
    }

    /** Sends the next due notification; false when there is none, or when the channel must be left alone for now. */
    boolean sendNext() {
        if (clock.instant().isBefore(notBefore)) {
            return false;
        }
        Optional<NotificationLog.Due> next = log.next(LEASE);
        next.ifPresent(this::send);
        return next.isPresent();
    }

    private void send(NotificationLog.Due due) {
        if (due.notification().kind() == Notification.Kind.RESOLVED) {
            resolve(due);
        } else {
            post(due);
        }
    }

    private void post(NotificationLog.Due due) {
        Notification notification = due.notification();
        if (due.interrupted() && !lookedFor(due)) {
            return;
        }
        // Slack may have been away for the alert's whole life: then one message, in its final state, says it all.
        Notification latest = log.resolution(notification)
                .map(r -> new Notification(
                        notification.id(), r.fingerprint(), r.episode(), Notification.Kind.RESOLVED, r.message()))
                .orElse(notification);
        record(due, notifier.post(latest));
    }

    private void resolve(NotificationLog.Due due) {
        Optional<Posted> firing = log.firing(due.notification());
        if (firing.isEmpty()) {
            log.retry(due.notification(), backoff(due.attempts()), "its firing message is not out");
            return;
        }
        Delivery delivery = notifier.update(firing.get(), due.notification());
        if (!(delivery instanceof Delivery.Missing missing)) {
            record(due, delivery);
            return;
        }
        LOG.warn(
                "the message to edit is gone, a new one is posted: alert={} cause={}",
                due.notification().message().alert(),
                missing.reason());
        // The new message carries the resolution's own id: an interrupted try can be found by it.
        if (!due.interrupted() || lookedFor(due)) {
            record(due, notifier.post(due.notification()));
        }
    }

    /**
     * Looks for what may be out already. True when it is to be posted and still ours to post: it is certain that it is not
     * out, or has been uncertain for so long that telling it twice is better than never.
     */
    private boolean lookedFor(NotificationLog.Due due) {
        Notification notification = due.notification();
        Notifier.Lookup lookup = notifier.find(notification);
        if (lookup.posted().isPresent()) {
            log.sent(notification, lookup.posted().get());
            results.accept(notification.kind(), "found");
            return false;
        }
        if (!lookup.certain() && clock.instant().isBefore(toldLast(notification).plus(CERTAINTY_WITHIN))) {
            log.retryUnknown(notification, backoff(due.attempts()), "cannot tell whether it was posted");
            results.accept(notification.kind(), "retry");
            return false;
        }
        return log.extend(notification, LEASE);
    }

    private static Instant toldLast(Notification notification) {
        Instant resolved = notification.message().resolvedAt();
        return resolved == null ? notification.message().firedAt() : resolved;
    }

    private void record(NotificationLog.Due due, Delivery delivery) {
        Notification notification = due.notification();
        String alert = notification.message().alert();
        if (delivery instanceof Delivery.Delivered delivered) {
            log.sent(notification, delivered.posted());
            results.accept(notification.kind(), "delivered");
            notBefore = clock.instant().plus(PACE);
        } else if (delivery instanceof Delivery.Throttled throttled) {
            log.retry(notification, throttled.after(), throttled.reason());
            results.accept(notification.kind(), "throttled");
            notBefore = clock.instant().plus(throttled.after());
            LOG.warn("notifications wait for {}: cause={}", throttled.after(), throttled.reason());
        } else if (delivery instanceof Delivery.Unknown unknown) {
            log.retryUnknown(notification, backoff(due.attempts()), unknown.reason());
            results.accept(notification.kind(), "retry");
            LOG.warn("notification waits: alert={} cause={}", alert, unknown.reason());
        } else if (delivery instanceof Delivery.Missing missing) {
            throw new IllegalStateException("only a message that is edited can be missing: " + missing.reason());
        } else if (delivery instanceof Delivery.Rejected rejected) {
            log.retry(notification, REJECTED_PAUSE, rejected.reason());
            results.accept(notification.kind(), "rejected");
            LOG.error("notification refused: alert={} cause={}", alert, rejected.reason());
        }
    }

    private Duration backoff(int attempts) {
        long bound = Math.min(LAST_BACKOFF.toMillis(), FIRST_BACKOFF.toMillis() << Math.min(attempts, 10));
        return Duration.ofMillis(random.nextLong(bound) + 1);
    }

    private void pause() {
        try {
            if (committed.tryAcquire(POLL.toMillis(), TimeUnit.MILLISECONDS)) {
                committed.drainPermits();
            }
        } catch (InterruptedException e) {
            stopping = true;
            Thread.currentThread().interrupt();
        }
    }
}
