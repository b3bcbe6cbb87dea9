package network.litewatch.lab.slack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import network.litewatch.lab.http.Json;
import org.jspecify.annotations.Nullable;

/** One app's connection: what it says is handed on, and it is pinged as Slack does. Thread-safe. */
final class SlackSocketConnection extends SimpleChannelInboundHandler<TextWebSocketFrame> {
    private static final Duration PING = Duration.ofSeconds(5);

    private final Consumer<SlackSocketConnection> opened;
    private final Consumer<JsonNode> said;
    private final Consumer<SlackSocketConnection> closed;
    private volatile @Nullable ChannelHandlerContext context;
    private volatile boolean leaving;

    SlackSocketConnection(
            Consumer<SlackSocketConnection> opened, Consumer<JsonNode> said, Consumer<SlackSocketConnection> closed) {
        this.opened = opened;
        this.said = said;
        this.closed = closed;
    }

    /** Whether the app was told that this connection is about to end. */
    boolean isLeaving() {
        return leaving;
    }

    void say(JsonNode message) {
        ChannelHandlerContext open = context;
        if (open != null) {
            var unused = open.writeAndFlush(new TextWebSocketFrame(message.toString()));
        }
    }

    /** Says {@code last}, and ends the connection after {@code grace}. */
    void leave(JsonNode last, Duration grace) {
        leaving = true;
        say(last);
        ChannelHandlerContext open = context;
        if (open != null) {
            var unused = open.executor().schedule(this::cut, grace.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    /** Ends the connection without a word. */
    void cut() {
        ChannelHandlerContext open = context;
        if (open != null) {
            var unused = open.close();
        }
    }

    private void ping() {
        ChannelHandlerContext open = context;
        if (open != null) {
            var unused = open.writeAndFlush(new PingWebSocketFrame());
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext fresh, Object event) throws Exception {
        if (event instanceof HandshakeComplete) {
            context = fresh;
            var pings = fresh.executor()
                    .scheduleAtFixedRate(this::ping, PING.toMillis(), PING.toMillis(), TimeUnit.MILLISECONDS);
            fresh.channel().closeFuture().addListener(over -> pings.cancel(false));
            opened.accept(this);
        }
        super.userEventTriggered(fresh, event);
    }

    @Override
    protected void channelRead0(ChannelHandlerContext from, TextWebSocketFrame frame) throws JsonProcessingException {
        said.accept(Json.MAPPER.readTree(frame.text()));
    }

    @Override
    public void channelInactive(ChannelHandlerContext gone) throws Exception {
        closed.accept(this);
        super.channelInactive(gone);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        // An app that went away, or one that talks nonsense: either way there is nobody to answer.
        var unused = from.close();
    }
}
