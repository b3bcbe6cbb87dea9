package network.litewatch.probe.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
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
import okio.BufferedSink;
import org.jspecify.annotations.Nullable;

/**
 * {@link HttpExchanger} on OkHttp 4.
 *
 * <p>Owns its threads: at most {@code maxInFlight} that read and one that keeps deadlines. A request beyond that waits
 * for a thread, and the wait counts against its deadline.
 */
public final class OkHttpExchanger implements HttpExchanger, AutoCloseable {
    private static final MediaType JSON = MediaType.get("application/json; charset=utf-8");

    private final EgressPolicy policy;
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
            String why = url == null ? "the URL cannot be dialled" : "the HTTP client is closed";
            return CompletableFuture.completedFuture(new HttpFailure(Reason.PROBER_ERROR, why, WireTrace.NONE));
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
            return thread;
        };
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
