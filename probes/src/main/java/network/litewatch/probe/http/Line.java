package network.litewatch.probe.http;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import javax.net.ssl.HostnameVerifier;
import javax.net.ssl.SSLSocket;
import network.litewatch.probe.Phase;
import okhttp3.Dns;
import okhttp3.OkHttpClient;

/**
 * The way to one server for one {@link Conversation}: its name is resolved once, every address is held against the egress
 * policy, and the first is the one that is dialled, by TCP or UDP. Used by one thread; cut by another.
 */
public final class Line {
    private static final HostnameVerifier NAMES = new OkHttpClient().hostnameVerifier();
    // A server that answers something else again and again is not going to answer.
    private static final int MAX_STRAY_DATAGRAMS = 16;
    private static final int MAX_DATAGRAM_BYTES = 65_535;

    private final Dial dial;
    private final EgressPolicy policy;
    private final TlsWitness witness;
    private final WireClock wire;
    private final Object lock = new Object();
    private Optional<Closeable> open = Optional.empty();
    private boolean cut;
    private Optional<InetAddress> address = Optional.empty();
    private Optional<Socket> tcp = Optional.empty();

    Line(Dial dial, EgressPolicy policy, LongSupplier nanos) {
        this.dial = dial;
        this.policy = policy;
        this.witness = TlsWitness.lenient(dial.trust());
        this.wire = new WireClock(nanos, witness);
    }

    /** Dials by TCP. */
    public void connect() throws IOException {
        Socket socket = opened(new GuardedSocketFactory(policy, dial.maxBytes(), () -> true).createSocket());
        wire.begin(Phase.CONNECT);
        socket.connect(new InetSocketAddress(address(), dial.url().port()));
        wire.end(Phase.CONNECT);
        tcp = Optional.of(socket);
    }

    /**
     * Shakes hands over the connection and says what the server showed, whether that is to be trusted or not: what is said
     * afterwards is said to anybody.
     *
     * @param name the server's name as it is asked for and must stand in its certificate
     */
    public TlsPeer handshake(String name) throws IOException {
        Socket plain = connected();
        SSLSocket secure = (SSLSocket)
                witness.sockets().createSocket(plain, name, dial.url().port(), true);
        wire.begin(Phase.TLS);
        secure.startHandshake();
        wire.end(Phase.TLS);
        witness.isNamed(name, secure.getSession(), NAMES);
        return witness.seen().orElseThrow(() -> new IOException("a handshake without a trace"));
    }

    /** Sends {@code bytes} over the connection; the wait for the answer starts here. */
    public void send(byte[] bytes) throws IOException {
        OutputStream out = connected().getOutputStream();
        out.write(bytes);
        out.flush();
        wire.begin(Phase.PROCESSING);
    }

    /** The next bytes from the connection, at most as many as {@code buffer} holds; negative at the end. */
    public int read(byte[] buffer) throws IOException {
        InputStream in = connected().getInputStream();
        int read = in.read(buffer);
        answering();
        return read;
    }

    /** Fills {@code buffer} from the connection; throws an {@link EOFException} when it ends earlier. */
    public void readFully(byte[] buffer) throws IOException {
        InputStream in = connected().getInputStream();
        int have = 0;
        while (have < buffer.length) {
            int read = in.read(buffer, have, buffer.length - have);
            if (read < 0) {
                throw new EOFException("the connection ended early");
            }
            answering();
            have += read;
        }
    }

    /**
     * Sends one datagram and returns the first that comes back and that {@code isAnswer} takes for the answer; empty when
     * none of many is.
     */
    public Optional<byte[]> ask(byte[] datagram, Predicate<byte[]> isAnswer) throws IOException {
        try (DatagramSocket socket = opened(new DatagramSocket(null))) {
            socket.bind(new InetSocketAddress(0));
            // Connected, so that the kernel takes datagrams from nobody else.
            socket.connect(new InetSocketAddress(address(), dial.url().port()));
            wire.begin(Phase.PROCESSING);
            socket.send(new DatagramPacket(datagram, datagram.length));
            byte[] buffer = new byte[MAX_DATAGRAM_BYTES];
            for (int i = 0; i < MAX_STRAY_DATAGRAMS; i++) {
                DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                byte[] answer = Arrays.copyOf(buffer, packet.getLength());
                if (isAnswer.test(answer)) {
                    wire.end(Phase.PROCESSING);
                    return Optional.of(answer);
                }
            }
            return Optional.empty();
        }
    }

    /** The stretches so far; one that is still going on ends now. */
    public WireTrace trace() {
        return wire.trace();
    }

    /** Looks the name up and checks what it means; to be called before anything else. */
    void resolve(Dns resolver) throws IOException {
        wire.begin(Phase.RESOLVE);
        List<InetAddress> addresses = resolver.lookup(dial.host());
        wire.end(Phase.RESOLVE);
        if (addresses.isEmpty()) {
            throw new UnknownHostException("no address");
        }
        address = Optional.of(policy.checked(addresses).get(0));
    }

    /** Closes whatever is open, now and from now on; any thread may. */
    void cut() {
        Optional<Closeable> victim;
        synchronized (lock) {
            cut = true;
            victim = open;
        }
        victim.ifPresent(Line::close);
    }

    private void answering() {
        wire.end(Phase.PROCESSING);
        wire.beginOnce(Phase.TRANSFER);
    }

    private InetAddress address() {
        return address.orElseThrow(() -> new IllegalStateException("not resolved"));
    }

    private Socket connected() {
        return tcp.orElseThrow(() -> new IllegalStateException("not connected"));
    }

    private <S extends Closeable> S opened(S socket) throws SocketException {
        boolean late;
        Optional<Closeable> before;
        synchronized (lock) {
            before = open;
            open = Optional.of(socket);
            late = cut;
        }
        before.ifPresent(Line::close);
        if (late) {
            close(socket);
            throw new SocketException("the deadline has passed");
        }
        return socket;
    }

    private static void close(Closeable socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // Nothing more is wanted of it.
        }
    }
}
