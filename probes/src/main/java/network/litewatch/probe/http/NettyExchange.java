package network.litewatch.probe.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
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

/**
 * One exchange on its way, over one connection: waits its turn, looks the name up, dials, shakes hands, asks, reads. Where the
 * request may reuse a connection, it asks over one that was left open, and begins anew if that turns out to be dead. Everything
 * happens on its event loop, the deadline included, hence without a lock; whoever calls {@link #finish} first decides how it ended.
 */
final class NettyExchange {
    private static final HostnameVerifier NAMES = new OkHttpClient().hostnameVerifier();

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
    private boolean keepable;
    private boolean reused;
    private boolean spoiled;
    private long bornAt;
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
        // Who asks first goes first; never at once, for a crowd that gave up would recurse.
        tools.gate().enter(() -> soon(this::admit));
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
        tools.kept().take(request, nanos.getAsLong()).ifPresentOrElse(this::reuse, this::lookUp);
    }

    private void reuse(KeptConnections.Kept kept) {
        reused = true;
        bornAt = kept.bornAt();
        channel = Optional.of(kept.channel());
        equip(kept.channel());
        ask(kept.channel());
    }

    private void lookUp() {
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
        bornAt = nanos.getAsLong();
        ChannelFuture connecting = tools.transport()
                .dial(tools.loop(), new InetSocketAddress(checked, request.url().port()), this::equip);
        channel = Optional.of(connecting.channel());
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                fail(done.cause());
            }
        });
    }

    private void equip(Channel connection) {
        connection.pipeline().addLast(new Meter());
        if (isSecure() && !reused) {
            SslHandler handler =
                    tools.tls().handler(connection.alloc(), host(), request.trust(), witness, tools.workers());
            connection.closeFuture().addListener(closed -> tools.tls().forget(handler));
            connection.pipeline().addLast(handler);
        }
        connection
                .pipeline()
                .addLast(
                        new HttpRequestEncoder(),
                        new StrictResponseDecoder(request.method().equals("HEAD")),
                        new Reader());
    }

    private void leaveOpen(Channel connection) {
        // The handlers that go are still at work.
        soon(() -> {
            if (spoiled) {
                KeptConnections.hangUp(connection);
                return;
            }
            connection.pipeline().remove(Meter.class);
            connection.pipeline().remove(HttpRequestEncoder.class);
            connection.pipeline().remove(Reader.class);
            tools.kept().keep(request, new KeptConnections.Kept(connection, bornAt, readAt));
            // Last: what it has not made sense of goes to whoever waits on the connection now.
            connection.pipeline().remove(StrictResponseDecoder.class);
        });
    }

    private void ask(Channel to) {
        wire.sending();
        to.writeAndFlush(RequestHead.message(request)).addListener(sent -> {
            if (sent.isSuccess()) {
                wire.asked();
            } else {
                failOn(to, sent.cause());
            }
        });
    }

    private void expire() {
        finish(new HttpFailure(
                Reason.TIMEOUT, "not complete after " + request.deadline().toMillis() + " ms", wire.trace()));
    }

    /** As {@link #fail}, if {@code connection} is the one that counts: what becomes of one that was given up does not. */
    private void failOn(Channel connection, Throwable cause) {
        if (channel.filter(connection::equals).isPresent()) {
            fail(cause);
        }
    }

    private void fail(Throwable cause) {
        if (over) {
            return;
        }
        IOException failure = WireFailures.unwrap(cause);
        if (reused && readAt == 0 && !(failure instanceof WireFailures.Bug)) {
            // The server has closed it since: that is its right, and says nothing of it.
            reused = false;
            channel.ifPresent(KeptConnections::hangUp);
            channel = Optional.empty();
            lookUp();
            return;
        }
        finish(WireFailures.classify(failure, wire.trace()));
    }

    private void finish(HttpResult how) {
        if (over) {
            return;
        }
        over = true;
        deadline.ifPresent(timer -> timer.cancel(false));
        channel.ifPresent(open -> {
            if (keepable) {
                leaveOpen(open);
            } else {
                KeptConnections.hangUp(open);
            }
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
        } else {
            soon(step);
        }
    }

    private void soon(Runnable step) {
        try {
            tools.loop().execute(step);
        } catch (RejectedExecutionException closed) {
            // Too late: the HTTP client has been closed.
        }
    }

    private boolean isSecure() {
        return request.url().scheme().equals("https");
    }

    private String host() {
        return Names.bare(request.url().host());
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
            spoiled |= over;
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
        private boolean inInterim;
        private boolean keptAlive;

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
                spoiled = true;
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
            inInterim = answer.isInterim(head);
            if (!inInterim) {
                wire.answered();
                keptAlive = HttpUtil.isKeepAlive(head);
                answer.head(head);
            }
        }

        private void content(HttpContent content) throws IOException {
            if (inInterim) {
                return;
            }
            boolean more = answer.body(content.content(), readAt);
            if (more && content instanceof LastHttpContent) {
                answer.end(readAt);
                keepable = request.reuse() && keptAlive;
                more = false;
            }
            if (!more) {
                wire.end(Phase.TRANSFER);
                finish(answer.whole(wire.trace()));
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (!over) { // Most connections end after their answer, and an exception is dear.
                failOn(context.channel(), new EOFException("closed"));
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            failOn(context.channel(), cause);
        }
    }
}
