package network.litewatch.probe.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslHandler;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;
import network.litewatch.probe.Phase;
import okhttp3.OkHttpClient;
import org.jspecify.annotations.Nullable;

/**
 * The way to one server for one {@link Conversation}: its name is resolved once, every address is held against the egress
 * policy, and the first is the one that is dialled, by TCP or UDP.
 *
 * <p>Takes no thread: what is on its way is on an event loop. One step at a time; a step's future completes on a thread where
 * what follows may compute. A step that fails fails with an {@link IOException}.
 */
public final class Line {
    private static final HostnameVerifier NAMES = new OkHttpClient().hostnameVerifier();
    // A server that answers something else again and again is not going to answer.
    private static final int MAX_STRAY_DATAGRAMS = 16;

    private final Dial dial;
    private final Tools tools;
    private final TlsWitness witness;
    private final WireClock wire;
    private volatile Optional<InetAddress> address = Optional.empty();
    // Bytes that came with others that were asked for. The conversation's own.
    private byte[] left = new byte[0];

    // The event loop's own.
    private Optional<Channel> channel = Optional.empty();
    private LineInbox inbox = new LineInbox(Long.MAX_VALUE);
    private boolean cut;

    /**
     * What every line needs.
     *
     * @param transport what it dials with
     * @param loop the thread that it is on
     * @param workers run what takes long, and what the conversation computes
     */
    record Tools(EgressPolicy policy, Names names, Transport transport, EventLoop loop, Executor workers) {}

    Line(Dial dial, Tools tools, LongSupplier nanos) {
        this.dial = dial;
        this.tools = tools;
        this.witness = TlsWitness.lenient(dial.trust());
        this.wire = new WireClock(nanos, witness);
    }

    /** Dials by TCP. */
    public CompletableFuture<Line> connect() {
        CompletableFuture<Line> step = new CompletableFuture<>();
        LineInbox fresh = new LineInbox(2L * dial.maxBytes() + GuardedSocketFactory.MAX_HEAD_BYTES);
        onLoop(step, () -> {
            wire.begin(Phase.CONNECT);
            open(fresh, checked -> tools.transport().dial(tools.loop(), checked, fresh::equip))
                    .addListener(done -> {
                        wire.end(Phase.CONNECT);
                        end(step, this, done.cause());
                    });
        });
        return step;
    }

    /**
     * Shakes hands over the connection and says what the server showed, whether that is to be trusted or not: what is said
     * afterwards is said to anybody.
     *
     * @param name the server's name as it is asked for and must stand in its certificate
     */
    public CompletableFuture<TlsPeer> handshake(String name) {
        CompletableFuture<SSLSession> step = new CompletableFuture<>();
        onLoop(step, () -> {
            // JSSE, which knows more old key exchanges than BoringSSL: here the certificate is what is wanted.
            SslHandler handler = new SslHandler(witness.engine(name, dial.url().port()), tools.workers());
            wire.begin(Phase.TLS);
            if (inbox.hasEnded()) {
                end(step, handler.engine().getSession(), new SSLException("the connection ended before the handshake"));
                return;
            }
            // The one deadline is the conversation's.
            handler.setHandshakeTimeoutMillis(0);
            handler.setCloseNotifyFlushTimeoutMillis(200);
            handler.handshakeFuture().addListener(done -> {
                wire.end(Phase.TLS);
                end(step, handler.engine().getSession(), done.cause());
            });
            connected().pipeline().addAfter(LineInbox.METER, null, handler);
            // Nothing is read by itself; from here on the handler asks for what it needs.
            var unused = connected().read();
        });
        return step.thenApply(session -> {
            var unused = witness.isNamed(name, session, NAMES);
            return witness.seen()
                    .orElseThrow(() -> new CompletionException(new IOException("a handshake without a trace")));
        });
    }

    /**
     * Sends {@code bytes} over the connection; the wait for the answer starts here. Who has said what there was to say and closed is
     * not at fault: it is the next read that tells.
     */
    public CompletableFuture<Line> send(byte[] bytes) {
        CompletableFuture<Line> step = new CompletableFuture<>();
        onLoop(
                step,
                () -> connected().writeAndFlush(Unpooled.wrappedBuffer(bytes)).addListener(done -> {
                    boolean sent = done.isSuccess() || inbox.hasEnded();
                    if (sent) {
                        wire.begin(Phase.PROCESSING);
                    }
                    end(step, this, sent ? null : done.cause());
                }));
        return step;
    }

    /** The next bytes from the connection, some of them at least; empty at the end. */
    public CompletableFuture<Optional<byte[]>> read() {
        if (left.length > 0) {
            Optional<byte[]> rest = Optional.of(left);
            left = new byte[0];
            return CompletableFuture.completedFuture(rest);
        }
        return receive(true);
    }

    /** The next {@code length} bytes from the connection; fails with an {@link EOFException} when it ends earlier. */
    public CompletableFuture<byte[]> readFully(int length) {
        ByteArrayOutputStream have = new ByteArrayOutputStream();
        have.writeBytes(left);
        left = new byte[0];
        return fill(have, length);
    }

    private CompletableFuture<byte[]> fill(ByteArrayOutputStream have, int length) {
        if (have.size() >= length) {
            byte[] all = have.toByteArray();
            left = Arrays.copyOfRange(all, length, all.length);
            return CompletableFuture.completedFuture(Arrays.copyOf(all, length));
        }
        return receive(true).thenCompose(more -> {
            if (more.isEmpty()) {
                return CompletableFuture.failedFuture(new EOFException("the connection ended early"));
            }
            have.writeBytes(more.get());
            return fill(have, length);
        });
    }

    /**
     * Sends one datagram and returns the first that comes back and that {@code isAnswer} takes for the answer; empty when
     * none of many is.
     */
    public CompletableFuture<Optional<byte[]>> ask(byte[] datagram, Predicate<byte[]> isAnswer) {
        CompletableFuture<Line> step = new CompletableFuture<>();
        LineInbox fresh = new LineInbox(Long.MAX_VALUE);
        onLoop(
                step,
                () -> open(fresh, checked -> tools.transport().dialDatagrams(tools.loop(), checked, fresh::equip))
                        .addListener(done -> {
                            if (done.isSuccess()) {
                                wire.begin(Phase.PROCESSING);
                                connected()
                                        .writeAndFlush(Unpooled.wrappedBuffer(datagram))
                                        .addListener(sent -> end(step, this, sent.cause()));
                            } else {
                                end(step, this, done.cause());
                            }
                        }));
        return step.thenCompose(sent -> listen(isAnswer, MAX_STRAY_DATAGRAMS));
    }

    private CompletableFuture<Optional<byte[]>> listen(Predicate<byte[]> isAnswer, int more) {
        if (more == 0) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return receive(false).thenCompose(datagram -> {
            if (datagram.isEmpty()) {
                return CompletableFuture.failedFuture(new SocketException("the socket was closed"));
            }
            if (isAnswer.test(datagram.get())) {
                wire.end(Phase.PROCESSING);
                return CompletableFuture.completedFuture(datagram);
            }
            return listen(isAnswer, more - 1);
        });
    }

    /** The stretches so far; one that is still going on ends now. */
    public WireTrace trace() {
        return wire.trace();
    }

    /** Looks the name up and checks what it means; to be called before anything else. */
    CompletableFuture<Line> resolve() {
        wire.begin(Phase.RESOLVE);
        return tools.names().lookup(dial.host()).thenApply(addresses -> {
            wire.end(Phase.RESOLVE);
            try {
                address = Optional.of(tools.policy().checked(addresses).get(0));
                return this;
            } catch (IOException denied) {
                throw new CompletionException(denied);
            }
        });
    }

    /** Closes whatever is open, now and from now on; on the event loop. */
    void cut() {
        cut = true;
        channel.ifPresent(open -> {
            var unused = open.close();
        });
    }

    /** The only place that dials; what it dials has been checked. */
    private ChannelFuture open(LineInbox fresh, Function<InetSocketAddress, ChannelFuture> dialler) {
        InetAddress checked = address.orElseThrow(() -> new IllegalStateException("not resolved"));
        channel.ifPresent(before -> {
            var unused = before.close();
        });
        inbox = fresh;
        ChannelFuture opening =
                dialler.apply(new InetSocketAddress(checked, dial.url().port()));
        channel = Optional.of(opening.channel());
        return opening;
    }

    private CompletableFuture<Optional<byte[]>> receive(boolean stream) {
        CompletableFuture<Optional<byte[]>> step = new CompletableFuture<>();
        onLoop(step, () -> {
            var unused = inbox.take(connected()).whenComplete((bytes, failure) -> {
                if (stream && failure == null) {
                    wire.end(Phase.PROCESSING);
                    wire.beginOnce(Phase.TRANSFER);
                }
                if (failure == null) {
                    onWorker(() -> step.complete(bytes));
                } else {
                    onWorker(() -> step.completeExceptionally(failure));
                }
            });
        });
        return step;
    }

    private Channel connected() {
        return channel.orElseThrow(() -> new IllegalStateException("not connected"));
    }

    private <T> void end(CompletableFuture<T> step, T value, @Nullable Throwable failure) {
        if (failure == null) {
            onWorker(() -> step.complete(value));
        } else {
            Throwable first = inbox.failure().orElse(failure);
            onWorker(() -> step.completeExceptionally(first));
        }
    }

    private void onLoop(CompletableFuture<?> step, Runnable task) {
        try {
            tools.loop().execute(() -> {
                if (cut) {
                    step.completeExceptionally(new SocketException("the deadline has passed"));
                    return;
                }
                try {
                    task.run();
                } catch (RuntimeException bug) {
                    step.completeExceptionally(bug);
                }
            });
        } catch (RejectedExecutionException closed) {
            step.completeExceptionally(new SocketException("the sockets are closed"));
        }
    }

    private void onWorker(Runnable rest) {
        try {
            tools.workers().execute(rest);
        } catch (RejectedExecutionException closing) {
            rest.run();
        }
    }
}
