package network.litewatch.probe.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import javax.net.ssl.HostnameVerifier;
import network.litewatch.probe.Phase;
import network.litewatch.probe.Reason;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One exchange on its way, over one connection: waits its turn, looks the name up, dials, shakes hands, asks, reads. Everything
 * happens on its event loop, the deadline included, hence without a lock; whoever calls {@link #finish} first decides how it ended.
 */
final class NettyExchange {
    private static final Logger LOG = LoggerFactory.getLogger(NettyExchange.class);
    private static final HostnameVerifier NAMES = new OkHttpClient().hostnameVerifier();
    // 100 Continue, 103 Early Hints: a server needs few of them.
    private static final int MAX_INTERIM_ANSWERS = 8;
    // What one connection may hand over before the others have their turn: 3,000 of the smallest chunks.
    private static final RecvByteBufAllocator READS =
            new AdaptiveRecvByteBufAllocator(512, 2 << 10, 16 << 10).maxMessagesPerRead(1);

    private final HttpRequest request;
    private final NettyExchanger.Tools tools;
    private final LongSupplier nanos;
    private final long started;
    private final TlsWitness witness;
    private final WireClock wire;
    private final Answer answer;
    private final CompletableFuture<HttpResult> result = new CompletableFuture<>();

    // All that follows is the event loop's own.
    private Optional<ScheduledFuture<?>> deadline = Optional.empty();
    private Optional<Channel> channel = Optional.empty();
    private boolean admitted;
    private boolean over;
    private long readAt;

    NettyExchange(HttpRequest request, Optional<SseConsumer> consumer, NettyExchanger.Tools tools, LongSupplier nanos) {
        this.request = request;
        this.tools = tools;
        this.nanos = nanos;
        this.started = nanos.getAsLong();
        this.witness = TlsWitness.strict(request.trust());
        this.wire = new WireClock(nanos, witness);
        this.answer = new Answer(request, consumer);
    }

    CompletableFuture<HttpResult> result() {
        return result;
    }

    /** Starts; throws {@link RejectedExecutionException} when the event loop has ended. */
    void start() {
        tools.loop().execute(this::begin);
        // Here, not on the loop: whoever asked first goes first.
        tools.gate().enter(() -> onLoop(this::admit));
    }

    /** Ends the exchange because the client closes; harmless when it has ended already. Any thread may. */
    void abandon() {
        onLoop(() -> finish(new HttpFailure(Reason.PROBER_ERROR, "the HTTP client is closed", wire.trace())));
    }

    private void begin() {
        if (over) {
            return;
        }
        long left = request.deadline().toNanos() - (nanos.getAsLong() - started);
        deadline = Optional.of(tools.loop().schedule(this::expire, Math.max(0, left), TimeUnit.NANOSECONDS));
    }

    private void admit() {
        if (over) {
            tools.gate().leave();
            return;
        }
        admitted = true;
        if (tools.closing().getAsBoolean()) {
            abandon();
            return;
        }
        String host = host();
        if (!Names.isLiteral(host)) {
            wire.begin(Phase.RESOLVE);
        }
        try {
            var unused = tools.names()
                    .lookup(host)
                    .whenComplete((addresses, failure) -> onLoop(() -> resolved(addresses, failure)));
        } catch (RejectedExecutionException closing) {
            abandon();
        }
    }

    private void resolved(@Nullable List<InetAddress> addresses, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        wire.end(Phase.RESOLVE);
        if (tools.closing().getAsBoolean()) {
            abandon();
            return;
        }
        if (addresses == null) {
            fail(failure == null ? new IllegalStateException("no addresses") : failure);
            return;
        }
        try {
            dial(tools.policy().checked(addresses).get(0));
        } catch (IOException denied) {
            fail(denied);
        }
    }

    /** The only place that dials; what it dials has been checked. */
    private void dial(InetAddress checked) {
        wire.begin(Phase.CONNECT);
        ChannelFuture connecting = new Bootstrap()
                .group(tools.loop())
                .channel(NioSocketChannel.class)
                .disableResolver()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .option(ChannelOption.RECVBUF_ALLOCATOR, READS)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        equip(fresh);
                    }
                })
                .connect(new InetSocketAddress(checked, request.url().port()));
        channel = Optional.of(connecting.channel());
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                fail(done.cause());
            }
        });
    }

    private void equip(Channel fresh) {
        fresh.pipeline().addLast(new Meter());
        if (isSecure()) {
            SslHandler handler = tools.tls().handler(fresh.alloc(), host(), request.trust(), witness, tools.workers());
            fresh.closeFuture().addListener(closed -> tools.tls().forget(handler));
            fresh.pipeline().addLast(handler);
        }
        fresh.pipeline()
                .addLast(
                        new HttpRequestEncoder(),
                        new StrictResponseDecoder(request.method().equals("HEAD")),
                        new Reader());
    }

    private void ask(Channel to) {
        wire.sending();
        to.writeAndFlush(nettyRequest()).addListener(sent -> {
            if (sent.isSuccess()) {
                wire.asked();
            } else {
                fail(sent.cause());
            }
        });
    }

    private FullHttpRequest nettyRequest() {
        URI url = request.url().reveal();
        byte[] body = request.json()
                .map(json -> json.getBytes(StandardCharsets.UTF_8))
                .orElseGet(() -> new byte[0]);
        FullHttpRequest asking = new DefaultFullHttpRequest(
                HttpVersion.HTTP_1_1,
                HttpMethod.valueOf(request.method()),
                RequestHead.path(url),
                Unpooled.wrappedBuffer(body));
        asking.headers().set("Host", RequestHead.host(url));
        RequestHead.headers(request).forEach((name, value) -> asking.headers().set(name, value));
        if (request.json().isPresent()) {
            asking.headers().set("Content-Type", "application/json; charset=utf-8");
            asking.headers().set("Content-Length", body.length);
        }
        return asking;
    }

    private void expire() {
        finish(new HttpFailure(
                Reason.TIMEOUT, "not complete after " + request.deadline().toMillis() + " ms", wire.trace()));
    }

    private void fail(Throwable cause) {
        if (over) {
            return;
        }
        IOException failure = WireFailures.unwrap(cause);
        if (failure instanceof WireFailures.Bug bug) {
            LOG.error("an exchange threw: target={}", request.url(), cause);
            finish(new HttpFailure(Reason.PROBER_ERROR, "HTTP client: " + bug.getMessage(), wire.trace()));
        } else {
            finish(WireFailures.classify(failure, wire.trace()));
        }
    }

    private void finish(HttpResult how) {
        if (over) {
            return;
        }
        over = true;
        deadline.ifPresent(timer -> timer.cancel(false));
        channel.ifPresent(open -> {
            var unused = open.close();
        });
        if (admitted) {
            tools.gate().leave();
        }
        try {
            tools.workers().execute(() -> result.complete(how));
        } catch (RejectedExecutionException closing) {
            result.complete(how);
        }
    }

    private void onLoop(Runnable step) {
        if (tools.loop().inEventLoop()) {
            step.run();
            return;
        }
        try {
            tools.loop().execute(step);
        } catch (RejectedExecutionException closed) {
            LOG.debug("too late: the HTTP client has been closed");
        }
    }

    private boolean isSecure() {
        return request.url().scheme().equals("https");
    }

    private String host() {
        String host = request.url().host();
        return host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
    }

    /** Next to the socket: counts what comes off the wire, and notes when. */
    private final class Meter extends ChannelInboundHandlerAdapter {
        private long count;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            wire.end(Phase.CONNECT);
            if (isSecure()) {
                wire.begin(Phase.TLS);
            }
            context.fireChannelActive();
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            readAt = nanos.getAsLong();
            ByteBuf bytes = (ByteBuf) message;
            count += bytes.readableBytes();
            long max = 2L * request.maxBodyBytes() + GuardedSocketFactory.MAX_HEAD_BYTES;
            if (over || count > max) {
                bytes.release();
                fail(new TooManyBytesException("more than " + max + " bytes on the wire"));
            } else {
                context.fireChannelRead(bytes);
            }
        }
    }

    /** At the other end: asks, and reads what the decoder makes of the bytes. */
    private final class Reader extends SimpleChannelInboundHandler<HttpObject> {
        private int interim;
        private boolean inInterim;

        @Override
        public void channelActive(ChannelHandlerContext context) {
            if (!isSecure()) {
                ask(context.channel());
            }
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (over || !(event instanceof SslHandshakeCompletionEvent shaken)) {
                return;
            }
            if (!shaken.isSuccess()) {
                fail(shaken.cause());
                return;
            }
            wire.end(Phase.TLS);
            SslHandler handler = context.pipeline().get(SslHandler.class);
            if (witness.isNamed(host(), handler.engine().getSession(), NAMES)) {
                ask(context.channel());
            } else {
                fail(new javax.net.ssl.SSLPeerUnverifiedException("wrong name"));
            }
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, HttpObject message) throws IOException {
            if (over) {
                return;
            }
            if (message.decoderResult().isFailure()) {
                fail(WireFailures.ofDecoder(message.decoderResult().cause()));
                return;
            }
            if (message instanceof io.netty.handler.codec.http.HttpResponse head) {
                head(head);
            }
            if (message instanceof HttpContent content) {
                content(content);
            }
        }

        private void head(io.netty.handler.codec.http.HttpResponse head) throws IOException {
            inInterim = head.status().code() >= 100 && head.status().code() < 200;
            if (!inInterim) {
                wire.answered();
                answer.head(head);
            } else if (head.status().code() == 101 || ++interim > MAX_INTERIM_ANSWERS) {
                throw new BadAnswerException("answers with a status that nobody asked for");
            }
        }

        private void content(HttpContent content) throws IOException {
            if (inInterim) {
                return;
            }
            boolean more = answer.body(content.content(), readAt);
            if (more && content instanceof LastHttpContent) {
                answer.end(readAt);
                more = false;
            }
            if (!more) {
                wire.end(Phase.TRANSFER);
                finish(answer.whole(wire.trace()));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            fail(new EOFException("closed"));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            fail(cause);
        }
    }
}
