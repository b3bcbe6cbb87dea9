package network.litewatch.probe.http;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetAddress;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import network.litewatch.probe.Reason;
import okhttp3.Dns;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Protocols that are not HTTP, over sockets that obey the same egress policy.
 *
 * <p>Thread-safe and non-blocking: a few threads carry all conversations, so that a server that says nothing costs memory and no
 * thread. At most {@code maxInFlight} are held at a time; one beyond that waits, and the wait counts.
 */
public final class GuardedSockets implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(GuardedSockets.class);
    private static final int LOOPS =
            Math.max(1, Math.min(2, Runtime.getRuntime().availableProcessors()));

    private final EgressPolicy policy;
    private final LongSupplier nanos;
    private final Transport transport = Transport.best();
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(LOOPS, WireThreads.named("probe-socket-"), transport.waiting());
    private final ExecutorService workers = WireThreads.pool(LOOPS, "probe-talk-");
    private final Names names;
    private final Gate gate;
    private final Set<Held<?>> underway = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * Sockets whose names are resolved as the JVM does.
     *
     * @param nanos monotonic clock
     * @param maxInFlight conversations at once, each with a socket; positive
     */
    public GuardedSockets(EgressPolicy policy, LongSupplier nanos, int maxInFlight) {
        this(policy, nanos, maxInFlight, host -> List.of(InetAddress.getAllByName(host)));
    }

    GuardedSockets(EgressPolicy policy, LongSupplier nanos, int maxInFlight, Dns resolver) {
        this.policy = policy;
        this.nanos = nanos;
        this.names = new Names(resolver);
        this.gate = new Gate(maxInFlight);
    }

    /**
     * Holds {@code conversation} with the server of {@code dial}.
     *
     * @param failed makes the result of a conversation that an I/O error or the deadline ended; must not block
     * @return completes by the deadline plus a small allowance, and never exceptionally for anything the server did
     */
    public <T> CompletableFuture<T> converse(Dial dial, Conversation<T> conversation, Function<HttpFailure, T> failed) {
        EventLoop loop = loops.next();
        Line line = new Line(dial, new Line.Tools(policy, names, transport, loop, workers), nanos);
        Held<T> held = new Held<>(dial, line, loop, conversation, failed);
        underway.add(held);
        CompletableFuture<T> result = held.result.whenComplete((value, bug) -> underway.remove(held));
        try {
            if (closed) {
                throw new RejectedExecutionException();
            }
            held.start();
        } catch (RejectedExecutionException closing) {
            underway.remove(held);
            return CompletableFuture.completedFuture(
                    failed.apply(new HttpFailure(Reason.PROBER_ERROR, "the sockets are closed", WireTrace.NONE)));
        }
        if (closed) {
            held.abandon();
        }
        return result;
    }

    /** Cuts every line and ends the threads; further conversations fail. */
    @Override
    public void close() {
        closed = true;
        underway.forEach(Held::abandon);
        names.close();
        // The loops hand them work to the last.
        var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).addListener(ended -> workers.shutdown());
    }

    /** One conversation. All of its state is the event loop's own, hence without a lock. */
    private final class Held<T> {
        private final Dial dial;
        private final Line line;
        private final EventLoop loop;
        private final Conversation<T> conversation;
        private final Function<HttpFailure, T> failed;
        private final long started = nanos.getAsLong();
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private Optional<ScheduledFuture<?>> deadline = Optional.empty();
        private boolean admitted;
        private boolean over;

        Held(Dial dial, Line line, EventLoop loop, Conversation<T> conversation, Function<HttpFailure, T> failed) {
            this.dial = dial;
            this.line = line;
            this.loop = loop;
            this.conversation = conversation;
            this.failed = failed;
        }

        /** Starts; throws {@link RejectedExecutionException} when the event loop has ended. */
        void start() {
            loop.execute(() -> {
                long left = dial.deadline().toNanos() - (nanos.getAsLong() - started);
                if (!over) {
                    deadline = Optional.of(loop.schedule(this::expire, Math.max(0, left), TimeUnit.NANOSECONDS));
                }
            });
            // Here, not on the loop: who came first goes first. As a task of its own: many whose time is over pass the
            // gate at once.
            gate.enter(() -> enqueue(this::admit));
        }

        void abandon() {
            onLoop(() -> fail(new SocketException("closed")));
        }

        private void admit() {
            if (over) {
                gate.leave();
                return;
            }
            admitted = true;
            try {
                var unused = line.resolve()
                        .thenComposeAsync(conversation::talk, workers)
                        .whenComplete((said, failure) -> onLoop(() -> {
                            if (failure == null) {
                                finish(() -> said);
                            } else {
                                fail(failure);
                            }
                        }));
            } catch (RejectedExecutionException closing) {
                fail(new SocketException("closed"));
            }
        }

        private void expire() {
            String detail = "not complete after " + dial.deadline().toMillis() + " ms";
            WireTrace trace = line.trace();
            finish(() -> failed.apply(new HttpFailure(Reason.TIMEOUT, detail, trace)));
        }

        private void fail(Throwable cause) {
            if (over) {
                return;
            }
            WireTrace trace = line.trace();
            if (WireFailures.unwrap(cause) instanceof WireFailures.Bug bug) {
                LOG.error("a conversation threw: target={}", dial.url(), cause);
                finish(() -> failed.apply(new HttpFailure(Reason.PROBER_ERROR, "talking: " + bug.getMessage(), trace)));
            } else {
                finish(() -> failed.apply(WireFailures.classify(WireFailures.unwrap(cause), trace)));
            }
        }

        private void finish(Supplier<T> how) {
            if (over) {
                return;
            }
            over = true;
            deadline.ifPresent(timer -> timer.cancel(false));
            line.cut();
            if (admitted) {
                gate.leave();
            }
            try {
                workers.execute(() -> tell(how));
            } catch (RejectedExecutionException closing) {
                tell(how);
            }
        }

        private void tell(Supplier<T> how) {
            try {
                result.complete(how.get());
            } catch (RuntimeException bug) {
                result.completeExceptionally(bug);
            }
        }

        private void onLoop(Runnable step) {
            if (loop.inEventLoop()) {
                step.run();
            } else {
                enqueue(step);
            }
        }

        private void enqueue(Runnable step) {
            try {
                loop.execute(step);
            } catch (RejectedExecutionException late) {
                LOG.debug("too late: the sockets have been closed");
            }
        }
    }
}
