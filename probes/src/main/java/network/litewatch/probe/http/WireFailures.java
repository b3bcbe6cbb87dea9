package network.litewatch.probe.http;

import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.PrematureChannelClosureException;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.ssl.NotSslRecordException;
import java.io.EOFException;
import java.io.IOException;
import java.io.Serial;
import java.net.ConnectException;
import java.net.PortUnreachableException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLException;
import network.litewatch.probe.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says why an exchange failed. Never repeats what the server sent, nor a URL. */
final class WireFailures {
    private static final Logger LOG = LoggerFactory.getLogger(WireFailures.class);

    private WireFailures() {}

    /** Something of ours threw; the message is its class. */
    static final class Bug extends IOException {
        @Serial
        private static final long serialVersionUID = 1L;

        Bug(Throwable thrown) {
            super(thrown.getClass().getName(), thrown);
        }
    }

    /** What Netty wraps; a {@link Bug} when it is no failure of the wire. */
    static IOException unwrap(Throwable thrown) {
        Throwable cause = thrown;
        while (cause.getCause() != null && (cause instanceof CodecException || cause instanceof CompletionException)) {
            if (cause instanceof CodecException && !(cause.getCause() instanceof IOException)) {
                return ofDecoder(cause.getCause());
            }
            cause = cause.getCause();
        }
        if (cause instanceof NotSslRecordException) {
            // Netty quotes what came instead.
            return new SSLException("what came is no TLS record");
        }
        if (cause instanceof IOException io) {
            return io;
        }
        return cause instanceof CodecException ? ofDecoder(cause) : new Bug(cause);
    }

    /** Why Netty's decoder refuses an answer. */
    static IOException ofDecoder(Throwable refusal) {
        if (refusal instanceof TooLongFrameException) {
            return new TooManyBytesException("the answer's head, or a line in it, is too long");
        }
        if (refusal instanceof PrematureChannelClosureException) {
            return new EOFException("closed");
        }
        // Netty counts chunks in 31 bits; whatever is larger is larger than any cap of ours.
        if (refusal instanceof NumberFormatException
                && String.valueOf(refusal.getMessage()).startsWith("Chunk size overflow")) {
            return new TooManyBytesException("a chunk is larger than any body may be");
        }
        return new BadAnswerException("not HTTP/1.1");
    }

    static HttpFailure classify(IOException e, WireTrace trace) {
        if (e instanceof Bug bug) {
            LOG.error("the HTTP client threw", bug.getCause());
            return new HttpFailure(Reason.PROBER_ERROR, "HTTP client: " + bug.getMessage(), trace);
        }
        if (e instanceof EgressDeniedException || e instanceof TooManyBytesException) {
            Reason reason = e instanceof EgressDeniedException ? Reason.EGRESS_DENIED : Reason.BODY_TOO_LARGE;
            return new HttpFailure(reason, String.valueOf(e.getMessage()), trace);
        }
        // OkHttp wraps a bug, ours or its own, in an IOException and keeps the original as suppressed.
        if (e.getSuppressed().length > 0 && e.getSuppressed()[0] instanceof RuntimeException bug) {
            if (thrownByClient(bug)) {
                return new HttpFailure(Reason.PROTOCOL_ERROR, "an answer that the HTTP client chokes on", trace);
            }
            return new HttpFailure(
                    Reason.PROBER_ERROR, "HTTP client: " + bug.getClass().getName(), trace);
        }
        if (e instanceof BadAnswerException) {
            return new HttpFailure(Reason.PROTOCOL_ERROR, message(e), trace);
        }
        if (e instanceof UnknownHostException) {
            return new HttpFailure(Reason.DNS_FAILURE, "the name does not resolve", trace);
        }
        Optional<TlsPeer.Flaw> flaw = trace.tls().flatMap(TlsPeer::flaw);
        if (e instanceof SSLException && flaw.isPresent()) {
            return new HttpFailure(flaw.get().reason(), "TLS: " + flaw.get().detail(), trace);
        }
        if (e instanceof SSLException) {
            return new HttpFailure(Reason.TLS_FAILURE, "TLS: " + UntrustedText.clean(message(e), 200), trace);
        }
        if (e instanceof SocketTimeoutException) {
            return new HttpFailure(Reason.TIMEOUT, "socket timed out", trace);
        }
        if (e instanceof PortUnreachableException) {
            return new HttpFailure(Reason.CONNECTION_REFUSED, "nobody listens on the port", trace);
        }
        if (e instanceof ConnectException) {
            return connect(e, trace);
        }
        return broken(e, trace);
    }

    /**
     * Whether the client itself threw, not what it called: requests of ours are well-formed by the time they get here, so it was
     * the answer that broke an assumption (a negative status, one 100 Continue after the other).
     */
    private static boolean thrownByClient(RuntimeException bug) {
        StackTraceElement[] stack = bug.getStackTrace();
        return stack.length > 0
                && (stack[0].getClassName().startsWith("okhttp3.")
                        || stack[0].getClassName().startsWith("okio."));
    }

    private static HttpFailure connect(IOException e, WireTrace trace) {
        Throwable root = e.getCause() == null ? e : e.getCause();
        String why = String.valueOf(root.getMessage()).toLowerCase(Locale.ROOT);
        if (why.contains("refused")) {
            return new HttpFailure(Reason.CONNECTION_REFUSED, "connection refused", trace);
        }
        return why.contains("timed out")
                ? new HttpFailure(Reason.TIMEOUT, "connection timed out", trace)
                : new HttpFailure(Reason.NETWORK_ERROR, "cannot connect", trace);
    }

    private static HttpFailure broken(IOException e, WireTrace trace) {
        String why = message(e).toLowerCase(Locale.ROOT);
        if (why.contains("reset") || why.contains("broken pipe") || why.contains("aborted")) {
            return new HttpFailure(Reason.CONNECTION_RESET, "connection reset", trace);
        }
        if (e instanceof SocketException) {
            return new HttpFailure(Reason.NETWORK_ERROR, "socket error", trace);
        }
        boolean ended = e instanceof EOFException
                || e instanceof ClosedChannelException
                || e.getCause() instanceof EOFException
                || message(e).startsWith("unexpected end of stream");
        if (ended) {
            String when = trace.reached() == WireTrace.Stage.RECEIVING ? "before the end of the answer" : "unanswered";
            return new HttpFailure(Reason.CONNECTION_RESET, "connection closed " + when, trace);
        }
        return e instanceof ProtocolException
                ? new HttpFailure(Reason.PROTOCOL_ERROR, "not HTTP/1.1", trace)
                : new HttpFailure(
                        Reason.NETWORK_ERROR, "I/O error: " + e.getClass().getSimpleName(), trace);
    }

    private static String message(IOException e) {
        return String.valueOf(e.getMessage());
    }
}
