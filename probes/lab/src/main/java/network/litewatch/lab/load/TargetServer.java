package network.litewatch.lab.load;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufInputStream;
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
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.internal.logging.InternalLoggerFactory;
import io.netty.util.internal.logging.JdkLoggerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;

/**
 * What a benchmark probes: a server on loopback that answers every GET with a few bytes, and every POST as an RPC of a quiet chain
 * would. It keeps connections open for those who ask for it. A process of its own, and as light as it can be: it runs on the cores
 * that are measured.
 */
public final class TargetServer {
    private static final int BACKLOG = 4096;
    private static final int MAX_REQUEST_BYTES = 64 << 10;

    private TargetServer() {}

    /** Listens on a free port, prints it, and ends with its standard input; with TLS, if given a PKCS #12 file and its password. */
    public static void main(String[] args) throws IOException, GeneralSecurityException {
        // Its standard output is for the port.
        InternalLoggerFactory.setDefaultFactory(JdkLoggerFactory.INSTANCE);
        Optional<SslContext> tls = args.length == 2 ? Optional.of(tls(Path.of(args[0]), args[1])) : Optional.empty();
        boolean epoll = Epoll.isAvailable();
        EventLoopGroup loops =
                new MultiThreadIoEventLoopGroup(2, epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        Class<? extends ServerChannel> type = epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        Channel listening = new ServerBootstrap()
                .group(loops)
                .channel(type)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel fresh) {
                        tls.ifPresent(context -> fresh.pipeline().addLast(context.newHandler(fresh.alloc())));
                        fresh.pipeline()
                                .addLast(
                                        new HttpServerCodec(),
                                        new HttpObjectAggregator(MAX_REQUEST_BYTES),
                                        new Answers());
                    }
                })
                .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .syncUninterruptibly()
                .channel();
        System.out.println(((InetSocketAddress) listening.localAddress()).getPort());
        var unused = System.in.readAllBytes();
        System.exit(0);
    }

    private static SslContext tls(Path keys, String password) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(keys)) {
            store.load(in, password.toCharArray());
        }
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password.toCharArray());
        return SslContextBuilder.forServer(factory).build();
    }

    private static final class Answers extends SimpleChannelInboundHandler<FullHttpRequest> {
        private static final byte[] OK = "{\"status\":\"ok\"}".getBytes(UTF_8);
        private static final ObjectMapper JSON = new ObjectMapper();

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) throws IOException {
            byte[] body = request.content().isReadable() ? rpc(request.content()) : OK;
            FullHttpResponse answer = new DefaultFullHttpResponse(
                    HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(body));
            answer.headers().set("Content-Type", "application/json");
            HttpUtil.setContentLength(answer, body.length);
            boolean kept = HttpUtil.isKeepAlive(request);
            HttpUtil.setKeepAlive(answer, kept);
            var sent = context.writeAndFlush(answer);
            if (!kept) {
                sent.addListener(ChannelFutureListener.CLOSE);
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            // A client that went away, or one that talks nonsense: either way there is nobody to answer.
            var unused = context.close();
        }

        private static byte[] rpc(ByteBuf asked) throws IOException {
            try (InputStream in = new ByteBufInputStream(asked)) {
                JsonNode calls = JSON.readTree(in);
                return JSON.writeValueAsBytes(QuietChain.answer(calls, System.currentTimeMillis()));
            }
        }
    }
}
