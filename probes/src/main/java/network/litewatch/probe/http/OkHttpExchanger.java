package network.litewatch.probe.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import okhttp3.Call;
import okhttp3.ConnectionPool;
import okhttp3.Dispatcher;
import okhttp3.Dns;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.WebSocket;
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@link HttpExchanger} and {@link WebSocketExchanger} on OkHttp 4.
 *
 * <p>Owns its threads: at most {@code maxInFlight} that read and one that keeps deadlines. A request beyond that waits
 * for a thread, and the wait counts against its deadline.
 */
public final class OkHttpExchanger implements HttpExchanger, WebSocketExchanger, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OkHttpExchanger.class);

    private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

    // How long a server may take to take leave of a WebSocket.
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    private final EgressPolicy policy;
    private final Dns resolver;
    private final LongSupplier nanos;
    private final ThreadPoolExecutor readers;
    private final ScheduledThreadPoolExecutor deadlines;
    private final OkHttpClient client;

    /**
     * An exchanger that resolves names as the JVM does.
     *
     * @param nanos monotonic clock, {@code System::nanoTime} outside tests
     * @param maxInFlight requests at work at once, each with a thread; positive
     */
    public OkHttpExchanger(EgressPolicy policy, LongSupplier nanos, int maxInFlight) {
        this(policy, nanos, maxInFlight, host -> List.of(InetAddress.getAllByName(host)));
    }

    OkHttpExchanger(EgressPolicy policy, LongSupplier nanos, int maxInFlight, Dns resolver) {
        this.policy = policy;
        this.resolver = resolver;
        this.nanos = nanos;
        this.readers = new ThreadPoolExecutor(
                maxInFlight, maxInFlight, 30, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), named("probe-http-"));
        readers.allowCoreThreadTimeOut(true);
        this.deadlines = new ScheduledThreadPoolExecutor(1, named("probe-http-deadline-"));
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
                .dns(host -> policy.checked(resolver.lookup(host)))
                .addNetworkInterceptor(OkHttpExchanger::withoutInvitationToRepeat)
                .build();
    }

    @Override
    public CompletableFuture<HttpResult> exchange(HttpRequest request) {
        return start(request, Optional.empty());
    }

    @Override
    public CompletableFuture<HttpResult> stream(HttpRequest request, SseConsumer consumer) {
        return start(request, Optional.of(consumer));
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
        WireListener wire = new WireListener(nanos, witness);
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

    private CompletableFuture<HttpResult> start(HttpRequest request, Optional<SseConsumer> consumer) {
        HttpUrl url = HttpUrl.get(request.url().reveal());
        if (url == null || deadlines.isShutdown()) {
            return unable(url == null);
        }
        TlsWitness witness = TlsWitness.strict(request.trust());
        WireListener wire = new WireListener(nanos, witness);
        OkHttpExchange exchange = new OkHttpExchange(request, consumer, nanos, wire);
        OkHttpClient.Builder own = client.newBuilder()
                .socketFactory(new GuardedSocketFactory(policy, request.maxBodyBytes(), wire::isReceiving))
                .eventListener(wire);
        if (url.isHttps()) {
            own.sslSocketFactory(witness.sockets(), witness)
                    .hostnameVerifier((host, session) -> witness.isNamed(host, session, client.hostnameVerifier()));
        }
        Call call = own.build().newCall(okHttpRequest(request, url));
        ScheduledFuture<?> deadline = deadlines.schedule(
                () -> exchange.expire(call), request.deadline().toNanos(), TimeUnit.NANOSECONDS);
        call.enqueue(exchange);
        return exchange.result().whenComplete((result, bug) -> deadline.cancel(false));
    }

    private static CompletableFuture<HttpResult> unable(boolean badUrl) {
        String why = badUrl ? "the URL cannot be dialled" : "the HTTP client is closed";
        return CompletableFuture.completedFuture(new HttpFailure(Reason.PROBER_ERROR, why, WireTrace.NONE));
    }

    private List<InetAddress> timed(WireListener wire, String host) throws UnknownHostException {
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
        Request.Builder builder = new Request.Builder()
                .url(url)
                .header("Accept", request.accept())
                .header("Accept-Encoding", "identity")
                .header("User-Agent", "litewatch")
                .header("Connection", "close")
                .method(request.method(), request.json().map(OneShotBody::new).orElse(null));
        request.headers().forEach(builder::header);
        authorization(request).ifPresent(value -> builder.header("Authorization", value));
        return builder.build();
    }

    private static Optional<String> authorization(HttpRequest request) {
        String userInfo = request.url().reveal().getUserInfo();
        Optional<String> basic = Optional.ofNullable(userInfo)
                .map(info -> "Basic " + Base64.getEncoder().encodeToString(info.getBytes(StandardCharsets.UTF_8)));
        return request.bearer().map(token -> "Bearer " + token.reveal()).or(() -> basic);
    }

    /** OkHttp repeats a request by itself on {@code 503} with {@code Retry-After: 0}; a probe asks once. */
    private static Response withoutInvitationToRepeat(okhttp3.Interceptor.Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        return response.code() == 503
                ? response.newBuilder().removeHeader("Retry-After").build()
                : response;
    }

    static ThreadFactory named(String prefix) {
        AtomicInteger next = new AtomicInteger(1);
        return task -> {
            Thread thread = new Thread(task, prefix + next.getAndIncrement());
            thread.setDaemon(true);
            // OkHttp tells the call's callback, then throws the same again: a stranger's answer must not print a stack
            // trace.
            thread.setUncaughtExceptionHandler((t, told) -> LOG.debug("thrown by the HTTP client", told));
            return thread;
        };
    }

    /** Tells the stretches of a WebSocket's connection, as far as OkHttp keeps them to itself. */
    private record Connecting(WireListener wire, boolean secure) implements GuardedSocketFactory.Witness {
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

    private static final class OneShotBody extends RequestBody {
        private final byte[] bytes;

        OneShotBody(String json) {
            this.bytes = json.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public @Nullable MediaType contentType() {
            return JSON;
        }

        @Override
        public long contentLength() {
            return bytes.length;
        }

        @Override
        public boolean isOneShot() {
            return true;
        }

        @Override
        public void writeTo(BufferedSink sink) throws IOException {
            sink.write(bytes);
        }
    }
}
