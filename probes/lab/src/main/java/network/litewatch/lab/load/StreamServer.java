package network.litewatch.lab.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * What a benchmark of canaries asks: a server on loopback that answers every request with a stream of completion frames. The first
 * token comes 1.2 to 2.2 s after the request and says in nanoseconds of this process's clock when the request was here and when the
 * token left ({@code received:sent}); 40 tokens follow at 25 ms each. A process of its own.
 */
public final class StreamServer implements AutoCloseable {
    private static final int BACKLOG = 4096;
    private static final int MAX_REQUEST_BYTES = 64 << 10;
    private static final int FIRST_MILLIS = 1_200;
    private static final int SPREAD_MILLIS = 1_000;
    private static final int TOKENS = 40;
    private static final int GAP_MILLIS = 25;

    private final EventLoopGroup loops;
    private final Channel listening;

    /** Listens on a free port. */
    public StreamServer() {
        boolean epoll = Epoll.isAvailable();
        Class<? extends ServerChannel> type = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        loops = new MultiThreadIoEventLoopGroup(2, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        listening = new ServerBootstrap()
                .group(loops)
                .channel(type)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        fresh.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(MAX_REQUEST_BYTES),
                                        new Stream());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
    }

    /** The port that it listens on. */
    public int port() {
        return ((InetSocketAddress) listening.localAddress()).getPort();
    }

    @Override
    public void close() {
        var unused = loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    /** Listens on a free port, prints it, and ends with its standard input. */
    @SuppressWarnings("resource") // it ends with the process
    public static void main(String[] args) throws IOException {
        // Its standard output is for the port.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        System.out.println(new StreamServer().port());
        var unused = System.in.readAllBytes();
        System.exit(0);
    }

    /** One connection, one answer; on its loop's thread alone. */
    private static final class Stream extends SimpleChannelInboundHandler<FullHttpRequest> {

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            long received = System.nanoTime();
            int wait = FIRST_MILLIS + ThreadLocalRandom.current().nextInt(SPREAD_MILLIS);
            var unused = context.executor().schedule(() -> first(context, received), wait, TimeUnit.MILLISECONDS);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A client that went away, or one that talks nonsense: either way there is nobody to answer.
            var unused = context.close();
        }

        /** The status line goes with the first token, as a router sends it. */
        private static void first(ChannelHandlerContext context, long received) {
            HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
            head.headers()
                    .set("Content-Type", "text/event-stream; charset=utf-8")
                    .set("Transfer-Encoding", "chunked")
                    .set("Connection", "close");
            var unusedHead = context.write(head);
            long sent = System.nanoTime();
            var unused = context.writeAndFlush(frame(received + ":" + sent + " ", "null"));
            next(context, 1);
        }

        private static void next(ChannelHandlerContext context, int token) {
            if (!context.channel().isActive()) {
                return;
            }
            var unused = context.executor()
                    .schedule(
                            () -> {
                                if (token < TOKENS) {
                                    var unusedToken = context.writeAndFlush(frame(" token", "null"));
                                    next(context, token + 1);
                                } else {
                                    end(context);
                                }
                            },
                            GAP_MILLIS,
                            TimeUnit.MILLISECONDS);
        }

        private static void end(ChannelHandlerContext context) {
            var unusedLast = context.write(frame("", "\"length\""));
            var unusedDone = context.write(content("data: [DONE]\n\n"));
            context.writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT).addListener(ChannelFutureListener.CLOSE);
        }

        private static HttpContent frame(String text, String finishReason) {
            return content(
                    "data: {\"id\":\"cmpl-1\",\"object\":\"text_completion\",\"choices\":[{\"index\":0,\"text\":\""
                            + text + "\",\"finish_reason\":" + finishReason + "}]}\n\n");
        }

        private static HttpContent content(String text) {
            return new DefaultHttpContent(Unpooled.copiedBuffer(text, UTF_8));
        }
    }
}
