package network.litewatch.probe.http;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
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
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
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

    private final EgressPolicy policy;
    private final LongSupplier nanos;
    private final EventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(LOOPS, WireThreads.named("probe-http-"), NioIoHandler.newFactory());
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
        var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
        workers.shutdown();
    }

    private CompletableFuture<HttpResult> start(HttpRequest request, Optional<SseConsumer> consumer) {
        String scheme = request.url().scheme();
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return failed("the URL cannot be dialled");
        }
        if (closed) {
            return failed("the HTTP client is closed");
        }
        NettyExchange exchange = new NettyExchange(request, consumer, tools(), nanos);
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

    private Tools tools() {
        return new Tools(loops.next(), policy, names, gate, tls, workers, () -> closed);
    }

    /**
     * What every exchange needs.
     *
     * @param loop the thread that it runs on
     * @param workers run what takes long
     * @param closing whether nothing new must be begun
     */
    record Tools(
            EventLoop loop,
            EgressPolicy policy,
            Names names,
            Gate gate,
            TlsEngines tls,
            Executor workers,
            BooleanSupplier closing) {}
}
