package network.litewatch.lab.slack;

import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import java.util.Arrays;
import java.util.function.Predicate;

/** Lets in who has a ticket. */
final class SlackSocketTicketCheck extends SimpleChannelInboundHandler<FullHttpRequest> {
    /** What a ticket follows in the query of a URL. */
    static final String TICKET = "ticket=";

    private final Predicate<String> tears;

    /** {@code tears} tears a ticket, and says whether it was one. */
    SlackSocketTicketCheck(Predicate<String> tears) {
        this.tears = tears;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
        String query = request.uri().replaceFirst("^[^?]*\\?", "");
        boolean welcome = Arrays.stream(query.split("&"))
                .filter(part -> part.startsWith(TICKET))
                .anyMatch(part -> tears.test(part.substring(TICKET.length())));
        if (welcome) {
            context.fireChannelRead(request.retain());
            return;
        }
        var refusal = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.UNAUTHORIZED);
        HttpUtil.setContentLength(refusal, 0);
        var unused = context.writeAndFlush(refusal).addListener(ChannelFutureListener.CLOSE);
    }
}
