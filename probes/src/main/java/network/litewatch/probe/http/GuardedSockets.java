package network.litewatch.probe.http;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import network.litewatch.probe.Reason;
import okhttp3.Dns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Protocols that are not HTTP, over sockets that obey the same egress policy.
 *
 * <p>Thread-safe and non-blocking for its callers: conversations block threads of this object, at most {@code maxInFlight},
 * and one more cuts each line when its deadline passes. A conversation beyond that waits, and the wait counts.
 */
public final class GuardedSockets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedSockets.class);

    private final EgressPolicy policy;
    private final LongSupplier nanos;
    private final Dns resolver;
    private final ThreadPoolExecutor talkers;
    private final ScheduledThreadPoolExecutor deadlines;
    private final Set<Line> lines = ConcurrentHashMap.newKeySet();

    /**
     * Sockets whose names are resolved as the JVM does.
     *
     * @param nanos monotonic clock
     * @param maxInFlight conversations at once; positive
     */
    public GuardedSockets(EgressPolicy policy, LongSupplier nanos, int maxInFlight) {
        this(policy, nanos, maxInFlight, host -> List.of(InetAddress.getAllByName(host)));
    }

    GuardedSockets(EgressPolicy policy, LongSupplier nanos, int maxInFlight, Dns resolver) {
        this.policy = policy;
        this.nanos = nanos;
        this.resolver = resolver;
        this.talkers = new ThreadPoolExecutor(
                maxInFlight,
                maxInFlight,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                WireThreads.named("probe-socket-"));
        talkers.allowCoreThreadTimeOut(true);
        this.deadlines = new ScheduledThreadPoolExecutor(1, WireThreads.named("probe-socket-deadline-"));
        deadlines.setRemoveOnCancelPolicy(true);
    }

    /**
     * Holds {@code conversation} with the server of {@code dial}.
     *
     * @param failed makes the result of a conversation that an I/O error or the deadline ended; must not block
     * @return completes by the deadline plus a small allowance, and never exceptionally for anything the server did
     */
    public <T> CompletableFuture<T> converse(Dial dial, Conversation<T> conversation, Function<HttpFailure, T> failed) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Line line = new Line(dial, policy, nanos);
        lines.add(line);
        try {
            ScheduledFuture<?> deadline = deadlines.schedule(
                    () -> expire(dial, line, result, failed), dial.deadline().toNanos(), TimeUnit.NANOSECONDS);
            var unused = result.whenComplete((value, bug) -> {
                deadline.cancel(false);
                lines.remove(line);
            });
            talkers.execute(() -> hold(dial, line, conversation, result, failed));
        } catch (RejectedExecutionException closed) {
            lines.remove(line);
            result.complete(
                    failed.apply(new HttpFailure(Reason.PROBER_ERROR, "the sockets are closed", WireTrace.NONE)));
        }
        return result;
    }

    /** Cuts every line and ends the threads; what had not begun ends by its deadline, and further conversations fail. */
    @Override
    public void close() {
        talkers.shutdownNow();
        lines.forEach(Line::cut);
        deadlines.shutdown();
    }

    private <T> void hold(
            Dial dial,
            Line line,
            Conversation<T> conversation,
            CompletableFuture<T> result,
            Function<HttpFailure, T> failed) {
        if (result.isDone()) {
            return;
        }
        try {
            line.resolve(resolver);
            T said = conversation.talk(line);
            result.complete(said);
        } catch (IOException e) {
            result.complete(failed.apply(WireFailures.classify(e, line.trace())));
        } catch (RuntimeException bug) {
            LOG.error("a conversation threw: target={}", dial.url(), bug);
            result.complete(failed.apply(new HttpFailure(
                    Reason.PROBER_ERROR, "talking: " + bug.getClass().getName(), line.trace())));
        } finally {
            line.cut();
        }
    }

    private static <T> void expire(Dial dial, Line line, CompletableFuture<T> result, Function<HttpFailure, T> failed) {
        String detail = "not complete after " + dial.deadline().toMillis() + " ms";
        result.complete(failed.apply(new HttpFailure(Reason.TIMEOUT, detail, line.trace())));
        line.cut();
    }
}
