package network.litewatch.probe.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.util.AsciiString;
import java.net.ProtocolException;
import java.util.List;

/**
 * Netty's decoder of answers, less forgiving where RFC 9112 is: an answer begins with its status line, a header line has a name
 * and a colon right after it, values hold no NUL, a body has one length (however often that is said).
 */
final class StrictResponseDecoder extends HttpResponseDecoder {
    private static final int MAX_STATUS_LINE_BYTES = 8 << 10;

    private final boolean bodiless;
    private boolean begun;

    /**
     * A decoder of one answer.
     *
     * @param bodiless whether a body is never sent, whatever the head says, as after HEAD
     */
    StrictResponseDecoder(boolean bodiless) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(MAX_STATUS_LINE_BYTES)
                .setMaxHeaderSize(GuardedSocketFactory.MAX_HEAD_BYTES)
                .setValidateHeaders(true)
                .setAllowDuplicateContentLengths(true)
                .setUseRfc9112TransferEncoding(true)
                .setStrictLineParsing(false));
        this.bodiless = bodiless;
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        // Netty skips control characters in front of a status line.
        if (!begun && in.isReadable()) {
            begun = true;
            if (in.getByte(in.readerIndex()) != 'H') {
                throw new ProtocolException("not HTTP");
            }
        }
        super.decode(context, in, out);
    }

    @Override
    protected AsciiString splitHeaderName(byte[] line, int start, int length) {
        // Netty lets an answer have white space before the colon, or white space and no colon.
        if (length == 0 || line[start + length] != ':') {
            throw new IllegalArgumentException("a header line without a name and a colon");
        }
        return super.splitHeaderName(line, start, length);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage message) {
        return super.isContentAlwaysEmpty(message) || bodiless;
    }
}
