package network.litewatch.probe.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import javax.net.SocketFactory;

/**
 * Makes sockets that check the very address they dial and count the very bytes they read.
 *
 * <p>The last wall: OkHttp does not ask its resolver about address literals (and takes {@code 2130706433} for one), nor
 * does it bound a chunk header. Serves one call; makes unconnected sockets only.
 */
final class GuardedSocketFactory extends SocketFactory {
    // TLS certificates and the answer's head; browsers stop at 256 KiB for the head alone, servers send 1-8 KiB.
    static final int MAX_HEAD_BYTES = 128 << 10;

    private final EgressPolicy policy;
    private final long maxBytes;
    private final BooleanSupplier headRead;
    private final Optional<Witness> witness;

    /** Hears when a socket connects. */
    interface Witness {
        void connecting();

        void connected();
    }

    /**
     * Sockets for one call.
     *
     * @param maxBodyBytes cap on the body; the wire may carry twice that, for the framing of small chunks
     * @param headRead whether the answer's head is complete
     */
    GuardedSocketFactory(EgressPolicy policy, int maxBodyBytes, BooleanSupplier headRead) {
        this(policy, maxBodyBytes, headRead, Optional.empty());
    }

    GuardedSocketFactory(EgressPolicy policy, int maxBodyBytes, BooleanSupplier headRead, Optional<Witness> witness) {
        this.witness = witness;
        this.policy = policy;
        this.maxBytes = 2L * maxBodyBytes + MAX_HEAD_BYTES;
        this.headRead = headRead;
    }

    @Override
    public Socket createSocket() {
        return new GuardedSocket();
    }

    @Override
    public Socket createSocket(String host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress localHost, int localPort) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort) {
        throw new UnsupportedOperationException();
    }

    private final class GuardedSocket extends Socket {
        // One count, however often somebody asks for the stream.
        private final AtomicLong count = new AtomicLong();

        @Override
        public void connect(SocketAddress endpoint, int timeout) throws IOException {
            if (!(endpoint instanceof InetSocketAddress inet) || inet.isUnresolved()) {
                throw new EgressDeniedException("no resolved address to check");
            }
            Optional<String> denial = policy.denial(inet.getAddress());
            if (denial.isPresent()) {
                throw new EgressDeniedException(denial.get());
            }
            witness.ifPresent(Witness::connecting);
            super.connect(endpoint, timeout);
            witness.ifPresent(Witness::connected);
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new CountedInputStream(super.getInputStream(), count);
        }
    }

    private final class CountedInputStream extends FilterInputStream {
        private final AtomicLong count;

        CountedInputStream(InputStream in, AtomicLong count) {
            super(in);
            this.count = count;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            count(next < 0 ? 0 : 1);
            return next;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            count(Math.max(read, 0));
            return read;
        }

        private void count(int read) throws TooManyBytesException {
            long all = count.addAndGet(read);
            if (all > MAX_HEAD_BYTES && !headRead.getAsBoolean()) {
                throw new TooManyBytesException("the answer's head is larger than " + MAX_HEAD_BYTES + " bytes");
            }
            if (all > maxBytes) {
                throw new TooManyBytesException("more than " + maxBytes + " bytes on the wire");
            }
        }
    }
}
