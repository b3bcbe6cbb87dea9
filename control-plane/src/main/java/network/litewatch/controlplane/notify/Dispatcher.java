package network.litewatch.controlplane.notify;

import io.dropwizard.lifecycle.Managed;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import network.litewatch.controlplane.notify.Notifier.Delivery;
import network.litewatch.controlplane.notify.Notifier.Posted;
import network.litewatch.controlplane.worker.Backoff;
import network.litewatch.controlplane.worker.Worker;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is to be told, one at a time, on a thread of its own, at most one a second: what Slack allows in a channel.
 *
 * <p>Only the node that holds a session-level advisory lock sends. PostgreSQL gives the lock up when that node's connection
 * dies, which may be in the middle of a call: so what is being sent is nobody else's before its lease ends, and a message
 * whose sending was interrupted is looked for before it is sent again.
 */
public final class Dispatcher implements Managed {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final long LOCK = 0x4C57_4E4F_5449_4659L;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration REJECTED_PAUSE = Duration.ofSeconds(30);
    private static final Duration PACE = Duration.ofSeconds(1);
    // A bot that may not read the channel is never certain.
    private static final Duration CERTAINTY_WITHIN = Duration.ofMinutes(5);
    private static final String UNCERTAIN = "cannot tell whether it was posted";
    // Longer than a call may take, and than the gap until a broken connection shows.
    private static final Duration LEASE = Duration.ofSeconds(30);

    private final IncidentLog incidents;
    private final ThreadLog threads;
    private final DigestLog digests;
    private final Notifier notifier;
    private final DataSource dataSource;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final BiConsumer<String, String> results;
    private final Worker worker;
    // Only the sending thread touches these.
    private Instant notBefore = Instant.MIN;
    private boolean threadsTurn = true;

    /**
     * Sends through {@code notifier}.
     *
     * @param results hears of each try: post, edit, note or digest, and delivered, found, retry, throttled, missing or rejected
     */
    public Dispatcher(
            IncidentLog incidents,
            Notifier notifier,
            DataSource dataSource,
            InstantSource clock,
            RandomGenerator random,
            BiConsumer<String, String> results) {
        this.incidents = incidents;
        this.threads = incidents.threads();
        this.digests = incidents.digests();
        this.notifier = notifier;
        this.dataSource = dataSource;
        this.clock = clock;
        this.random = random;
        this.results = results;
        // The database may be away; notifications wait.
        this.worker = new Worker(
                "dispatcher",
                POLL,
                this::sendWhileLeading,
                e -> LOG.warn("notifications wait; next try in {}: {}", POLL, e.getMessage()));
    }

    @Override
    public void start() {
        worker.start();
    }

    @Override
    public void stop() throws InterruptedException {
        worker.stop();
    }

    /** Says that something was committed that is to be told, so that it need not wait for the next poll. */
    public void wake() {
        worker.wake();
    }

    /** Sends for as long as this node is the one that does. False: when it is not, or no longer, it waits before it tries again. */
    private boolean sendWhileLeading() throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            if (lock(connection)) {
                sendWhile(connection);
            }
        }
        return false;
    }

    private void sendWhile(Connection lockHolder) throws SQLException {
        try {
            while (!worker.isStopping() && lockHolder.isValid(2)) {
                if (!sendNext()) {
                    worker.pause();
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

    /** Sends what is due next; false when nothing is, or when the channel must be left alone for now. */
    boolean sendNext() {
        if (clock.instant().isBefore(notBefore)) {
            return false;
        }
        // In turns, so that neither edits nor lines of threads can keep the others waiting.
        threadsTurn = !threadsTurn;
        return (threadsTurn ? sendLine() || sendRoot() : sendRoot() || sendLine()) || sendSummary();
    }

    private boolean sendRoot() {
        Optional<Due.Root> next = incidents.next(LEASE);
        next.ifPresent(this::send);
        return next.isPresent();
    }

    private boolean sendLine() {
        Optional<Due.Line> next = threads.next(LEASE);
        next.ifPresent(this::send);
        return next.isPresent();
    }

    private boolean sendSummary() {
        Optional<Due.Summary> next = digests.next(LEASE);
        next.ifPresent(this::send);
        return next.isPresent();
    }

    private void send(Due.Summary due) {
        if (due.posted().isPresent()) {
            record("digest", due, notifier.update(due.posted().get(), due.digest()));
            return;
        }
        if (due.interrupted()) {
            Notifier.Lookup lookup = notifier.findDigest(due.id(), due.waitingSince());
            if (lookup.posted().isPresent()) {
                digests.sent(due, lookup.posted().get(), false);
                found("digest", due);
                return;
            }
            if (isWorthWaiting(lookup, due)) {
                digests.retry(due, Backoff.DEFAULT.after(due.attempts(), random), UNCERTAIN, false);
                results.accept("digest", "retry");
                return;
            }
            digests.extend(due, LEASE);
        }
        record("digest", due, notifier.post(due.id(), due.digest()));
    }

    private void send(Due.Root due) {
        Optional<Posted> posted = due.posted();
        if (posted.isPresent()) {
            record("edit", due, notifier.update(posted.get(), due.message()));
        } else if (!due.interrupted() || isToBePosted(due)) {
            record("post", due, notifier.post(due.message()));
        }
    }

    /**
     * Looks for what may be out already. True when it is to be posted and still ours to post: it is certain that it is not
     * out, or has been uncertain for so long that telling it twice is better than never.
     */
    private boolean isToBePosted(Due.Root due) {
        Notifier.Lookup lookup = notifier.find(due.incident(), due.waitingSince());
        if (lookup.posted().isPresent()) {
            incidents.found(due, lookup.posted().get());
            found("post", due);
            return false;
        }
        if (isWorthWaiting(lookup, due)) {
            incidents.retry(due, Backoff.DEFAULT.after(due.attempts(), random), UNCERTAIN, false);
            results.accept("post", "retry");
            return false;
        }
        incidents.extend(due, LEASE);
        return true;
    }

    private void send(Due.Line due) {
        if (due.interrupted()) {
            Notifier.Lookup lookup = notifier.findReply(due.root(), due.note().id());
            if (lookup.posted().isPresent()) {
                threads.done(due, Optional.empty());
                found("note", due);
                return;
            }
            if (isWorthWaiting(lookup, due)) {
                threads.retry(due, Backoff.DEFAULT.after(due.attempts(), random), UNCERTAIN, false);
                results.accept("note", "retry");
                return;
            }
            threads.extend(due, LEASE);
        }
        record("note", due, notifier.reply(due.root(), due.note()));
    }

    private void found(String kind, Due due) {
        results.accept(kind, "found");
        LOG.info("a {} was out already, and is not told again: {}", kind, name(due));
    }

    private boolean isWorthWaiting(Notifier.Lookup lookup, Due due) {
        return !lookup.certain() && clock.instant().isBefore(due.waitingSince().plus(CERTAINTY_WITHIN));
    }

    private void record(String kind, Due due, Delivery delivery) {
        if (delivery instanceof Delivery.Delivered delivered) {
            sent(due, delivered.posted());
            results.accept(kind, "delivered");
            notBefore = clock.instant().plus(PACE);
        } else if (delivery instanceof Delivery.Throttled throttled) {
            retry(due, throttled.after(), throttled.reason(), true);
            results.accept(kind, "throttled");
            notBefore = clock.instant().plus(throttled.after());
            LOG.warn("notifications wait for {}: cause={}", throttled.after(), throttled.reason());
        } else if (delivery instanceof Delivery.Unknown unknown) {
            retry(due, Backoff.DEFAULT.after(due.attempts(), random), unknown.reason(), false);
            results.accept(kind, "retry");
            LOG.warn("a {} waits: {} cause={}", kind, name(due), unknown.reason());
        } else if (delivery instanceof Delivery.Missing missing) {
            gone(due, missing.reason());
            results.accept(kind, "missing");
            LOG.warn("the message is gone: {} cause={}", name(due), missing.reason());
        } else if (delivery instanceof Delivery.Rejected rejected) {
            retry(due, REJECTED_PAUSE, rejected.reason(), true);
            results.accept(kind, "rejected");
            LOG.error("a {} was refused: {} cause={}", kind, name(due), rejected.reason());
        }
    }

    private void sent(Due due, Posted posted) {
        if (due instanceof Due.Root root) {
            incidents.sent(root, posted);
        } else if (due instanceof Due.Line line) {
            threads.done(line, Optional.empty());
        } else if (due instanceof Due.Summary summary) {
            digests.sent(summary, posted, true);
        }
    }

    private void retry(Due due, Duration after, String reason, boolean certain) {
        if (due instanceof Due.Root root) {
            incidents.retry(root, after, reason, certain);
        } else if (due instanceof Due.Line line) {
            threads.retry(line, after, reason, certain);
        } else if (due instanceof Due.Summary summary) {
            digests.retry(summary, after, reason, certain);
        }
    }

    /** A message that somebody deleted is posted anew, and what was to be said in its thread is said in the new one's. */
    private void gone(Due due, String reason) {
        if (due instanceof Due.Root root) {
            incidents.gone(root);
        } else if (due instanceof Due.Line line) {
            if (incidents.gone(line.root())) {
                threads.retry(line, Backoff.DEFAULT.first(), reason, true);
            } else {
                threads.done(line, Optional.of(reason));
            }
        } else if (due instanceof Due.Summary summary) {
            digests.gone(summary);
        }
    }

    private static String name(Due due) {
        if (due instanceof Due.Root root) {
            return "incident=" + root.incident();
        }
        return due instanceof Due.Line line ? "note=" + line.note().id() : "digest=" + ((Due.Summary) due).id();
    }
}
