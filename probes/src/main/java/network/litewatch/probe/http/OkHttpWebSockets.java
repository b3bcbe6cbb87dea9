package network.litewatch.probe.http;

import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.WebSocket;

/**
 * {@link WebSocketExchanger} on OkHttp 4.
 *
 * <p>Owns its threads: at most {@code maxInFlight} that read and one that keeps deadlines. A request beyond that waits
 * for a thread, and the wait counts against its deadline.
 */
final class OkHttpWebSockets implements WebSocketExchanger, AutoCloseable {
    // How long a server may take to take leave.
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final EgressPolicy policy;
    private final Dns resolver;
    private final LongSupplier nanos;
    private final ThreadPoolExecutor readers;
    private final ScheduledThreadPoolExecutor deadlines;
    private final OkHttpClient client;

    /**
     * WebSockets whose names are resolved as the JVM does.
     *
     * @param nanos monotonic clock
     * @param maxInFlight WebSockets at once, each with a thread; positive
     */
    OkHttpWebSockets(EgressPolicy policy, LongSupplier nanos, int maxInFlight) {
        this.policy = policy;
        this.resolver = host -> List.of(InetAddress.getAllByName(host));
        this.nanos = nanos;
        this.readers = new ThreadPoolExecutor(
                maxInFlight,
                maxInFlight,
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                WireThreads.named("probe-websocket-"));
        readers.allowCoreThreadTimeOut(true);
        this.deadlines = new ScheduledThreadPoolExecutor(1, WireThreads.named("probe-websocket-deadline-"));
        deadlines.setRemoveOnCancelPolicy(true);
        Dispatcher dispatcher = new Dispatcher(readers);
        dispatcher.setMaxRequests(maxInFlight);
        dispatcher.setMaxRequestsPerHost(maxInFlight);
        this.client = new OkHttpClient.Builder()
                .dispatcher(dispatcher)
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
                .protocols(List.of(Protocol.HTTP_1_1))
                .proxy(Proxy.NO_PROXY)
                .followRedirects(false)
                .followSslRedirects(false)
                .retryOnConnectionFailure(false)
                // The one deadline is ours: it covers the wait for a thread, and a name lookup cannot outlast it.
                .connectTimeout(Duration.ZERO)
                .readTimeout(Duration.ZERO)
                .writeTimeout(Duration.ZERO)
                .build();
    }

    @Override
    public CompletableFuture<HttpResult> open(HttpRequest request, Optional<String> say, boolean listen) {
        return open(request, say, OkHttpWebSocket.Hearing.first(listen));
    }

    @Override
    public CompletableFuture<HttpResult> hear(
            HttpRequest request, Optional<String> say, Duration window, WebSocketEar ear) {
        return open(request, say, new OkHttpWebSocket.Hearing(true, Optional.of(ear), over -> {
            var unused = deadlines.schedule(over, window.toNanos(), TimeUnit.NANOSECONDS);
        }));
    }

    private CompletableFuture<HttpResult> open(
            HttpRequest request, Optional<String> say, OkHttpWebSocket.Hearing hearing) {
        HttpUrl url = HttpUrl.parse(request.url().reveal().toString().replaceFirst("^(?i)ws", "http"));
        if (url == null || deadlines.isShutdown()) {
            return unable(url == null);
        }
        TlsWitness witness = TlsWitness.strict(request.trust());
        WireClock wire = new WireClock(nanos, witness);
        // OkHttp takes every listener from a WebSocket's call: the stretches are told by what it calls on the way.
        GuardedSocketFactory sockets = new GuardedSocketFactory(
                policy, request.maxBodyBytes(), wire::isReceiving, Optional.of(new Connecting(wire, url.isHttps())));
        AskOnce once = new AskOnce();
        OkHttpClient.Builder own = client.newBuilder()
                .socketFactory(sockets)
                .dns(host -> timed(wire, host))
                .cookieJar(once)
                .addInterceptor(OkHttpWebSocket::withoutExtensions);
        if (url.isHttps()) {
            own.sslSocketFactory(witness.sockets(), witness).hostnameVerifier((host, session) -> {
                wire.end(Phase.TLS);
                boolean right = witness.isNamed(host, session, client.hostnameVerifier());
                wire.asked();
                return right;
            });
        }
        OkHttpWebSocket listener = new OkHttpWebSocket(request, say, hearing, wire, once::wasAskedAgain);
        WebSocket socket = own.build().newWebSocket(okHttpRequest(request, url), listener);
        ScheduledFuture<?> deadline = deadlines.schedule(
                () -> listener.expire(socket), request.deadline().toNanos(), TimeUnit.NANOSECONDS);
        return listener.result().whenComplete((result, bug) -> {
            deadline.cancel(false);
            leave(socket);
        });
    }

    /** Cancels what is in flight and ends the threads; further requests fail. */
    @Override
    public void close() {
        client.dispatcher().cancelAll();
        deadlines.shutdownNow();
        readers.shutdown();
    }

    private static CompletableFuture<HttpResult> unable(boolean badUrl) {
        String why = badUrl ? "the URL cannot be dialled" : "the WebSocket client is closed";
        return CompletableFuture.completedFuture(new HttpFailure(Reason.PROBER_ERROR, why, WireTrace.NONE));
    }

    private List<InetAddress> timed(WireClock wire, String host) throws UnknownHostException {
        wire.begin(Phase.RESOLVE);
        List<InetAddress> addresses = resolver.lookup(host);
        wire.end(Phase.RESOLVE);
        return policy.checked(addresses);
    }

    /** Cuts a WebSocket that has been closed, should the other side not do so itself. */
    private void leave(WebSocket socket) {
        try {
            var unused = deadlines.schedule(socket::cancel, FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException closing) {
            socket.cancel();
        }
    }

    private static Request okHttpRequest(HttpRequest request, HttpUrl url) {
        Request.Builder builder = new Request.Builder().url(url).method(request.method(), null);
        RequestHead.headers(request).forEach(builder::header);
        return builder.build();
    }

    /** Tells the stretches of a WebSocket's connection, as far as OkHttp keeps them to itself. */
    private record Connecting(WireClock wire, boolean secure) implements GuardedSocketFactory.Witness {
        @Override
        public void connecting() {
            wire.begin(Phase.CONNECT);
        }

        @Override
        public void connected() {
            wire.end(Phase.CONNECT);
            if (secure) {
                wire.begin(Phase.TLS);
            } else {
                wire.asked();
            }
        }
    }
}
