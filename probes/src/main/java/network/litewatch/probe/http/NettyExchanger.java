package network.litewatch.probe.http;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import network.litewatch.probe.Reason;
import okhttp3.Dns;

/**
 * {@link HttpExchanger} on Netty.
 *
 * <p>A few threads carry all connections, so that a slow target costs memory and no thread. Results are handed out on threads of
 * their own, so that what somebody makes of an answer delays no other's bytes. At most {@code maxConnections} exchanges are at
 * work; one beyond that waits its turn, and the wait counts against its deadline.
 */
public final class NettyExchanger implements HttpExchanger, AutoCloseable {
    private static final int LOOPS =
            Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));

    private static final int SWEEP_SECONDS = 5;

    private final EgressPolicy policy;
    private final LongSupplier nanos;
    private final Transport transport = Transport.best();
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(LOOPS, WireThreads.named("probe-http-"), transport.waiting());
    private final List<Lane> lanes = IntStream.range(0, LOOPS)
            .mapToObj(i -> new Lane(loops.next(), new KeptConnections()))
            .toList();
    private final AtomicInteger turn = new AtomicInteger();
    private final ExecutorService workers = WireThreads.pool(LOOPS, "probe-answers-");
    private final Names names;
    private final Gate gate;
    private final TlsEngines tls;
    private final Set<NettyExchange> underway = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /**
     * An exchanger that resolves names as the JVM does.
     *
     * @param nanos monotonic clock, {@code System::nanoTime} outside tests
     * @param maxConnections requests at work at once, each with a socket; positive
     */
    public NettyExchanger(EgressPolicy policy, LongSupplier nanos, int maxConnections) {
        this(policy, nanos, maxConnections, host -> List.of(InetAddress.getAllByName(host)), TlsEngines.best());
    }

    NettyExchanger(EgressPolicy policy, LongSupplier nanos, int maxConnections, Dns resolver, TlsEngines tls) {
        this.tls = tls;
        this.policy = policy;
        this.nanos = nanos;
        this.names = new Names(resolver);
        this.gate = new Gate(maxConnections);
        for (Lane lane : lanes) {
            var unused = lane.loop()
                    .scheduleWithFixedDelay(
                            () -> lane.kept().sweep(nanos.getAsLong()), SWEEP_SECONDS, SWEEP_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public CompletableFuture<HttpResult> exchange(HttpRequest request) {
        return start(request, Optional.empty());
    }

    @Override
    public CompletableFuture<HttpResult> stream(HttpRequest request, SseConsumer consumer) {
        return start(request, Optional.of(consumer));
    }

    /** Ends what is in flight as nobody's failure, and the threads; further requests fail. */
    @Override
    public void close() {
        closed = true;
        underway.forEach(NettyExchange::abandon);
        names.close();
        // The loops hand them work to the last: a handshake that is in the middle of its sums.
        var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).addListener(ended -> workers.shutdown());
    }

    private CompletableFuture<HttpResult> start(HttpRequest request, Optional<SseConsumer> consumer) {
        String scheme = request.url().scheme();
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return failed("the URL cannot be dialled");
        }
        if (closed) {
            return failed("the HTTP client is closed");
        }
        NettyExchange exchange = new NettyExchange(request, consumer, tools(request), nanos);
        underway.add(exchange);
        CompletableFuture<HttpResult> result = exchange.result().whenComplete((how, bug) -> underway.remove(exchange));
        try {
            exchange.start();
        } catch (RejectedExecutionException closing) {
            underway.remove(exchange);
            return failed("the HTTP client is closed");
        }
        if (closed) {
            exchange.abandon();
        }
        return result;
    }

    private static CompletableFuture<HttpResult> failed(String why) {
        return CompletableFuture.completedFuture(new HttpFailure(Reason.PROBER_ERROR, why, WireTrace.NONE));
    }

    /** A connection stays with its loop, so whoever wants one again asks the same loop. */
    private Tools tools(HttpRequest request) {
        int number = request.reuse() ? KeptConnections.Owner.of(request).hashCode() : turn.getAndIncrement();
        Lane lane = lanes.get(Math.floorMod(number, LOOPS));
        return new Tools(lane.loop(), transport, lane.kept(), policy, names, gate, tls, workers, () -> closed);
    }

    private record Lane(EventLoop loop, KeptConnections kept) {}

    /**
     * What every exchange needs.
     *
     * @param loop the thread that it runs on
     * @param transport what it dials with
     * @param kept connections that earlier exchanges of this loop left open
     * @param workers run what takes long
     * @param closing whether nothing new must be begun
     */
    record Tools(
            EventLoop loop,
            Transport transport,
            KeptConnections kept,
            EgressPolicy policy,
            Names names,
            Gate gate,
            TlsEngines tls,
            Executor workers,
            BooleanSupplier closing) {}
}
