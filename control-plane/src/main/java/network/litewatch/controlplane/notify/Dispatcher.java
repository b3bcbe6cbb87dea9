package network.litewatch.controlplane.notify;

import io.dropwizard.lifecycle.Managed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
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
 * Sends what the log holds, one at a time, on a thread of its own.
 *
 * <p>Only the node that holds a session-level advisory lock sends: PostgreSQL gives the lock up when that node's connection
 * dies, so two nodes never send at once. A message whose sending was interrupted is looked for before it is sent again.
 */
public final class Dispatcher implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final long LOCK = 0x4C57_4E4F_5449_4659L;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    private static final Duration LAST_BACKOFF = Duration.ofSeconds(60);
    private static final Duration REJECTED_PAUSE = Duration.ofSeconds(30);

    private final NotificationLog log;
    private final Notifier notifier;
    private final DataSource dataSource;
    private final RandomGenerator random;
    private final BiConsumer<Notification.Kind, String> results;
    private final Semaphore committed = new Semaphore(0);
    private final Thread thread;
    private volatile boolean stopping;

    /** Sends through {@code notifier}; {@code results} hears of each try: delivered, found, retry or rejected. */
    public Dispatcher(
            NotificationLog log,
            Notifier notifier,
            DataSource dataSource,
            RandomGenerator random,
            BiConsumer<Notification.Kind, String> results) {
        this.log = log;
        this.notifier = notifier;
        this.dataSource = dataSource;
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

    /** Sends the next due notification; false when there is none. */
    boolean sendNext() {
        Optional<NotificationLog.Due> next = log.next();
        next.ifPresent(this::send);
        return next.isPresent();
    }

    private void send(NotificationLog.Due due) {
        Notification notification = due.notification();
        if (notification.kind() == Notification.Kind.RESOLVED) {
            resolve(due);
            return;
        }
        if (due.interrupted()) {
            Notifier.Lookup lookup = notifier.find(notification);
            if (lookup.posted().isPresent()) {
                log.sent(notification, lookup.posted().get());
                results.accept(notification.kind(), "found");
                return;
            }
            if (!lookup.certain()) {
                log.retryUnknown(notification, backoff(due.attempts()), "cannot tell whether it was posted");
                results.accept(notification.kind(), "retry");
                return;
            }
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
        if (firing.isPresent()) {
            record(due, notifier.update(firing.get(), due.notification()));
        } else {
            log.retry(due.notification(), backoff(due.attempts()), "its firing message is not out");
        }
    }

    private void record(NotificationLog.Due due, Delivery delivery) {
        Notification notification = due.notification();
        if (delivery instanceof Delivery.Delivered delivered) {
            log.sent(notification, delivered.posted());
            results.accept(notification.kind(), "delivered");
        } else if (delivery instanceof Delivery.Retry retry) {
            Duration after = retry.after().isZero() ? backoff(due.attempts()) : retry.after();
            log.retryUnknown(notification, after, retry.reason());
            results.accept(notification.kind(), "retry");
            LOG.warn(
                    "notification waits: alert={} cause={}",
                    notification.message().alert(),
                    retry.reason());
        } else if (delivery instanceof Delivery.Rejected rejected) {
            log.retry(notification, REJECTED_PAUSE, rejected.reason());
            results.accept(notification.kind(), "rejected");
            LOG.error(
                    "notification refused: alert={} cause={}",
                    notification.message().alert(),
                    rejected.reason());
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
