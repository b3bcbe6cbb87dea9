package network.litewatch.probe.http;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollDatagramChannel;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/**
 * How event loops wait and what they dial with.
 *
 * @param waiting makes what a loop waits with
 * @param socket of the same make, for TCP
 * @param datagrams of the same make, for UDP
 */
record Transport(IoHandlerFactory waiting, Class<? extends Channel> socket, Class<? extends Channel> datagrams) {
    // What one connection may hand over before the others have their turn: 3,000 of the smallest chunks.
    private static final RecvByteBufAllocator READS =
            new AdaptiveRecvByteBufAllocator(512, 2 << 10, 16 << 10).maxMessagesPerRead(1);
    // As large as a datagram may be: what does not fit is lost.
    private static final RecvByteBufAllocator DATAGRAMS = new FixedRecvByteBufAllocator(65_535).maxMessagesPerRead(1);

    /** epoll where Netty brings it, because the JVM's selector takes its own share of every connection; else NIO. */
    static Transport best() {
        return Epoll.isAvailable()
                ? new Transport(EpollIoHandler.newFactory(), EpollSocketChannel.class, EpollDatagramChannel.class)
                : new Transport(NioIoHandler.newFactory(), NioSocketChannel.class, NioDatagramChannel.class);
    }

    /** Dials {@code checked}, without a time limit of its own; {@code equip} sees the connection before anything happens on it. */
    ChannelFuture dial(EventLoop loop, InetSocketAddress checked, Consumer<Channel> equip) {
        return open(socket, READS, loop, checked, equip);
    }

    /** As {@link #dial}, by UDP: connected, so that the kernel takes datagrams from nobody else. */
    ChannelFuture dialDatagrams(EventLoop loop, InetSocketAddress checked, Consumer<Channel> equip) {
        return open(datagrams, DATAGRAMS, loop, checked, equip);
    }

    private static ChannelFuture open(
            Class<? extends Channel> kind,
            RecvByteBufAllocator reads,
            EventLoop loop,
            InetSocketAddress checked,
            Consumer<Channel> equip) {
        return new Bootstrap()
                .group(loop)
                .channel(kind)
                .disableResolver()
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, 0)
                .option(ChannelOption.RECVBUF_ALLOCATOR, reads)
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        equip.accept(fresh);
                    }
                })
                .connect(checked);
    }
}
