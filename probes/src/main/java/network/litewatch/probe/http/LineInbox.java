package network.litewatch.probe.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufHolder;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What one connection has brought and nobody has taken yet; reads when somebody waits, counts all of it. On its event loop only. */
final class LineInbox extends ChannelInboundHandlerAdapter {
    /** Name of the handler next to the socket. */
    static final String METER = "meter";

    private final long maxBytes;
    private final Queue<byte[]> waiting = new ArrayDeque<>();
    private long count;
    private boolean ended;
    private Optional<Throwable> failure = Optional.empty();
    private @Nullable CompletableFuture<Optional<byte[]>> taker;

    /** Takes {@code maxBytes} off the wire at most. */
    LineInbox(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    void equip(Channel fresh) {
        // What nobody waits for stays with the kernel.
        fresh.config().setAutoRead(false);
        fresh.pipeline().addLast(METER, new Meter());
        fresh.pipeline().addLast(this);
    }

    /** Why the connection failed; empty as long as it has not. */
    Optional<Throwable> failure() {
        return failure;
    }

    /** Whether nothing more will come; what has come may still be taken. */
    boolean hasEnded() {
        return ended;
    }

    /** The next bytes, or nothing at the end; fails as the connection does. One taker at a time. */
    CompletableFuture<Optional<byte[]>> take(Channel from) {
        CompletableFuture<Optional<byte[]>> mine = new CompletableFuture<>();
        byte[] first = waiting.poll();
        if (first != null) {
            mine.complete(Optional.of(first));
        } else if (failure.isPresent()) {
            mine.completeExceptionally(failure.get());
        } else if (ended) {
            mine.complete(Optional.empty());
        } else {
            taker = mine;
            var unused = from.read();
        }
        return mine;
    }

    private void fail(Throwable cause) {
        if (failure.isEmpty()) {
            failure = Optional.of(cause);
        }
        CompletableFuture<Optional<byte[]>> waits = taker;
        taker = null;
        if (waits != null) {
            waits.completeExceptionally(failure.get());
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        byte[] bytes;
        try {
            ByteBuf buffer = message instanceof ByteBufHolder datagram ? datagram.content() : (ByteBuf) message;
            bytes = ByteBufUtil.getBytes(buffer);
        } finally {
            ReferenceCountUtil.release(message);
        }
        CompletableFuture<Optional<byte[]>> waits = taker;
        taker = null;
        if (waits == null) {
            waiting.add(bytes);
        } else {
            waits.complete(Optional.of(bytes));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        // A read that brought nothing for us is not the one that was asked for.
        if (taker != null) {
            context.read();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended = true;
        CompletableFuture<Optional<byte[]>> waits = taker;
        taker = null;
        if (waits != null) {
            waits.complete(Optional.empty());
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        IOException plain = WireFailures.unwrap(cause);
        fail(plain);
        var unused = context.close();
    }

    /** Next to the socket: counts what comes off the wire. */
    private final class Meter extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf bytes) {
                count += bytes.readableBytes();
            }
            if (count > maxBytes) {
                ReferenceCountUtil.release(message);
                fail(new TooManyBytesException("more than " + maxBytes + " bytes on the wire"));
                var unused = context.close();
            } else {
                context.fireChannelRead(message);
            }
        }
    }
}
